#pragma once
// Nodes: whose they are. Two MemberClusters may be two names of one cluster.

#include <map>
#include <string>

#include "domain/world.hpp"

namespace haetae::placement {

/// The MemberClusters whose nodes belong to another one, and why, in words. Two are of one cluster where they have the
/// same uid (as seen now, else as their status keeps it), and may have the same nodes unless their selectors demand
/// different values of one label; then the one that was created later is held (without times: that is later by name).
/// Nothing new goes there, nothing is written there, and what it shows counts for nobody.
[[nodiscard]] std::map<ClusterName, std::string> held_clusters(const domain::World& world);

}  // namespace haetae::placement
