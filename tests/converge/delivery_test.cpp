// The whole operator against API servers in memory: what it writes, what it never writes, and that it comes to rest.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

const kube::Resource& deployments() {
  for (const auto& resource : controllers::owned_resources())
    if (resource.kind == "Deployment") return resource;
  return controllers::owned_resources().front();
}

int clusters_with(SmallFleet& fleet, const std::string& name) {
  int count = 0;
  for (auto& [cluster, server] : fleet.members) count += server->get(deployments(), {"ts-mois-" + name, "web"}) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a system is delivered to as many centers as its tier demands, and then nothing is written") {
  SmallFleet fleet;
  fleet.put_system(SmallFleet::system("gov24", 50));
  fleet.put_system(SmallFleet::system("homepage", 10));
  fleet.start();
  fleet.pass(seconds(20));

  CHECK(clusters_with(fleet, "homepage") == 1);
  const auto stored = fleet.system_of("homepage");
  REQUIRE(stored);
  CHECK((*stored)["status"]["placement"]["centers"].size() == 1);
  CHECK((*stored)["metadata"]["finalizers"] == Json::array({"haetae.io/copies"}));

  fleet.pass(seconds(60));  // numbers that were held back
  fleet.forget_writes();
  fleet.pass(seconds(300));
  CHECK(fleet.writes() == 0);
}

}  // namespace haetae::converge
