#include "domain/placement/candidate.hpp"

#include <algorithm>

#include "domain/placement/nodes.hpp"

namespace haetae::placement {
namespace {

void look_at(Candidate& candidate, const domain::World& world) {
  const auto seen = world.views.find(candidate.cluster);
  if (seen == world.views.end()) {
    candidate.unknown_why = "never observed";
  } else if (const auto* known = std::get_if<domain::Known<domain::ClusterView>>(&seen->second)) {
    candidate.view = &known->value;
  } else {
    const auto& why = std::get<domain::Unknown>(seen->second).why;
    candidate.unknown_why = why.empty() ? "not observed" : why;
  }
}

}  // namespace

Centers centers_by_name(const domain::World& world) {
  Centers centers;
  for (const auto& center : world.centers) centers.emplace(center->metadata.name, center.get());
  return centers;
}

std::string risk_group(const Centers& centers, const std::string& center) {
  const auto found = centers.find(center);
  if (found == centers.end() || found->second->spec.risk_group.empty()) return center;
  return found->second->spec.risk_group;
}

std::vector<Candidate> candidates(const domain::World& world) {
  const auto centers = centers_by_name(world);
  std::map<ClusterName, const api::MemberCluster*> clusters;
  for (const auto& cluster : world.clusters) clusters.emplace(ClusterName(cluster->metadata.name), cluster.get());
  const auto held = held_clusters(world);
  std::vector<Candidate> all;
  all.reserve(clusters.size());
  for (const auto& [name, object] : clusters) {
    auto& candidate = all.emplace_back();
    candidate.cluster = name;
    candidate.center = CenterName(object->spec.center);
    candidate.object = object;
    candidate.risk_group = risk_group(centers, object->spec.center);
    if (const auto place = centers.find(object->spec.center); place != centers.end()) candidate.place = place->second;
    if (const auto why = held.find(name); why != held.end()) candidate.held_why = why->second;
    look_at(candidate, world);
  }
  return all;
}

}  // namespace haetae::placement
