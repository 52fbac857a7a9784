// place(): where newcomers go, and the words about it.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "placement_fleet.hpp"

using namespace haetae;
using namespace haetae::placement;
using namespace haetae::placement::testing;

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
