#include "controllers/observe.hpp"

#include <algorithm>
#include <set>

#include "domain/objects.hpp"

namespace haetae::controllers {

using domain::Known;
using domain::Observed;
using domain::Unknown;

namespace {

Unknown unknown(const Standing& standing) {
  return {standing.since, standing.why.empty() ? "not observed yet" : standing.why};
}

domain::CopyPlan place_in(const api::MemberCluster& cluster, const api::TenantSystem* system) {
  domain::CopyPlan place;
  place.center = CenterName(cluster.spec.center);
  place.cluster = ClusterName(cluster.metadata.name);
  place.node_selector = cluster.spec.node_selector;
  if (system != nullptr) place.own_namespace = system->spec.member_namespace;
  return place;
}

struct Spread {
  std::set<std::string> hosts, rooms;
};

void add_pod(const PodRow& pod, const Member& member, domain::CopyView& view, std::map<std::string, Spread>& spread) {
  if (pod.over) return;
  add(view.used, *pod.requests);
  if (!pod.node->empty()) add(view.used_by_node[*pod.node], *pod.requests);
  if (pod.component->empty()) return;
  auto& component = view.components[*pod.component];
  if (!pod.ready || pod.deleting) return;
  ++component.ready;
  auto& at = spread[*pod.component];
  at.hosts.insert(*pod.node);
  if (const auto node = member.nodes().get(*pod.node); node && !node->room.empty()) at.rooms.insert(node->room);
}

bool is_workload(const kube::Resource& kind) { return kind.kind == "Deployment" || kind.kind == "StatefulSet"; }

domain::CopyView copy_of(const Member& member, const SystemRef& ref, const std::string& ns) {
  domain::CopyView view;
  const auto owned = member.owned_namespace(ns);
  view.marked = owned && *owned->mark == ref.text();
  if (!view.marked) return view;
  if (*owned->role == "active") view.role = api::Role::Active;
  if (*owned->role == "standby") view.role = api::Role::Standby;
  for (const auto& object : member.owned_in(ns)) {
    if (!is_workload(*object->of)) continue;
    auto& component = view.components[*object->name];
    component.exists = true;
    component.stated += object->replicas.value_or(0);
    component.rolled_out = component.rolled_out && object->rolled_out;
  }
  std::map<std::string, Spread> spread;
  for (const auto& pod : member.pods().in_namespace(ns)) add_pod(*pod, member, view, spread);
  for (const auto& [name, at] : spread) {
    view.components[name].hosts = static_cast<std::int32_t>(at.hosts.size());
    view.components[name].rooms = static_cast<std::int32_t>(at.rooms.size());
  }
  return view;
}

void add_nodes(const Member& member, const api::MemberCluster& cluster, domain::ClusterView& view) {
  std::map<std::string, Resources> used;
  for (const auto& pod : member.pods().all())
    if (!pod->over && !pod->node->empty()) add(used[*pod->node], *pod->requests);
  for (const auto& node : member.nodes().all()) {
    if (!node->usable || !selects(cluster.spec.node_selector, node->labels)) continue;
    auto& load = used[node->name];
    add(view.capacity, node->allocatable);
    add(view.allocated, load);
    view.nodes.push_back({node->name, node->room, node->allocatable, std::move(load)});
  }
  std::ranges::sort(view.nodes, {}, &domain::NodeView::name);
  const auto largest = std::ranges::max_element(view.nodes, {}, [](const auto& node) {
    const auto amount = [&](const char* of) {
      const auto found = node.allocatable.find(of);
      return found == node.allocatable.end() ? Quantity{} : found->second;
    };
    return std::pair(amount("cpu"), amount("memory"));
  });
  if (largest != view.nodes.end()) view.largest_node = largest->allocatable;
}

template <class T>
auto all(const Hub& hub) {
  return hub.shelf<T>().all();
}

}  // namespace

std::string namespace_in(const api::TenantSystem& system, const api::MemberCluster& cluster) {
  return domain::member_namespace({system.metadata.ns, system.metadata.name}, place_in(cluster, &system));
}

Observed<domain::ClusterView> cluster_view(const Hub& hub, const Fleet& fleet, const api::MemberCluster& cluster) {
  const ClusterName name(cluster.metadata.name);
  const auto member = fleet.member(name);
  const auto standing = fleet.standing(name);
  if (!member || standing.state != Standing::State::Known) return unknown(standing);
  domain::ClusterView view;
  view.uid = member->vital().uid;
  add_nodes(*member, cluster, view);
  for (const auto& ns : member->marked_namespaces()) {
    const auto ref = system_ref(*ns->mark, "");
    const auto system = hub.shelf<api::TenantSystem>().get(ref.text());
    if (domain::member_namespace(ref, place_in(cluster, system.get())) == *ns->name)
      view.copies[ref] = copy_of(*member, ref, *ns->name);
  }
  return Known<domain::ClusterView>{std::move(view), {}};
}

Observed<domain::CopyView> copy_view(const Fleet& fleet, const api::TenantSystem& system,
                                     const api::MemberCluster& cluster) {
  const ClusterName name(cluster.metadata.name);
  const auto member = fleet.member(name);
  const auto standing = fleet.standing(name);
  if (!member || standing.state != Standing::State::Known) return unknown(standing);
  return Known<domain::CopyView>{
      copy_of(*member, {system.metadata.ns, system.metadata.name}, namespace_in(system, cluster)), {}};
}

std::set<ClusterName> holders(const Hub& hub, const Fleet& fleet, const api::TenantSystem& system) {
  std::set<ClusterName> out;
  for (const auto& copy : system.status.placement.centers) out.insert(ClusterName(copy.cluster));
  for (const auto& copy : system.status.redundancy) out.insert(ClusterName(copy.cluster));
  const bool nothing_stored = out.empty();
  for (const auto& cluster : hub.shelf<api::MemberCluster>().all()) {
    const ClusterName name(cluster->metadata.name);
    const auto seen = copy_view(fleet, system, *cluster);
    const auto* known = std::get_if<Known<domain::CopyView>>(&seen);
    // Without a stored decision an unseen cluster may hold a copy as well as not.
    if (known != nullptr ? known->value.marked : nothing_stored) out.insert(name);
  }
  return out;
}

domain::World world(const Hub& hub, const Fleet& fleet, const Clock& clock) {
  domain::World out;
  out.now = clock.now();
  out.systems = all<api::TenantSystem>(hub);
  out.tiers = all<api::RiskTier>(hub);
  out.centers = all<api::Center>(hub);
  out.clusters = all<api::MemberCluster>(hub);
  out.providers = all<api::ServiceProvider>(hub);
  out.handoffs = all<api::Handoff>(hub);
  out.approvals = all<api::Approval>(hub);
  out.home = hub.home();
  out.policy = hub.policy();
  out.unreadable = hub.unreadable_names();
  for (const auto& cluster : out.clusters) out.views.emplace(ClusterName(cluster->metadata.name), cluster_view(hub, fleet, *cluster));
  return out;
}

}  // namespace haetae::controllers
