// Identity: a name that stands for another cluster than before, two names for one, a policy that goes.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

const kube::Resource& member_clusters() {
  static const auto kResource = controllers::hub_resource<api::MemberCluster>();
  return kResource;
}

TEST_CASE_FIXTURE(SmallFleet, "another cluster behind a known name is Unknown, gets no write, and its uid is not taken over") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(10));
  const auto home = home_of("gov24");
  const auto uid = (*hub.get(member_clusters(), {"", home}))["status"]["uid"];
  rebuild(home);
  kill();
  start();
  pass(seconds(120));
  CHECK(members.at(home)->writes() == 0);
  CHECK((*hub.get(member_clusters(), {"", home}))["status"]["uid"] == uid);
  CHECK(condition_of("gov24", "Redundant") == "Unknown");
  CHECK(message_of("gov24", "Redundant").find("another cluster answers") != std::string::npos);
  const auto placed_before = placed("gov24");

  auto accepted = *hub.get(member_clusters(), {"", home});
  accepted["status"]["uid"] = "";
  hub.put(member_clusters(), accepted);
  pass(seconds(20));
  CHECK(members.at(home)->get(kind("Deployment"), {"ts-mois-gov24", "web"}).has_value());
  CHECK(placed("gov24") == placed_before);
}

TEST_CASE_FIXTURE(SmallFleet, "the FleetPolicy waits when it is deleted while systems stand: a pause does not end by accident") {
  put_policy(true);
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  const kube::Resource policies = controllers::hub_resource<api::FleetPolicy>();
  hub.remove(policies, {"", "default"});
  pass(seconds(30));
  REQUIRE(hub.get(policies, {"", "default"}).has_value());
  CHECK(member_writes() == 0);
  force_away(controllers::hub_resource<api::TenantSystem>(), "homepage", "mois");
  pass(seconds(30));
  CHECK_FALSE(hub.get(policies, {"", "default"}).has_value());
}

TEST_CASE_FIXTURE(SmallFleet, "one object that conflicts keeps no other of the copy from healing") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  bool refuse = false;
  cluster.admission([&refuse](const Json& object) -> Json {
    if (!refuse || object.value("kind", "") != "Service") return nullptr;
    return {{"code", 409}, {"reason", "Conflict"}, {"message", "somebody else was first"}};
  });
  for (const auto* of : {"Service", "Deployment"}) {
    auto drifted = *cluster.get(kind(of), {"ts-mois-homepage", "web"});
    drifted["metadata"]["labels"]["haetae.io/component"] = "other";
    cluster.put(kind(of), drifted, "somebody");
  }
  refuse = true;
  pass(seconds(5));
  CHECK((*cluster.get(kind("Deployment"), {"ts-mois-homepage", "web"}))["metadata"]["labels"]["haetae.io/component"] == "web");
  refuse = false;
  pass(seconds(60));
  CHECK((*cluster.get(kind("Service"), {"ts-mois-homepage", "web"}))["metadata"]["labels"]["haetae.io/component"] == "web");
}

}  // namespace
}  // namespace haetae::converge
