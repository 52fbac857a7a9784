#include "domain/world.hpp"

#include <algorithm>

#include "api/pod.hpp"
#include "domain/redundancy/demand.hpp"

namespace haetae::domain {

namespace {

using Amounts = std::map<std::string, std::string>;

std::optional<Resources> read(const Amounts& written) {
  Resources amounts;
  for (const auto& [name, text] : written) {
    auto amount = Quantity::parse(text);
    if (!amount) return std::nullopt;
    amounts.emplace(name, *amount);
  }
  return amounts;
}

/// Why a MemberCluster's status is no observation; "" where it is one.
/// The same one after a plan has written what it says into the status.
std::string why_not_seen(const api::MemberCluster& cluster) {
  if (cluster.status.capacity.empty()) return "its status lists no capacity";
  for (const auto& condition : cluster.status.conditions)
    if (condition.type == "Reachable" && condition.status != api::ConditionStatus::True)
      return condition.message.empty() ? condition.reason : condition.message;
  return cluster.status.unreachable_since ? "unreachable" : "";
}

Observed<ClusterView> view_of(const api::MemberCluster& cluster) {
  const auto& status = cluster.status;
  if (auto why = why_not_seen(cluster); !why.empty()) return Unknown{status.unreachable_since, std::move(why)};
  auto capacity = read(status.capacity);
  auto allocated = read(status.allocated);
  auto largest = read(status.largest_node);
  if (!capacity || !allocated || !largest) return Unknown{{}, "its status holds an amount that cannot be read"};
  ClusterView view;
  view.capacity = std::move(*capacity);
  view.allocated = std::move(*allocated);
  view.largest_node = std::move(*largest);
  return Known<ClusterView>{std::move(view), {}};
}

/// How the pods that a status counts together divide among the components: what each must run, in order, as far as
/// they go; what is more belongs to the first one that an autoscaler grows.
std::vector<std::int32_t> divided(std::int32_t ready, const api::TenantSystem& system,
                                  const std::vector<std::int32_t>& least) {
  std::vector<std::int32_t> share;
  for (const auto wanted : least) {
    share.push_back(std::min(wanted, ready));
    ready -= share.back();
  }
  const auto& components = system.spec.components;
  const auto grows = std::find_if(components.begin(), components.end(), [](const auto& c) { return c.autoscaling; });
  const auto index = static_cast<std::size_t>(grows == components.end() ? 0 : grows - components.begin());
  if (!share.empty()) share[index] += ready;
  return share;
}

CopyView copy_view(const api::TenantSystem& system, const api::ObservedCopy& copy, const redundancy::Demand& demand) {
  CopyView view;
  view.marked = true;
  view.role = copy.role;
  std::vector<std::int32_t> least;
  for (const auto& component : demand.components) least.push_back(redundancy::runs(component, copy.role));
  const auto share = divided(copy.ready, system, least);
  for (std::size_t i = 0; i < demand.components.size(); ++i) {
    const auto& component = demand.components[i];
    view.components[component.component] = {true, least[i], share[i], copy.domains, copy.domains, true};
    add(view.used, component.per_pod, share[i]);
  }
  return view;
}

/// The demand as it was when the status was written: of the tier that the status names, else of none.
redundancy::Demand demand_of(const api::TenantSystem& system, const std::vector<Ref<api::RiskTier>>& tiers) {
  std::vector<Resources> per_pod;
  for (const auto& component : system.spec.components) {
    const auto needs = api::pod_needs(component.pod_template);
    per_pod.push_back(needs ? needs->requests : Resources{});
  }
  const auto tier = std::find_if(tiers.begin(), tiers.end(), [&](const auto& it) {
    return it->metadata.name == system.status.tier.effective;
  });
  return redundancy::demand(system, tier == tiers.end() ? api::RiskTier{} : **tier, per_pod);
}

}  // namespace

std::map<ClusterName, Observed<ClusterView>> views_from_status(const std::vector<Ref<api::MemberCluster>>& clusters,
                                                               const std::vector<Ref<api::TenantSystem>>& systems,
                                                               const std::vector<Ref<api::RiskTier>>& tiers) {
  std::map<ClusterName, Observed<ClusterView>> views;
  for (const auto& cluster : clusters) views.emplace(ClusterName(cluster->metadata.name), view_of(*cluster));
  for (const auto& system : systems) {
    if (system->status.redundancy.empty()) continue;
    const auto demand = demand_of(*system, tiers);
    for (const auto& copy : system->status.redundancy) {
      const auto view = views.find(ClusterName(copy.cluster));
      auto* known = view == views.end() ? nullptr : std::get_if<Known<ClusterView>>(&view->second);
      // A copy that the plan wanted and nobody has delivered yet shows no pod and is not there.
      if (known == nullptr || (copy.ready == 0 && !copy.as_of)) continue;
      known->value.copies[{system->metadata.ns, system->metadata.name}] = copy_view(*system, copy, demand);
    }
  }
  return views;
}

}  // namespace haetae::domain
