#pragma once
// observe: caches → domain values. Copies pointers and sums; asks no server.

#include <set>
#include <string>

#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "domain/plan.hpp"
#include "domain/world.hpp"

namespace haetae::controllers {

/// Everything that one decision may look at, as the caches show it now.
/// Requires: the hub is synced.
[[nodiscard]] domain::World world(const Hub& hub, const Fleet& fleet, const Clock& clock);

/// What a cluster shows; Unknown unless it is Known now.
[[nodiscard]] domain::Observed<domain::ClusterView> cluster_view(const Hub& hub, const Fleet& fleet,
                                                                 const api::MemberCluster& cluster);

/// What one system shows in one cluster, by the member's index: the work does not grow with the fleet.
[[nodiscard]] domain::Observed<domain::CopyView> copy_view(const Fleet& fleet, const api::TenantSystem& system,
                                                           const api::MemberCluster& cluster);

/// The namespace that a system owns in a cluster, planned there or not.
[[nodiscard]] std::string namespace_in(const api::TenantSystem& system, const api::MemberCluster& cluster);

/// Clusters that hold a copy or may hold one: by the stored decision, by the last observation, or by a mark that is
/// seen now. Every one of them has to confirm before the system may go.
[[nodiscard]] std::set<ClusterName> holders(const Hub& hub, const Fleet& fleet, const api::TenantSystem& system);

}  // namespace haetae::controllers
