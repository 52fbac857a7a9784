// Demand: sizes of copies, from the tier and the component.
#include <doctest/doctest.h>

#include "builders.hpp"

using namespace haetae;
using namespace haetae::build;
using api::Role;

namespace {

redundancy::ComponentDemand demand_of(const api::Component& component, const api::Redundancy& wants) {
  auto tier = a_tier("t", 1, 0);
  tier.spec.redundancy = wants;
  const auto system = a_system("mois/a").with(component).made();
  return redundancy::demand(*system, tier, {{{"cpu", amount("500m")}}}).components.front();
}

api::Redundancy wanting(int active_scale, int standby_scale, int min_replicas) {
  return {1, active_scale, 1, standby_scale, min_replicas, 1, {}, false, false};
}

}  // namespace

TEST_CASE("an active copy has the larger of the tier's floor and its share of the peak") {
  CHECK(demand_of(a_component("web", 6), wanting(100, 0, 3)).active_size == 6);
  CHECK(demand_of(a_component("web", 2), wanting(100, 0, 3)).active_size == 3);
  CHECK(demand_of(a_component("web", 7), wanting(50, 0, 3)).active_size == 4);
  CHECK(demand_of(a_component("web", 0), wanting(100, 0, 1)).active_size == 1);
}

TEST_CASE("without autoscaling a copy runs exactly its size") {
  const auto demand = demand_of(a_component("web", 7), wanting(50, 0, 3));
  CHECK(redundancy::runs(demand, Role::Active) == redundancy::size(demand, Role::Active));
}

TEST_CASE("with autoscaling the peak is maxReplicas, and the quiet number runs at least") {
  const auto demand = demand_of(a_component("web", 6).growing_to(46), wanting(100, 0, 3));
  CHECK(redundancy::size(demand, Role::Active) == 46);
  CHECK(redundancy::runs(demand, Role::Active) == 6);
  CHECK(redundancy::runs(demand_of(a_component("web", 1).growing_to(46), wanting(100, 0, 3)), Role::Active) == 3);
}

TEST_CASE("what runs at least never exceeds the room of the copy") {
  const auto demand = demand_of(a_component("web", 30).growing_to(40), wanting(50, 0, 3));
  CHECK(redundancy::size(demand, Role::Active) == 20);
  CHECK(redundancy::runs(demand, Role::Active) == 20);
}

TEST_CASE("a standby is empty at scale 0, else at least one pod and at most the active size") {
  CHECK(redundancy::size(demand_of(a_component("web", 6), wanting(100, 0, 3)), Role::Standby) == 0);
  CHECK(redundancy::size(demand_of(a_component("web", 6), wanting(100, 33, 3)), Role::Standby) == 2);
  CHECK(redundancy::size(demand_of(a_component("web", 1), wanting(100, 1, 1)), Role::Standby) == 1);
  CHECK(redundancy::size(demand_of(a_component("web", 10), wanting(20, 100, 1)), Role::Standby) == 2);
}

TEST_CASE("a demand carries the tier's centers and each pod's requests") {
  const auto tier = shipped_tiers().front();
  const auto system = a_system("mois/a").made();
  const auto demand = redundancy::demand(*system, tier, {{{"cpu", amount("2")}}});
  CHECK(demand.active_centers == 2);
  CHECK(demand.standby_centers == 1);
  CHECK(demand.distinct_risk_groups);
  CHECK(demand.components.front().per_pod.at("cpu") == amount("2"));
}

TEST_CASE("the largest numbers that the API takes do not overflow") {
  constexpr auto kMost = std::numeric_limits<std::int32_t>::max();
  CHECK(demand_of(a_component("web", kMost), wanting(100, 100, kMost)).active_size == kMost);
}
