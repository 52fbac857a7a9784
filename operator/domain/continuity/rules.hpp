#pragma once
// Continuity: what citizens do while a system is down.

#include "domain/resolve.hpp"
#include "domain/rule.hpp"

namespace haetae::continuity {

/// Binds citizen-facing systems whose tier survives the loss of a center: the tiers of which a substitute is demanded.
/// Source: domain.md §12, "Substitute + notice text" (tiers 1 and 2, which are the ones with survivesCenterLoss).
[[nodiscard]] domain::Breaches substitute_is_named(const domain::Resolved& fleet, const domain::ResolvedSystem& system);

}  // namespace haetae::continuity
