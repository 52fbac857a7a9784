#pragma once
// Handoff: who is handed what, and may they be?

#include "domain/resolve.hpp"
#include "domain/rule.hpp"

namespace haetae::handoff {

[[nodiscard]] domain::Breaches system_exists(const domain::Resolved& fleet, const api::Handoff& handoff);
[[nodiscard]] domain::Breaches provider_exists(const domain::Resolved& fleet, const api::Handoff& handoff);
/// Counted by provider: the outgoing one may read beside the incoming one, but not write.
[[nodiscard]] domain::Breaches one_provider_writes(const domain::Resolved& fleet, const api::Handoff& handoff);
[[nodiscard]] domain::Breaches handoff_is_the_only_one(const domain::Resolved& fleet, const api::Handoff& handoff);
[[nodiscard]] domain::Breaches provider_may_have_the_tier(const domain::Resolved& fleet, const api::Handoff& handoff);
/// The same as one_provider_writes, told on the system.
[[nodiscard]] domain::Breaches one_provider_holds(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches contract_is_valid(const domain::Resolved& fleet, const api::ServiceProvider& provider);

}  // namespace haetae::handoff
