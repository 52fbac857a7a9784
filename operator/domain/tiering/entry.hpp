#pragma once
// Entry: which changes of tier wait for an Approval, and what holds until it is there. Source: api.md "RiskTier",
// `admission`; decisions/0012.

#include <optional>

#include "domain/approval/desk.hpp"
#include "domain/tiering/score.hpp"

namespace haetae::tiering {

/// Whether a system goes from `held` (null: it is new) to `wanted` without being asked about. A tier that is guarded is
/// neither entered nor left by an edit alone: leaving it would stop copies.
[[nodiscard]] bool moves_freely(const api::RiskTier* held, const api::RiskTier& wanted);

/// The tier while `wanted` waits: the one held; for a new system the highest Immediate one that is not above `wanted`.
/// Null where there is none.
[[nodiscard]] domain::Ref<api::RiskTier> meanwhile(const Ladder& ladder, const domain::Ref<api::RiskTier>& held,
                                                   const api::RiskTier& wanted);

/// The class whose rules hold: that of the spec, but a lower one than the last only when `granted`.
[[nodiscard]] api::DataClass class_in_force(const api::TenantSystem& system, bool granted);
/// Whether the spec asks for a lower class than the one that holds.
[[nodiscard]] bool lowers_class(const api::TenantSystem& system);

}  // namespace haetae::tiering
