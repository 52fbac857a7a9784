#include "domain/redundancy/demand.hpp"

#include <algorithm>
#include <limits>

namespace haetae::redundancy {

namespace {

/// ⌈amount × percent ÷ 100⌉, within what a replica count can hold.
std::int32_t share(std::int32_t amount, std::int32_t percent) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const auto product = static_cast<std::int64_t>(std::max(amount, 0)) * std::max(percent, 0);
  return static_cast<std::int32_t>(std::min((product + 99) / 100, kMost));
}

ComponentDemand component_demand(const api::Component& component, const api::Redundancy& tier) {
  const auto peak = component.autoscaling ? component.autoscaling->max_replicas : component.replicas;
  ComponentDemand demand;
  demand.component = component.name;
  demand.active_size = std::max(tier.min_replicas, share(peak, tier.active_scale));
  // Quiet times may not ask for more than the copy's room: an autoscaler's floor stands below its ceiling.
  demand.active_runs = component.autoscaling
                           ? std::min(std::max(tier.min_replicas, component.replicas), demand.active_size)
                           : demand.active_size;
  if (tier.standby_scale > 0)
    demand.standby_size = std::min(demand.active_size, std::max(1, share(peak, tier.standby_scale)));
  return demand;
}

}  // namespace

Demand demand(const api::TenantSystem& system, const api::RiskTier& tier, const std::vector<Resources>& per_pod) {
  const auto& wants = tier.spec.redundancy;
  Demand demand{wants.active_centers, wants.standby_centers, wants.distinct_risk_groups, {}, {}};
  for (std::size_t i = 0; i < system.spec.components.size(); ++i) {
    demand.components.push_back(component_demand(system.spec.components[i], wants));
    demand.components.back().per_pod = per_pod[i];
  }
  return demand;
}

std::vector<ComponentDemand> jobs(const api::TenantSystem& system, const api::RiskTier& tier,
                                  const std::vector<Resources>& per_job, const std::vector<std::string>& names) {
  std::vector<ComponentDemand> all;
  for (std::size_t i = 0; i < system.spec.manifests.size(); ++i) {
    if (per_job[i].empty()) continue;
    const bool in_standbys =
        system.spec.manifests[i].runs_in == api::RunsIn::EveryCopy && tier.spec.redundancy.standby_scale > 0;
    all.push_back({names[i], 1, 0, in_standbys ? 1 : 0, per_job[i]});
  }
  return all;
}

std::int32_t size(const ComponentDemand& component, api::Role role) {
  return role == api::Role::Active ? component.active_size : component.standby_size;
}

std::int32_t runs(const ComponentDemand& component, api::Role role) {
  return role == api::Role::Active ? component.active_runs : component.standby_size;
}

}  // namespace haetae::redundancy
