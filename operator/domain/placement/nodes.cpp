#include "domain/placement/nodes.hpp"

#include <algorithm>
#include <tuple>

namespace haetae::placement {
namespace {

bool selectors_overlap(const api::Labels& a, const api::Labels& b) {
  return std::none_of(a.begin(), a.end(), [&](const auto& label) {
    const auto other = b.find(label.first);
    return other != b.end() && other->second != label.second;
  });
}

/// Of the cluster itself, whatever its name; "" where nobody knows.
std::string uid_of(const domain::World& world, const api::MemberCluster& cluster) {
  const auto view = world.views.find(ClusterName(cluster.metadata.name));
  const auto* known =
      view == world.views.end() ? nullptr : std::get_if<domain::Known<domain::ClusterView>>(&view->second);
  return known == nullptr || known->value.uid.empty() ? cluster.status.uid : known->value.uid;
}

bool was_earlier(const api::MemberCluster& a, const api::MemberCluster& b) {
  const auto age = [](const api::MemberCluster& it) {
    return std::tuple(it.metadata.created.value_or(Timestamp{}), it.metadata.name);
  };
  return age(a) < age(b);
}

}  // namespace

std::map<ClusterName, std::string> held_clusters(const domain::World& world) {
  std::map<std::string, std::vector<const api::MemberCluster*>> by_uid;
  for (const auto& cluster : world.clusters) by_uid[uid_of(world, *cluster)].push_back(cluster.get());
  by_uid.erase("");
  std::map<ClusterName, std::string> held;
  for (auto& [uid, twins] : by_uid) {
    std::sort(twins.begin(), twins.end(), [](const auto* a, const auto* b) { return was_earlier(*a, *b); });
    for (std::size_t later = 1; later < twins.size(); ++later)
      for (std::size_t i = 0; i < later; ++i)
        if (twins[i]->metadata.name != twins[later]->metadata.name &&
            selectors_overlap(twins[i]->spec.node_selector, twins[later]->spec.node_selector))
          held.emplace(ClusterName(twins[later]->metadata.name),
                       "MemberCluster " + twins[i]->metadata.name +
                           " is the same cluster, was there first and may select the same nodes");
  }
  return held;
}

}  // namespace haetae::placement
