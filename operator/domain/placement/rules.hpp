#pragma once
// Placement: has every demanded copy a legal place, and do the places themselves hold together?

#include "domain/resolve.hpp"
#include "domain/plan.hpp"
#include "domain/rule.hpp"

namespace haetae::placement {

[[nodiscard]] domain::Breaches wishes_name_centers(const domain::Resolved& fleet, const domain::ResolvedSystem& system);

[[nodiscard]] domain::Breaches every_copy_is_placed(const domain::SystemPlan& plan);
[[nodiscard]] domain::Breaches clusters_exist(const domain::SystemPlan& plan);
[[nodiscard]] domain::Breaches copies_are_legal(const domain::SystemPlan& plan);
[[nodiscard]] domain::Breaches copies_have_room(const domain::SystemPlan& plan);
[[nodiscard]] domain::Breaches no_copy_is_surplus(const domain::SystemPlan& plan);

/// The first violation by which a system has fewer legal copies than its tier demands; null where it has enough. A copy
/// in a cluster that has no MemberCluster, or that breaks a hard constraint, is not legal; it still counts as placed,
/// so that nothing is added for it. Lack of room and copies beyond the demand are no such violation.
[[nodiscard]] const Violation* leaves_too_few(const domain::SystemPlan& plan);

[[nodiscard]] domain::Breaches center_exists(const domain::Resolved& fleet, const api::MemberCluster& cluster);
/// Nodes that two MemberClusters count are room that is promised twice. Broken by the later one, see held_clusters().
[[nodiscard]] domain::Breaches nodes_are_counted_once(const domain::Resolved& fleet, const api::MemberCluster& cluster);
[[nodiscard]] domain::Breaches center_closes_in_time(const domain::Resolved& fleet, const api::Center& center);
[[nodiscard]] domain::Breaches assurances_are_valid(const domain::Resolved& fleet, const api::Center& center);

}  // namespace haetae::placement
