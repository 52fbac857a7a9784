#pragma once
// decide(): World → Plan. Total and pure; the operator, the command line and the case tests all call this one.

#include "domain/plan.hpp"
#include "domain/world.hpp"

namespace haetae::domain {

/// Resolves every system, orders them (effective tier, citizen-facing, hash), places them, audits the rulebook.
/// Errors: none; what is broken becomes a Finding, and a system that cannot be resolved is held.
[[nodiscard]] Plan decide(const World& world);

}  // namespace haetae::domain
