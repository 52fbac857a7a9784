// Doubt: what is Unknown, missing, empty or broken moves and removes nothing.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

TEST_CASE_FIXTURE(SmallFleet, "a cluster that is lost moves nothing and stops nothing, and is quiet when it is back") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(90));
  const auto homes = clusters_of("gov24");
  auto& lost = *members.at(home_of("gov24"));
  const auto before = state();
  lost.refuse_connections(true);
  lost.cut_streams();
  pass(seconds(300));
  CHECK(clusters_of("gov24") == homes);
  CHECK(condition_of("gov24", "Redundant") == "Unknown");
  CHECK(placed("gov24") == homes);
  lost.refuse_connections(false);
  pass(seconds(90));
  CHECK(condition_of("gov24", "Redundant") != "Unknown");
  forget_writes();
  pass(seconds(300));
  CHECK(writes() == 0);
  CHECK(Json::diff(before[homes.front()], state()[homes.front()]).dump() == "[]");
}

TEST_CASE_FIXTURE(SmallFleet, "one lost cluster delays no other") {
  start();
  pass(seconds(5));
  members.at("daejeon")->refuse_connections(true);
  members.at("daejeon")->cut_streams();
  pass(seconds(20));
  for (int i = 0; i < 10; ++i) put_system(system("s" + std::to_string(i), 10));
  pass(seconds(5));
  for (int i = 0; i < 10; ++i) CHECK(clusters_of("s" + std::to_string(i)).size() == 1);
}

TEST_CASE_FIXTURE(SmallFleet, "a cluster that hangs delays no other") {
  members.at("daejeon")->on_request([](const kube::HttpRequest&, std::size_t) { return fakes::Fault{fakes::Fault::Kind::Hang, {}}; });
  start();
  pass(seconds(10));
  put_system(system("homepage", 10));
  pass(seconds(5));
  CHECK(clusters_of("homepage").size() == 1);
}

TEST_CASE_FIXTURE(SmallFleet, "without tiers, centers or clusters everything is held as it is") {
  put_system(system("gov24", 95));
  put_system(system("homepage", 10));
  start();
  pass(seconds(30));
  const auto gov24 = clusters_of("gov24"), homepage = clusters_of("homepage");
  kill();
  for (const auto* tier : {"tier-1", "tier-4"}) force_away(controllers::hub_resource<api::RiskTier>(), tier);
  for (auto& [name, server] : members) force_away(controllers::hub_resource<api::Center>(), name);
  forget_writes();
  start();
  pass(seconds(300));
  CHECK(member_writes() == 0);
  CHECK(clusters_of("gov24") == gov24);
  CHECK(placed("gov24") == gov24);
  CHECK(placed("homepage") == homepage);
  for (auto& [name, server] : members) force_away(controllers::hub_resource<api::MemberCluster>(), name);
  pass(seconds(300));
  CHECK(member_writes() == 0);
  CHECK(placed("gov24") == gov24);
  CHECK(clusters_of("homepage") == homepage);
}

TEST_CASE_FIXTURE(SmallFleet, "a TenantSystem that cannot be decoded is held: nothing of it is touched") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(30));
  auto broken = *system_of("homepage");
  broken["spec"]["components"] = "none";
  hub.put(controllers::hub_resource<api::TenantSystem>(), broken);
  kill();
  forget_writes();
  start();
  pass(seconds(120));
  CHECK(member_writes() == 0);
  CHECK(clusters_of("homepage").size() == 1);
  CHECK(system_of("homepage").has_value());
}

TEST_CASE_FIXTURE(SmallFleet, "a TenantSystem that the hub has lost is an orphan: it is never pruned") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(30));
  kill();
  force_away(controllers::hub_resource<api::TenantSystem>(), "homepage", "mois");
  forget_writes();
  start();
  pass(seconds(120));
  CHECK(member_writes() == 0);
  CHECK(clusters_of("homepage").size() == 1);
}

TEST_CASE_FIXTURE(SmallFleet, "a component that leaves the spec of a tier-1 system runs on and is reported") {
  auto two = system("gov24", 95);
  auto api_component = two["spec"]["components"][0];
  api_component["name"] = "api";
  two["spec"]["components"].push_back(api_component);
  put_system(two);
  start();
  pass(seconds(20));
  auto one = *system_of("gov24");
  one["spec"]["components"] = system("gov24", 95)["spec"]["components"];
  put_system(one);
  pass(seconds(60));
  for (const auto& home : clusters_of("gov24"))
    CHECK(members.at(home)->get(kind("Deployment"), {"ts-mois-gov24", "api"}).has_value());
  CHECK(rules_of("gov24").contains("RemovalHeld"));
}

}  // namespace
}  // namespace haetae::converge
