// Prepared: what a member chart that is missing or old changes, and what it does not.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

std::string prepared(SmallFleet& fleet, const std::string& cluster) {
  const auto object = fleet.hub.get(controllers::hub_resource<api::MemberCluster>(), {"", cluster});
  for (const auto& condition : (*object)["status"]["conditions"])
    if (condition["type"] == "Prepared") return std::string(condition["status"]) + " " + std::string(condition["reason"]);
  return "";
}

TEST_CASE_FIXTURE(SmallFleet, "without its member chart a cluster is not Prepared; nothing is written, moved or withheld for it") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(10));
  const auto before = placed("gov24");
  for (const auto& [name, server] : members) {
    CHECK(prepared(*this, name) == "True Prepared");
    server->remove(controllers::config_maps(), {"haetae-system", domain::kMemberChart});
  }
  forget_writes();
  pass(seconds(120));
  for (const auto& [name, server] : members) CHECK(prepared(*this, name) == "False MemberChartMissing");
  CHECK(member_writes() == 0);
  CHECK(placed("gov24") == before);
  forget_writes();
  pass(seconds(120));
  CHECK(writes() == 0);  // said once
  put_system(system("homepage", 10));
  pass(seconds(10));
  CHECK_FALSE(clusters_of("homepage").empty());
}

TEST_CASE_FIXTURE(SmallFleet, "Prepared outlives a restart without a write") {
  start();
  pass(seconds(10));
  kill();
  forget_writes();
  start();
  pass(seconds(120));
  CHECK(prepared(*this, "daegu") == "True Prepared");
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(SmallFleet, "a cluster that falls silent is Unknown, and another one under its name does not speak for it") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(10));
  const auto home = home_of("gov24");
  members.at(home)->refuse_connections(true);
  members.at(home)->cut_streams();
  pass(seconds(60));
  CHECK(prepared(*this, home) == "Unknown NotReachable");
  rebuild(home);
  kill();
  start();
  pass(seconds(120));
  CHECK(prepared(*this, home) == "Unknown NotReachable");
}

}  // namespace
}  // namespace haetae::converge
