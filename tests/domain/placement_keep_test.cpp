// place(): what is placed stays, and is named where it breaks a rule.
#include <doctest/doctest.h>

#include "domain/placement/kept.hpp"
#include "domain/placement/nodes.hpp"
#include "placement_fleet.hpp"

using namespace haetae;
using namespace haetae::placement;
using namespace haetae::placement::testing;
using Strings = std::vector<std::string>;

TEST_CASE("what is placed stays, in its role, though another center is better now") {
  Fleet fleet;
  fleet.site("daegu", 4, 8);
  fleet.site("gwangju", 40, 8);
  auto r = request("gov24", 1, 1, 6, "2", 1);
  r.current = {placed("gwangju", "gwangju", api::Role::Standby), placed("daegu", "daegu")};
  r.current[0].reason = "most free room";
  const auto choice = place_one(fleet, r);
  CHECK(text(choice) == "daegu Active, gwangju Standby");
  CHECK(choice.copies[0].reason == "kept");
  CHECK(choice.copies[1].reason == "most free room");
  CHECK(choice.copies[1].kept);
  CHECK(broken(choice).empty());
}

TEST_CASE("a kept copy that breaks a rule today stays and is named") {
  Fleet fleet;
  auto& daegu = fleet.site("daegu", 4, 8, "yeongnam");
  fleet.site("ulsan", 4, 8, "yeongnam");
  fleet.site("gwangju", 4, 8);
  auto r = request("gov24", 1, 0, 2, "1");
  r.current = {placed("daegu", "daegu")};
  const auto named = [&](const Strings& want) {
    const auto choice = place_one(fleet, r);
    CHECK(choice.copies.size() == r.current.size());
    CHECK(choice.missing_active == 0);
    CHECK(broken(choice) == want);
  };
  SUBCASE("data class") {
    daegu.spec.accepts_data_classes = {};
    named({"daegu: its center accepts the data class"});
    CHECK(place_one(fleet, r).violations[0].message == "center daegu accepts nothing, not S");
  }
  SUBCASE("closing lets it stay") {
    daegu.spec.lifecycle = api::Lifecycle::Closing;
    named({});
  }
  SUBCASE("draining") {
    daegu.spec.lifecycle = api::Lifecycle::Draining;
    named({"daegu: its center lets copies stay"});
  }
  SUBCASE("denied, and not its role") {
    daegu.spec.roles = {api::Role::Standby};
    r.wishes.deny_centers = {"daegu"};
    named({"daegu: its center is not denied", "daegu: its center plays the role"});
  }
  SUBCASE("unknown is no breach") {
    fleet.world.views.clear();
    named({});
  }
  SUBCASE("its cluster is gone") {
    r.current = {placed("daegu", "daegu-z")};
    named({"daegu-z: its cluster exists"});
    CHECK(place_one(fleet, r).copies[0].center == CenterName("daegu"));
  }
  SUBCASE("its center is gone") {
    fleet.world.centers.erase(fleet.world.centers.begin());
    named({"daegu: its center exists"});
  }
  SUBCASE("same risk group: the later one is named") {
    r.demand.active_centers = 2;
    r.demand.distinct_risk_groups = true;
    r.current = {placed("ulsan", "ulsan"), placed("daegu", "daegu")};
    named({"ulsan: distinct risk groups"});
  }
  SUBCASE("surplus") {
    r.current = {placed("gwangju", "gwangju"), placed("daegu", "daegu")};
    named({"gwangju: surplus"});
  }
  SUBCASE("it no longer fits what it has grown to") {
    r.demand.components[0].active_size = 40;
    named({"daegu: it has room"});
    CHECK(place_one(fleet, r).violations[0].message == "needs cpu 40, has 32 left");
  }
}

TEST_CASE("an active copy beyond the demand stands in for a standby") {
  Fleet fleet;
  for (const auto* name : {"a", "b", "c", "d"}) fleet.site(name, 4, 8);
  auto r = request("gov24", 1, 1, 2, "1");
  r.current = {placed("a", "a"), placed("b", "b")};
  const auto choice = place_one(fleet, r);
  CHECK(text(choice) == "a Active, b Active");
  CHECK(choice.missing_standby == 0);
  CHECK(broken(choice).empty());
}

TEST_CASE("a held system keeps its copies and their room, and asks for nothing") {
  Fleet fleet;
  fleet.site("daegu", 1, 8);
  fleet.site("gwangju", 1, 8);
  auto held = request("broken", 2, 1, 6, "1");
  held.hold = true;
  held.current = {placed("daegu", "daegu")};
  held.record = {{"it is cordoned", 2, "seoul"}};
  auto other = request("other", 2, 0, 6, "1");
  const auto choices = place(fleet.world, {held, other});
  CHECK(text(choices.at(held.ref)) == "daegu Active");
  CHECK(choices.at(held.ref).missing_active == 0);
  CHECK(choices.at(held.ref).rejected == held.record);
  CHECK(text(choices.at(other.ref)) == "gwangju Active");
}

TEST_CASE("the record of a decision stays as long as the decision, and is made anew with it") {
  Fleet fleet;
  fleet.site("daegu", 4, 8);
  fleet.site("gwangju", 4, 8).spec.lifecycle = api::Lifecycle::Closing;
  auto r = request("gov24", 1, 0, 2, "1");
  r.record = {{"it is cordoned", 1, "gwangju: spec.cordon is true"}};
  CHECK(only_reason(place_one(fleet, r)) == "its center takes no newcomers");
  r.current = {placed("daegu", "daegu")};
  CHECK(place_one(fleet, r).rejected == r.record);
}

TEST_CASE("a plan of its own outcome is the same plan") {
  Fleet fleet;
  fleet.site("a", 3, 8);
  fleet.site("b", 2, 8);
  fleet.site("c", 2, 6);
  std::vector<Request> requests;
  for (int i = 0; i < 12; ++i) {
    requests.push_back(request("system-" + std::to_string(i), 1 + i % 2, i % 3, 1 + i % 4, std::to_string(1 + i % 3), 1));
    requests.back().rank = 1 + i % 4;
  }
  const auto first = place(fleet.world, requests);
  for (auto& r : requests) {
    for (const auto& copy : first.at(r.ref).copies) {
      r.current.push_back({copy.center.text(), copy.cluster.text(), copy.role, 0, copy.reason});
    }
    r.record = first.at(r.ref).rejected;
  }
  for (const auto& [ref, again] : place(fleet.world, requests)) {
    const auto& before = first.at(ref);
    CHECK(text(again) == text(before));
    CHECK(again.why == before.why);
    CHECK(again.rejected == before.rejected);
    CHECK(broken(again) == broken(before));
    for (std::size_t i = 0; i < before.copies.size(); ++i) CHECK(again.copies[i].reason == before.copies[i].reason);
  }
}

TEST_CASE("a system whose decision was lost stays where its marked copies are, in the role of their label") {
  Fleet fleet;
  for (const auto* name : {"daegu", "gwangju", "daejeon", "seoul"}) fleet.site(name, 4, 8);
  const SystemRef ref{"mois", "a"};
  domain::CopyView copy;
  copy.marked = true;
  fleet.view("gwangju").copies[ref] = copy;
  copy.role = api::Role::Standby;
  fleet.view("seoul").copies[ref] = copy;
  copy.marked = false;  // somebody else's namespace of that name
  fleet.view("daejeon").copies[ref] = copy;
  fleet.world.views[ClusterName("daegu")] = domain::Unknown{};
  auto r = request("a", 1, 1, 2, "1");
  r.current = found(fleet.world, ref);
  const auto choice = place_one(fleet, r);
  CHECK(text(choice) == "gwangju Active, seoul Standby");
  CHECK(choice.copies.front().reason == "found there");
}

TEST_CASE("two names of one cluster are known by what is seen of it now, and the one that came later is held") {
  Fleet fleet;
  for (const auto* name : {"a", "b", "c"}) fleet.site(name, 4, 8);
  const auto uid = [&](const char* cluster, const char* is) { fleet.view(cluster).uid = is; };
  uid("a", "one");
  uid("b", "two");
  uid("c", "one");
  CHECK(held_clusters(fleet.world).size() == 1);
  CHECK(held_clusters(fleet.world).count(ClusterName("c")) == 1);
  CHECK(text(place_one(fleet, request("gov24", 3, 0, 1, "1"))) == "a Active, b Active");
  uid("c", "");
  CHECK(held_clusters(fleet.world).empty());
}

TEST_CASE("a copy that two names of one cluster show is found once") {
  Fleet fleet;
  for (const auto* name : {"a", "b"}) {
    fleet.site(name, 4, 8);
    fleet.view(name).uid = "one";
    fleet.view(name).copies[{"mois", "gov24"}].marked = true;
  }
  const auto copies = found(fleet.world, {"mois", "gov24"});
  REQUIRE(copies.size() == 1);
  CHECK(copies.front().cluster == "a");
}
