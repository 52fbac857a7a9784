// place(): what goes where, what stays, and the words about it.
#include <doctest/doctest.h>

#include <algorithm>

#include "placement_fleet.hpp"

using namespace haetae;
using namespace haetae::placement;
using namespace haetae::placement::testing;
using Strings = std::vector<std::string>;

namespace {
std::string only_reason(const Choice& choice) {
  return choice.rejected.size() == 1 ? choice.rejected[0].reason : std::to_string(choice.rejected.size()) + " reasons";
}
}  // namespace

TEST_CASE("two active copies and a standby go to three centers") {
  Fleet fleet;
  for (const auto* name : {"daegu", "gwangju", "daejeon"}) fleet.site(name, 4, 8);
  fleet.site("gongju", 4, 8).spec.roles = {api::Role::Standby};
  auto r = request("gov24", 2, 1, 6, "1");
  const auto choice = place_one(fleet, r);
  REQUIRE(choice.copies.size() == 3);
  CHECK(choice.missing_active == 0);
  CHECK(choice.missing_standby == 0);
  CHECK(choice.why.empty());
  std::vector<CenterName> centers;
  for (const auto& copy : choice.copies) {
    if (copy.center == CenterName("gongju")) CHECK(copy.role == api::Role::Standby);
    CHECK(std::count(centers.begin(), centers.end(), copy.center) == 0);
    centers.push_back(copy.center);
  }
}

TEST_CASE("each hard constraint keeps a newcomer out and says why") {
  Fleet fleet;
  auto& daegu = fleet.site("daegu", 4, 8);
  auto r = request("gov24", 1, 0, 2, "1");
  const auto refused = [&](const std::string& reason, const std::string& example) {
    const auto choice = place_one(fleet, r);
    CHECK(choice.copies.empty());
    CHECK(choice.missing_active == 1);
    CHECK(only_reason(choice) == reason);
    REQUIRE(choice.rejected.size() == 1);
    CHECK(choice.rejected[0].example == "daegu: " + example);
    CHECK(choice.why == "1 of 1 active copy has no cluster: " + reason + " (daegu: " + example + ")");
  };
  CHECK(text(place_one(fleet, r)) == "daegu Active");
  SUBCASE("data class") {
    daegu.spec.accepts_data_classes = {api::DataClass::O, api::DataClass::S};
    r.data_class = api::DataClass::C;
    refused("its center does not accept the data class", "center daegu accepts O, S, not C");
  }
  SUBCASE("closing") {
    daegu.spec.lifecycle = api::Lifecycle::Closing;
    refused("its center takes no newcomers", "center daegu is Closing");
  }
  SUBCASE("lost") {
    daegu.spec.lifecycle = api::Lifecycle::Lost;
    refused("its center takes no newcomers", "center daegu is Lost");
  }
  SUBCASE("a center that is being deleted") {
    daegu.metadata.deleted = Timestamp{};
    refused("it is being deleted", "center daegu waits for its copies to go");
  }
  SUBCASE("a cluster that is being deleted") {
    auto leaving = std::make_shared<api::MemberCluster>(*fleet.world.clusters[0]);
    leaving->metadata.deleted = Timestamp{};
    fleet.world.clusters[0] = leaving;
    refused("it is being deleted", "MemberCluster daegu waits for its copies to go");
  }
  SUBCASE("role") {
    daegu.spec.roles = {api::Role::Standby};
    refused("its center does not play the role", "center daegu serves as Standby, not Active");
  }
  SUBCASE("allow") {
    r.wishes.allow_centers = {"gwangju", "gongju"};
    refused("its center is not allowed", "center daegu is not among gwangju, gongju");
  }
  SUBCASE("deny") {
    r.wishes.deny_centers = {"daegu"};
    refused("its center is denied", "center daegu is in placement.denyCenters");
  }
  SUBCASE("no center") {
    fleet.world.centers.clear();
    refused("its center does not exist", "there is no Center daegu");
  }
  SUBCASE("unknown") {
    fleet.world.views[ClusterName("daegu")] = domain::Unknown{{}, "connection refused"};
    refused("it is not observed", "connection refused");
  }
  SUBCASE("room by sums") {
    r.demand.components[0].active_size = 40;
    refused("it has no room", "needs cpu 40, has 32 left");
  }
  SUBCASE("largest node") {
    r.demand.components[0].per_pod["cpu"] = q("9");
    refused("it has no room", "a pod of web needs cpu 9, the largest node has 8");
  }
  SUBCASE("packing") {
    r.demand.components[0].per_pod["cpu"] = q("5");
    r.demand.components[0].active_size = 5;
    refused("it has no room", "1 of 5 pods of web find no node with cpu 5, pods 1 free");
  }
  SUBCASE("a resource that the cluster does not list") {
    r.demand.components[0].per_pod["nvidia.com/gpu"] = q("1");
    refused("it has no room", "a pod of web needs nvidia.com/gpu 1, the largest node has 0");
  }
}

TEST_CASE("a cordoned cluster takes no newcomer and keeps what it has") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu-a", "daegu", cpu("32"), cpu("8")).spec.cordon = true;
  auto r = request("gov24", 1, 0, 2, "1");
  CHECK(only_reason(place_one(fleet, r)) == "it is cordoned");
  r.current = {placed("daegu", "daegu-a")};
  const auto choice = place_one(fleet, r);
  CHECK(text(choice) == "daegu-a Active");
  CHECK(broken(choice).empty());
}

TEST_CASE("centers of one risk group count as one, over actives and standbys alike") {
  Fleet fleet;
  fleet.site("daejeon", 4, 8, "chungcheong");
  fleet.site("gongju", 4, 8, "chungcheong");
  auto r = request("gov24", 1, 1, 2, "1");
  CHECK(place_one(fleet, r).copies.size() == 2);
  r.demand.distinct_risk_groups = true;
  const auto choice = place_one(fleet, r);
  CHECK(choice.copies.size() == 1);
  CHECK(choice.copies[0].role == api::Role::Active);
  CHECK(choice.missing_standby == 1);
  CHECK(only_reason(choice) == "its risk group holds a copy already");
}

TEST_CASE("a center that alone can play a role is left to it") {
  Fleet fleet;
  // daegu is wished for and empty, yet the standby can go nowhere else.
  fleet.site("daegu", 4, 8);
  fleet.site("gwangju", 4, 8).spec.roles = {api::Role::Active};
  auto r = request("gov24", 1, 1, 2, "1");
  r.wishes.prefer_centers = {"daegu"};
  const auto choice = place_one(fleet, r);
  CHECK(text(choice) == "gwangju Active, daegu Standby");
  CHECK(choice.copies[0].reason == "leaves the preferred center to another copy");
}

TEST_CASE("preferred centers come first, in their order, then the freest") {
  Fleet fleet;
  for (const auto* name : {"daegu", "gongju", "gwangju"}) fleet.site(name, 4, 8);
  auto r = request("gov24", 1, 0, 2, "1");
  fleet.view("daegu").allocated = cpu("8", "8");
  fleet.view("gongju").allocated = cpu("16", "16");
  fleet.view("gwangju").allocated = cpu("4", "4");
  CHECK(text(place_one(fleet, r)) == "gwangju Active");
  CHECK(place_one(fleet, r).copies[0].reason == "most free room");
  r.wishes.prefer_centers = {"gongju", "daegu"};
  CHECK(text(place_one(fleet, r)) == "gongju Active");
  CHECK(place_one(fleet, r).copies[0].reason == "preferred center");
}

TEST_CASE("equal centers share the load by hash, not by name") {
  Fleet fleet;
  for (const auto* name : {"a", "b", "c", "d"}) fleet.site(name, 100, 8);
  std::map<std::string, int> first;
  for (int i = 0; i < 200; ++i) {
    const auto choice = place_one(fleet, request("system-" + std::to_string(i), 1, 0, 1, "1"));
    ++first[choice.copies.at(0).cluster.text()];
    CHECK(choice.copies.at(0).reason == "drawn by hash among equals");
  }
  for (const auto& [name, times] : first) CHECK_MESSAGE((times > 25 && times < 75), name << ": " << times);
  CHECK(first.size() == 4);
}

TEST_CASE("a standby of no pods needs no room, and still none in a cluster that is not observed") {
  Fleet fleet;
  fleet.site("daegu", 4, 8);
  fleet.site("gongju", 1, 8);
  fleet.view("gongju").allocated = cpu("8", "110");
  auto r = request("gov24", 1, 1, 6, "2");
  CHECK(text(place_one(fleet, r)) == "daegu Active, gongju Standby");
  r.demand.components[0].standby_size = 1;
  CHECK(place_one(fleet, r).missing_standby == 1);
  r.demand.components[0].standby_size = 0;
  fleet.world.views.erase(ClusterName("gongju"));
  CHECK(place_one(fleet, r).missing_standby == 1);
}

TEST_CASE("standbys without pods do not all gather in one center") {
  Fleet fleet;
  for (const auto* name : {"a", "b", "c"}) fleet.site(name, 100, 8);
  std::vector<Request> requests;
  for (int i = 0; i < 60; ++i) requests.push_back(request("system-" + std::to_string(i), 1, 1, 4, "1"));
  std::map<std::string, int> standbys;
  for (const auto& [ref, choice] : place(fleet.world, requests)) ++standbys[choice.copies.at(1).cluster.text()];
  for (const auto* name : {"a", "b", "c"}) CHECK(standbys[name] >= 15);
}

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
