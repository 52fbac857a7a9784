#include "cli/use.hpp"

#include <set>

namespace haetae::cli {
namespace {

Resources planned(const domain::SystemPlan& system, api::Role role) {
  Resources sum;
  for (const auto& component : system.demand.components) {
    add(sum, component.per_pod, redundancy::size(component, role));
  }
  for (const auto& job : system.demand.jobs) add(sum, job.per_pod, redundancy::size(job, role));
  return sum;
}

Resources none_below_zero(Resources amounts) {
  for (auto& [name, amount] : amounts) {
    if (amount.negative()) amount = Quantity{};
  }
  return amounts;
}

/// Foreign pods, and per system the larger of planned and observed.
Resources used(const domain::ClusterView& view, const domain::Plan& plan, const ClusterName& cluster) {
  auto foreign = view.allocated;
  for (const auto& [ref, copy] : view.copies) subtract(foreign, copy.used);
  auto sum = none_below_zero(std::move(foreign));
  std::set<SystemRef> counted;
  for (const auto& [ref, system] : plan.systems) {
    const auto* copy = system.copy_in(cluster);
    if (copy == nullptr) continue;
    const auto seen = view.copies.find(ref);
    add(sum, larger(planned(system, copy->role), seen == view.copies.end() ? Resources{} : seen->second.used));
    counted.insert(ref);
  }
  for (const auto& [ref, copy] : view.copies) {
    if (!counted.contains(ref)) add(sum, copy.used);
  }
  return sum;
}

}  // namespace

std::map<CenterName, CenterUse> center_use(const domain::World& world, const domain::Plan& plan) {
  std::map<CenterName, CenterUse> centers;
  for (const auto& center : world.centers) centers[CenterName(center->metadata.name)];
  for (const auto& [ref, system] : plan.systems) {
    for (const auto& copy : system.copies) {
      auto& center = centers[copy.center];
      ++(copy.role == api::Role::Active ? center.active : center.standby);
    }
  }
  for (const auto& cluster : world.clusters) {
    auto& center = centers[CenterName(cluster->spec.center)];
    ++center.clusters;
    const ClusterName name(cluster->metadata.name);
    const auto view = world.views.find(name);
    const auto* known = view == world.views.end() ? nullptr : std::get_if<domain::Known<domain::ClusterView>>(&view->second);
    if (known == nullptr) {
      ++center.unknown;
      continue;
    }
    for (const auto& [resource, amount] : known->value.capacity) {
      center.capacity[resource] += amount - amount.percent(cluster->spec.reserve_percent);
    }
    add(center.used, used(known->value, plan, name));
  }
  return centers;
}

}  // namespace haetae::cli
