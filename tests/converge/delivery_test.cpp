// The whole operator against API servers in memory: what it writes, what it never writes, and that it comes to rest.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

TEST_CASE_FIXTURE(SmallFleet, "a system is delivered to as many centers as its tier demands, and then nothing is written") {
  put_system(system("gov24", 95));
  put_system(system("homepage", 10));
  start();
  pass(seconds(20));
  CHECK(clusters_of("gov24").size() == 2);
  CHECK(clusters_of("homepage").size() == 1);
  const auto stored = system_of("homepage");
  REQUIRE(stored);
  CHECK((*stored)["status"]["placement"]["centers"].size() == 1);
  CHECK((*stored)["metadata"]["finalizers"] == Json::array({"haetae.io/copies"}));

  pass(seconds(60));  // numbers that were held back
  forget_writes();
  pass(seconds(300));
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(SmallFleet, "a restarted operator finds everything as it left it and writes nothing") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(90));
  const auto before = state();
  kill();
  forget_writes();
  start();
  pass(seconds(120));
  CHECK(writes() == 0);
  CHECK(Json::diff(before, state()).dump() == "[]");
}

TEST_CASE_FIXTURE(SmallFleet, "a workload that was scaled, changed or deleted in a member is as stated again at once") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  const kube::ObjectKey web{"ts-mois-homepage", "web"};
  auto deployment = *cluster.get(kind("Deployment"), web);
  deployment["spec"]["replicas"] = 1;
  cluster.put(kind("Deployment"), deployment);
  pass(seconds(2));
  CHECK((*cluster.get(kind("Deployment"), web))["spec"]["replicas"] == 3);

  deployment = *cluster.get(kind("Deployment"), web);
  deployment["spec"]["template"]["spec"]["containers"][0]["image"] = "elsewhere.example/miner:1";
  cluster.put(kind("Deployment"), deployment);
  pass(seconds(2));
  CHECK((*cluster.get(kind("Deployment"), web))["spec"]["template"]["spec"]["containers"][0]["image"] ==
        "registry.example/web:1");

  cluster.remove(kind("Deployment"), web);
  pass(seconds(2));
  CHECK(cluster.get(kind("Deployment"), web).has_value());
}

TEST_CASE_FIXTURE(SmallFleet, "objects that are not ours are left alone") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  cluster.put(kind("Service"), {{"apiVersion", "v1"},
                                {"kind", "Service"},
                                {"metadata", {{"name", "theirs"}, {"namespace", "ts-mois-homepage"}}},
                                {"spec", {{"ports", Json::array({{{"port", 1}}})}}}});
  pass(seconds(60));
  CHECK(cluster.get(kind("Service"), {"ts-mois-homepage", "theirs"}).has_value());
}

TEST_CASE_FIXTURE(SmallFleet, "a namespace that carries no mark is never adopted") {
  for (auto& [name, server] : members)
    server->put(kind("Namespace"), {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "ts-mois-homepage"}}}});
  put_system(system("homepage", 10));
  start();
  pass(seconds(20));
  CHECK(clusters_of("homepage").empty());
  CHECK(rules_of("homepage").contains("NamespaceTaken"));
  for (auto& [name, server] : members)
    CHECK((*server->get(kind("Namespace"), {"", "ts-mois-homepage"}))["metadata"]["labels"].contains("haetae.io/system") == false);
}

TEST_CASE_FIXTURE(SmallFleet, "what a cluster refuses is a finding, and nothing at all is written there") {
  for (auto& [name, server] : members)
    server->admission([](const Json& object) -> Json {
      if (object.value("kind", "") != "Deployment") return nullptr;
      return {{"code", 422}, {"reason", "Invalid"}, {"message", "spec.template.spec.containers[0].image: no such registry"}};
    });
  put_system(system("homepage", 10));
  start();
  pass(seconds(20));
  CHECK(rules_of("homepage").contains("RefusedByCluster"));
  for (auto& [name, server] : members) CHECK_FALSE(server->get(kind("Namespace"), {"", "ts-mois-homepage"}));
}

TEST_CASE_FIXTURE(SmallFleet, "a right that we lack is no fault of the system: it waits, and goes on once the right is there") {
  bool may = false;
  for (auto& [name, server] : members)
    server->admission([&may](const Json& object) -> Json {
      if (may || object.value("kind", "") != "Deployment") return nullptr;
      return {{"code", 403}, {"reason", "Forbidden"}, {"message", "deployments.apps is forbidden: User \"us\" cannot patch resource"}};
    });
  put_system(system("homepage", 10));
  start();
  pass(seconds(20));
  CHECK(rules_of("homepage").empty());
  CHECK(condition_of("homepage", "Stalled") == "False");
  CHECK(condition_of("homepage", "Ready") == "False");
  for (auto& [name, server] : members) CHECK_FALSE(server->get(kind("Namespace"), {"", "ts-mois-homepage"}));
  may = true;
  pass(seconds(60));
  CHECK(clusters_of("homepage").size() == 1);
}

TEST_CASE_FIXTURE(SmallFleet, "a finalizer that meets conflicts for seconds delays a new system and no more") {
  int refused = 0;
  hub.on_request([&refused](const kube::HttpRequest& request, std::size_t) -> std::optional<fakes::Fault> {
    const bool is_finalizer = request.verb == kube::Verb::Patch && request.target.find("tenantsystems/homepage") != std::string::npos &&
                              request.target.find("/status") == std::string::npos;
    if (!is_finalizer || ++refused > 4) return std::nullopt;
    return fakes::Fault{fakes::Fault::Kind::Answer, {422, {}, R"({"kind":"Status","reason":"Invalid","message":"the test failed"})"}};
  });
  put_system(system("homepage", 10));
  start();
  pass(seconds(20));
  CHECK(refused > 4);
  CHECK(clusters_of("homepage").size() == 1);
}

TEST_CASE_FIXTURE(SmallFleet, "a decision that somebody edited in the hub is decided on anew, and copies stay where it says") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  const auto home = home_of("homepage");
  auto edited = *system_of("homepage");
  edited["status"]["placement"]["decidedAt"] = "2020-01-01T00:00:00Z";
  edited["status"]["placement"]["where"] = "nowhere";
  hub.put(controllers::hub_resource<api::TenantSystem>(), edited);
  pass(seconds(10));
  CHECK(placed("homepage") == std::vector{home});
  CHECK(clusters_of("homepage") == std::vector{home});
  CHECK((*system_of("homepage"))["status"]["placement"]["where"] != "nowhere");
}

TEST_CASE_FIXTURE(SmallFleet, "while the fleet is paused nothing is written in any member, and all of it afterwards") {
  put_policy(true);
  put_system(system("homepage", 10));
  start();
  pass(seconds(20));
  CHECK(clusters_of("homepage").empty());
  CHECK(member_writes() == 0);
  put_policy(false);
  pass(seconds(10));
  CHECK(clusters_of("homepage").size() == 1);
}

TEST_CASE_FIXTURE(SmallFleet, "a FleetPolicy that cannot be read stops writing in members, since it may say pause") {
  hub.put(controllers::hub_resource<api::FleetPolicy>(), {{"apiVersion", "haetae.io/v1alpha1"},
                                                          {"kind", "FleetPolicy"},
                                                          {"metadata", {{"name", "default"}}},
                                                          {"spec", {{"paused", "maybe"}}}});
  put_system(system("homepage", 10));
  start();
  pass(seconds(20));
  CHECK(member_writes() == 0);
}

TEST_CASE_FIXTURE(SmallFleet, "labels of a MemberCluster come back when somebody takes them away") {
  start();
  pass(seconds(5));
  auto cluster = *hub.get(controllers::hub_resource<api::MemberCluster>(), {"", "daejeon"});
  CHECK(cluster["metadata"]["labels"]["haetae.io/center"] == "daejeon");
  cluster["metadata"]["labels"] = {{"mine", "stays"}, {"provider.msp.haetae.io/gone", "Full"}, {"haetae.io/center", nullptr}};
  hub.put(controllers::hub_resource<api::MemberCluster>(), cluster);
  pass(seconds(5));
  cluster = *hub.get(controllers::hub_resource<api::MemberCluster>(), {"", "daejeon"});
  CHECK(cluster["metadata"]["labels"] == Json{{"haetae.io/center", "daejeon"}, {"mine", "stays"}});
}

}  // namespace
}  // namespace haetae::converge
