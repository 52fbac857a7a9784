#pragma once
// What the tests of a system's status share: one system, its plan, and what was seen of its copies.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "builders.hpp"

namespace haetae::domain::testing {

using namespace haetae::build;

inline constexpr auto kNow = "2026-09-26T03:20:00Z";

/// A tier-1 system of one component of 6 pods, planned in daejeon and gwangju, with an empty standby elsewhere.
struct Story {
  SystemPlan plan;
  Seen seen;
  std::vector<ClusterName> actives;

  explicit Story(SystemMade system = a_system("mois/gov24").scoring(95).with_substitute("주민센터 방문"),
                 WorldMade world = a_fleet()) {
    plan = decide(world.with(system.with(a_component("web", 6)))).systems.begin()->second;
    seen.now = at(kNow);
    for (const auto& copy : plan.copies) {
      if (copy.role == api::Role::Active) actives.push_back(copy.cluster);
      shows(copy.cluster, copy.role == api::Role::Active ? 6 : 0);
      seen.delivered[copy.cluster] = {plan.system->metadata.generation, true, "", {}};
    }
  }
  Story& shows(const ClusterName& cluster, int ready) {
    seen.copies[cluster] = Known<domain::CopyView>{a_copy({{"web", showing(ready)}}), {}};
    return *this;
  }
  Story& is_unknown(const ClusterName& cluster, const std::string& since = "2026-09-26T03:12:05Z") {
    seen.copies[cluster] = Unknown{at(since), "connection refused"};
    return *this;
  }
  /// Stores a status as the API server would, at this generation of the spec.
  Story& stored(api::TenantSystemStatus status, std::int64_t generation = 1) {
    auto system = *plan.system;
    system.status = std::move(status);
    system.metadata.generation = generation;
    plan.system = std::make_shared<const api::TenantSystem>(std::move(system));
    return *this;
  }
  Story& stored() { return stored(status()); }
  [[nodiscard]] api::TenantSystemStatus status() const { return domain::status_of(plan, seen); }
  [[nodiscard]] api::Condition says(const std::string& type) const { return condition(status().conditions, type); }
};

}  // namespace haetae::domain::testing
