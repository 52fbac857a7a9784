// Objects that a system brings along, and namespaces that somebody else gives it.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

constexpr auto kNs = "ts-mois-homepage";

Json config(const std::string& name, const std::string& value) {
  return {{"object", {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"a", value}}}}}};
}

Json homepage(Json manifests, const std::string& ns = "") {
  auto it = SmallFleet::system("homepage", 10);
  it["spec"]["manifests"] = std::move(manifests);
  if (!ns.empty()) it["spec"]["memberNamespace"] = ns;
  return it;
}

Json a_namespace(const std::string& name, const std::string& adopt) {
  Json ns{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}, {"labels", {{"team", "legacy"}}}}}};
  if (!adopt.empty()) ns["metadata"]["annotations"]["haetae.io/adopt"] = adopt;
  return ns;
}

TEST_CASE_FIXTURE(SmallFleet, "manifests are delivered, healed, and removed when they leave the spec; claims stay") {
  const Json claim{{"object", {{"apiVersion", "v1"}, {"kind", "PersistentVolumeClaim"}, {"metadata", {{"name", "uploads"}}},
                               {"spec", {{"accessModes", {"ReadWriteOnce"}}, {"resources", {{"requests", {{"storage", "1Gi"}}}}}}}}}};
  const Json policy{{"object", {{"apiVersion", "networking.k8s.io/v1"}, {"kind", "NetworkPolicy"}, {"metadata", {{"name", "more"}}},
                                {"spec", {{"podSelector", Json::object()}, {"policyTypes", {"Ingress"}}}}}}};
  put_system(homepage({config("settings", "1"), policy, claim}));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  REQUIRE(cluster.get(kind("ConfigMap"), {kNs, "settings"}));
  REQUIRE(cluster.get(kind("PersistentVolumeClaim"), {kNs, "uploads"}));
  REQUIRE(cluster.get(kind("NetworkPolicy"), {kNs, "more"}));
  auto drifted = *cluster.get(kind("ConfigMap"), {kNs, "settings"});
  drifted["data"]["a"] = "2";
  cluster.put(kind("ConfigMap"), drifted, "somebody");
  pass(seconds(5));
  CHECK(cluster.get(kind("ConfigMap"), {kNs, "settings"})->at("data").at("a") == "1");
  forget_writes();
  pass(seconds(60));
  CHECK(writes() == 0);
  put_system(homepage({config("settings", "1")}));
  pass(seconds(20));
  CHECK(cluster.get(kind("ConfigMap"), {kNs, "settings"}));
  CHECK_FALSE(cluster.get(kind("NetworkPolicy"), {kNs, "more"}));
  CHECK(cluster.get(kind("PersistentVolumeClaim"), {kNs, "uploads"}));
  CHECK(rules_of("homepage").contains("RemovalHeld"));
}

TEST_CASE_FIXTURE(SmallFleet, "a namespace that is not offered to the system is left alone, wherever it is") {
  const auto adopt = [] {
    std::string offered;
    SUBCASE("without an offer") { offered = ""; }
    SUBCASE("offered to another") { offered = "mois/other"; }
    return offered;
  }();
  for (auto& [name, server] : members) server->put(kind("Namespace"), a_namespace("legacy", adopt));
  put_system(homepage(Json::array(), "legacy"));
  start();
  forget_writes();
  pass(seconds(60));
  CHECK(member_writes() == 0);
  CHECK(rules_of("homepage").contains("NamespaceTaken"));
}

TEST_CASE_FIXTURE(SmallFleet, "an offered namespace is adopted, kept when the system goes, and what is foreign in it stays") {
  const Json foreign{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "of-others"}, {"namespace", "legacy"}}}};
  for (auto& [name, server] : members) {
    server->put(kind("Namespace"), a_namespace("legacy", "mois/homepage"));
    server->put(kind("ConfigMap"), foreign);
  }
  put_system(homepage({config("settings", "1")}, "legacy"));
  start();
  pass(seconds(10));
  const auto home = placed("homepage").front();
  auto& cluster = *members.at(home);
  REQUIRE(cluster.get(kind("Deployment"), {"legacy", "web"}));
  CHECK(cluster.get(kind("Namespace"), {"", "legacy"})->at("metadata")["annotations"]["haetae.io/system-ref"] == "mois/homepage");
  CHECK(cluster.get(kind("Namespace"), {"", "legacy"})->at("metadata")["labels"]["team"] == "legacy");
  CHECK_FALSE(cluster.get(kind("ResourceQuota"), {"legacy", "haetae"}));
  forget_writes();
  pass(seconds(60));
  CHECK(writes() == 0);
  for (auto& [name, server] : members)
    if (name != home) CHECK_FALSE(server->get(kind("Namespace"), {"", "legacy"})->at("metadata")["annotations"].contains("haetae.io/system-ref"));
  SUBCASE("where the offer is taken back nothing is written any more") {
    auto ns = *cluster.get(kind("Namespace"), {"", "legacy"});
    ns["metadata"]["annotations"]["haetae.io/adopt"] = nullptr;
    cluster.put(kind("Namespace"), ns, "administrator");
    cluster.remove(kind("Service"), {"legacy", "web"});
    pass(seconds(10));
    CHECK_FALSE(cluster.get(kind("Service"), {"legacy", "web"}));
    CHECK(rules_of("homepage").contains("NamespaceTaken"));
    CHECK(cluster.get(kind("Deployment"), {"legacy", "web"}));
  }
  delete_system("homepage");
  pass(seconds(60));
  CHECK_FALSE(system_of("homepage"));
  CHECK(cluster.get(kind("Namespace"), {"", "legacy"}));
  CHECK(cluster.get(kind("ConfigMap"), {"legacy", "of-others"}));
  CHECK_FALSE(cluster.get(kind("ConfigMap"), {"legacy", "settings"}));
  CHECK_FALSE(cluster.get(kind("Deployment"), {"legacy", "web"}));
}

TEST_CASE_FIXTURE(SmallFleet, "two systems whose names make one namespace: the second writes nothing, the first runs on") {
  hub.put(controllers::namespaces(), {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "mois-home"}}}});
  put_system(system("home-page", 10));
  start();
  pass(seconds(10));
  const auto before = state();
  forget_writes();
  auto second = system("page", 10);
  second["metadata"]["namespace"] = "mois-home";
  hub.put(controllers::hub_resource<api::TenantSystem>(), second);
  pass(seconds(60));
  CHECK(member_writes() == 0);
  const auto stored = hub.get(controllers::hub_resource<api::TenantSystem>(), {"mois-home", "page"});
  REQUIRE(stored);
  CHECK((*stored)["status"]["findings"].dump().find("NamespaceShared") != std::string::npos);
  CHECK_FALSE(rules_of("home-page").contains("NamespaceShared"));
}

TEST_CASE_FIXTURE(SmallFleet, "a template that nobody can read holds up its own system and no other") {
  const bool deep = [] {
    bool is_deep = false;
    SUBCASE("too deep") { is_deep = true; }
    SUBCASE("too long") { is_deep = false; }
    return is_deep;
  }();
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  auto strange = system("strange", 10);
  auto& pods = strange["spec"]["components"][0]["template"];
  if (!deep) pods["metadata"]["annotations"]["x"] = std::string(300'000, 'x');
  for (int i = 0; deep && i < 200; ++i) pods = {{"x", std::move(pods)}};
  forget_writes();
  put_system(strange);
  pass(seconds(10));
  CHECK(member_writes() == 0);
  CHECK(rules_of("strange").contains("TemplateUnreadable"));
  delete_system("homepage");
  pass(seconds(10));
  count(cluster, kNs, {});
  pass(seconds(60));
  CHECK_FALSE(system_of("homepage"));
}

}  // namespace
}  // namespace haetae::converge
