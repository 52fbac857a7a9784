// place(): who goes first where room is short, and the words about it.
#include <doctest/doctest.h>

#include "placement_fleet.hpp"

using namespace haetae;
using namespace haetae::placement;
using namespace haetae::placement::testing;

TEST_CASE("not all fit: as many legal copies as possible, actives first, and the rest is told") {
  Fleet fleet;
  fleet.site("daegu", 1, 8);
  fleet.site("gwangju", 1, 2);
  auto r = request("gov24", 2, 1, 6, "1", 2);
  const auto choice = place_one(fleet, r);
  CHECK(text(choice) == "daegu Active, gwangju Standby");
  CHECK(choice.missing_active == 1);
  CHECK(choice.missing_standby == 0);
  CHECK(choice.why == "1 of 2 active copies has no cluster: there is no other cluster");
}

TEST_CASE("room that is short goes to the higher tier, then to citizens") {
  Fleet fleet;
  fleet.site("daegu", 1, 8);
  auto high = request("b-high", 1, 0, 6, "1");
  auto low = request("a-low", 1, 0, 6, "1");
  high.rank = 1;
  low.rank = 3;
  auto choices = place(fleet.world, {low, high});
  CHECK(text(choices.at(high.ref)) == "daegu Active");
  CHECK(choices.at(low.ref).why ==
        "1 of 1 active copy has no cluster: it has no room (daegu: needs cpu 6, has 2 left)");
  high.rank = 3;
  high.citizen_facing = true;
  choices = place(fleet.world, {low, high});
  CHECK(text(choices.at(high.ref)) == "daegu Active");
  CHECK(choices.at(low.ref).copies.empty());
}

TEST_CASE("what lower tiers take of the rest is not the reason, what was decided before is") {
  Fleet fleet;
  fleet.site("daegu", 1, 8);
  auto large = request("large", 1, 0, 9, "1");
  auto low = request("low", 1, 0, 8, "1");
  low.rank = 4;
  CHECK(place(fleet.world, {large, low}).at(large.ref).rejected[0].example == "daegu: needs cpu 9, has 8 left");
  large.demand.components[0].active_size = 7;
  low.current = {placed("daegu", "daegu")};
  CHECK(place(fleet.world, {large, low}).at(large.ref).rejected[0].example ==
        "daegu: needs cpu 7, has 0 left beside copies that are decided already");
}

TEST_CASE("a system that lacks a standby is told why no cluster takes a standby") {
  Fleet fleet;
  fleet.site("daejeon", 4, 8, "chungcheong");
  fleet.site("gongju", 4, 8, "chungcheong").spec.roles = {api::Role::Standby};
  auto r = request("gov24", 1, 1, 2, "1");
  r.demand.distinct_risk_groups = true;
  CHECK(only_reason(place_one(fleet, r)) == "its risk group holds a copy already");
}

TEST_CASE("room of a kept copy is held before any newcomer is served") {
  Fleet fleet;
  fleet.site("daegu", 1, 8);
  auto newcomer = request("new", 1, 0, 6, "1");
  auto resident = request("old", 1, 0, 6, "1");
  resident.rank = 4;
  resident.current = {placed("daegu", "daegu")};
  const auto choices = place(fleet.world, {newcomer, resident});
  CHECK(text(choices.at(resident.ref)) == "daegu Active");
  CHECK(choices.at(newcomer.ref).copies.empty());
}

TEST_CASE("room that shows only once everything is packed in turn is found in this plan, not in the next") {
  Fleet fleet;
  fleet.site("daegu", 2, 6);
  auto resident = request("resident", 1, 0, 2, "2");
  resident.rank = 4;
  resident.current = {placed("daegu", "daegu")};
  auto first = request("first", 1, 0, 1, "3");
  auto last = request("last", 1, 0, 1, "4");
  last.rank = 5;
  // Resident, then first: 2+2 and 3, no node has 4 left. First, then resident: 3+2 and 2.
  CHECK(text(place(fleet.world, {resident, first, last}).at(last.ref)) == "daegu Active");
}
