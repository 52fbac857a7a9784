#pragma once
// Tiering: can the tier be told, and does everything that a system needs share it? Each function answers the rule of
// the rulebook that names it.

#include "domain/resolve.hpp"
#include "domain/rule.hpp"

namespace haetae::tiering {

[[nodiscard]] domain::Breaches tier_is_known(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
/// A RiskTier that was removed by force lowers nobody; whoever has it is held.
[[nodiscard]] domain::Breaches tier_is_there(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
/// While objects of the hub cannot be read no tier falls, and nobody is removed.
[[nodiscard]] domain::Breaches tier_is_certain(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches tier_is_unambiguous(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches tier_is_not_lowered(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches dependencies_exist(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches dependencies_form_no_cycle(const domain::Resolved& fleet,
                                                          const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches dependencies_are_named_once(const domain::Resolved& fleet,
                                                           const domain::ResolvedSystem& system);
/// The tier for which a deletion takes an Approval; "" where it takes none, or is not asked for. Once it took one it
/// does so for ever: no later edit of the system or of a RiskTier releases it.
[[nodiscard]] std::string tier_to_ask(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches tier_is_entered(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches class_is_in_force(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
/// Also broken while the last status says that it was, and while the tier stored there says so.
[[nodiscard]] domain::Breaches deletion_is_approved(const domain::Resolved& fleet,
                                                    const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches tiers_are_told_apart(const domain::Resolved& fleet, const api::RiskTier& tier);

}  // namespace haetae::tiering
