#pragma once
// Demand: how many copies, in which roles, of which size a system must have. Source: api.md "Demand and loss, exactly".

#include <string>
#include <vector>

#include "api/risk_tier.hpp"
#include "api/tenant_system.hpp"
#include "base/quantity.hpp"

namespace haetae::redundancy {

/// Pods of one component in one copy.
struct ComponentDemand {
  std::string component{};
  std::int32_t active_size{0};   ///< room: max(minReplicas, ceil(peak × activeScale ÷ 100))
  std::int32_t active_runs{0};   ///< least that runs: max(minReplicas, replicas) where autoscaled, else the size
  std::int32_t standby_size{0};  ///< 0 if standbyScale is 0, else min(active size, max(1, ceil(peak × standbyScale ÷ 100)))
  Resources per_pod{};           ///< requests as the scheduler counts them, and one of "pods"
};

/// What a system's effective tier demands of it.
struct Demand {
  std::int32_t active_centers{1};
  std::int32_t standby_centers{0};
  bool distinct_risk_groups{false};
  std::vector<ComponentDemand> components{};
  std::vector<ComponentDemand> jobs{};  ///< CronJobs, by name: room for one pod each where they run; none runs always
};

/// Requires: `per_pod[i]` belongs to `system.spec.components[i]`.
[[nodiscard]] Demand demand(const api::TenantSystem& system, const api::RiskTier& tier,
                            const std::vector<Resources>& per_pod);

/// The room of the CronJobs in spec.manifests. A standby that runs nothing runs none of them; where one moves to
/// another copy (runsIn: Writer) its room is there already. Requires: `per_job[i]` belongs to
/// `system.spec.manifests[i]`, empty where that is no CronJob that can be counted.
[[nodiscard]] std::vector<ComponentDemand> jobs(const api::TenantSystem& system, const api::RiskTier& tier,
                                                const std::vector<Resources>& per_job,
                                                const std::vector<std::string>& names);

/// Pods that a copy of this role occupies as room (its size), per component.
[[nodiscard]] std::int32_t size(const ComponentDemand& component, api::Role role);
/// Pods that a copy of this role states at least, per component.
[[nodiscard]] std::int32_t runs(const ComponentDemand& component, api::Role role);

}  // namespace haetae::redundancy
