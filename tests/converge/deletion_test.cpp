// Deletion: everything of ours goes, from every cluster, and only then the finalizer; what is not ours, or needs an
// approval, stays.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

TEST_CASE_FIXTURE(SmallFleet, "a deleted tier-4 system goes from its cluster, then its finalizer goes") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  delete_system("homepage");
  pass(seconds(2));
  count_secrets(cluster, "ts-mois-homepage", 0);
  pass(seconds(70));
  CHECK_FALSE(cluster.get(kind("Deployment"), {"ts-mois-homepage", "web"}));
  CHECK_FALSE(cluster.get(kind("Namespace"), {"", "ts-mois-homepage"}));
  CHECK_FALSE(system_of("homepage"));
}

TEST_CASE_FIXTURE(SmallFleet, "a deleted system waits for a cluster that is down, and goes when it is back") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  const auto home = home_of("homepage");
  auto& cluster = *members.at(home);
  cluster.refuse_connections(true);
  cluster.cut_streams();
  pass(seconds(20));
  delete_system("homepage");
  pass(seconds(120));
  REQUIRE(system_of("homepage"));
  CHECK(cluster.get(kind("Deployment"), {"ts-mois-homepage", "web"}).has_value());
  CHECK(message_of("homepage", "Ready").find("left in " + home + ", Unknown since ") != std::string::npos);
  cluster.refuse_connections(false);
  pass(seconds(20));
  count_secrets(cluster, "ts-mois-homepage", 0);
  pass(seconds(70));
  CHECK_FALSE(cluster.get(kind("Namespace"), {"", "ts-mois-homepage"}));
  CHECK_FALSE(system_of("homepage"));
}

TEST_CASE_FIXTURE(SmallFleet, "a namespace that holds data is kept, and so is the TenantSystem that says why") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  const kube::Resource claims{"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true};
  cluster.put(claims, {{"apiVersion", "v1"},
                       {"kind", "PersistentVolumeClaim"},
                       {"metadata", {{"name", "data-0"}, {"namespace", "ts-mois-homepage"}, {"labels", {{"haetae.io/system", "mois.homepage"}}}}}});
  delete_system("homepage");
  pass(seconds(2));
  count_secrets(cluster, "ts-mois-homepage", 0);
  pass(seconds(300));
  CHECK(cluster.get(claims, {"ts-mois-homepage", "data-0"}).has_value());
  CHECK_FALSE(cluster.get(kind("Deployment"), {"ts-mois-homepage", "web"}));
  REQUIRE(system_of("homepage"));
  CHECK(rules_of("homepage").contains("NamespaceKept"));
  CHECK(message_of("homepage", "Reconciling").find("PersistentVolumeClaim data-0") != std::string::npos);
}

TEST_CASE_FIXTURE(SmallFleet, "Secrets that we may not read keep a namespace all the same") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  delete_system("homepage");
  pass(seconds(2));
  count_secrets(cluster, "ts-mois-homepage", 2);
  pass(seconds(120));
  CHECK(cluster.get(kind("Namespace"), {"", "ts-mois-homepage"}).has_value());
  CHECK(system_of("homepage").has_value());
}

TEST_CASE_FIXTURE(SmallFleet, "a foreign budget, autoscaler, limit or quota keeps a namespace: it would go with it") {
  kube::Resource resource;
  SUBCASE("PodDisruptionBudget") { resource = kind("PodDisruptionBudget"); }
  SUBCASE("HorizontalPodAutoscaler") { resource = kind("HorizontalPodAutoscaler"); }
  SUBCASE("LimitRange") { resource = kind("LimitRange"); }
  SUBCASE("ResourceQuota") { resource = kind("ResourceQuota"); }
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  cluster.put(resource, {{"apiVersion", resource.api_version()},
                         {"kind", resource.kind},
                         {"metadata", {{"name", "guest"}, {"namespace", "ts-mois-homepage"}}},
                         {"spec", Json::object()}});
  delete_system("homepage");
  pass(seconds(2));
  count(cluster, "ts-mois-homepage", {});
  pass(seconds(120));
  CHECK(cluster.get(resource, {"ts-mois-homepage", "guest"}).has_value());
  CHECK(rules_of("homepage").contains("NamespaceKept"));
  CHECK(message_of("homepage", "Reconciling").find(resource.kind + " guest") != std::string::npos);
}

TEST_CASE_FIXTURE(SmallFleet, "foreign objects of a kind that we may not read keep a namespace, as custom resources do") {
  put_system(system("homepage", 10));
  for (auto& [name, server] : members) {
    server->serve({"rbac.authorization.k8s.io", "v1", "roles", "Role", true});
    server->serve({"example.com", "v1", "widgets", "Widget", true});
    server->serve({"example.com", "v1", "worlds", "World", false});
  }
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  delete_system("homepage");
  pass(seconds(2));
  std::string expected;
  SUBCASE("Roles") {
    count(cluster, "ts-mois-homepage", {{"roles.rbac.authorization.k8s.io", 2}});
    expected = "2 roles.rbac.authorization.k8s.io";
  }
  SUBCASE("a custom resource") {
    count(cluster, "ts-mois-homepage", {{"widgets.example.com", 1}});
    expected = "1 widgets.example.com";
  }
  SUBCASE("one that nobody counts") {
    count(cluster, "ts-mois-homepage", {{"widgets.example.com", -1}});
    expected = "widgets.example.com that nobody counts";
  }
  SUBCASE("anything at all, where nobody counts") { expected = "widgets.example.com that nobody counts"; }
  pass(seconds(120));
  CHECK(cluster.get(kind("Namespace"), {"", "ts-mois-homepage"}).has_value());
  CHECK(rules_of("homepage").contains("NamespaceKept"));
  CHECK(message_of("homepage", "Reconciling").find(expected) != std::string::npos);
  count(cluster, "ts-mois-homepage", {});
  pass(seconds(120));
  CHECK_FALSE(cluster.get(kind("Namespace"), {"", "ts-mois-homepage"}));
  CHECK_FALSE(system_of("homepage"));
}

TEST_CASE_FIXTURE(SmallFleet, "a deleted system of a tier that wants an approval runs on, and is still looked after") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(10));
  const auto before = clusters_of("gov24");
  delete_system("gov24");
  pass(seconds(60));
  CHECK(clusters_of("gov24") == before);
  auto& cluster = *members.at(home_of("gov24"));
  cluster.remove(kind("Deployment"), {"ts-mois-gov24", "web"});
  pass(seconds(3));
  CHECK(clusters_of("gov24") == before);
  CHECK(system_of("gov24").has_value());
}

TEST_CASE_FIXTURE(SmallFleet, "a RiskTier, Center or MemberCluster in use waits when it is deleted, and nothing stops") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  const auto home = clusters_of("homepage");
  hub.remove(controllers::hub_resource<api::RiskTier>(), {"", "tier-4"});
  hub.remove(controllers::hub_resource<api::Center>(), {"", home_of("homepage")});
  hub.remove(controllers::hub_resource<api::MemberCluster>(), {"", home_of("homepage")});
  pass(seconds(60));
  CHECK(hub.get(controllers::hub_resource<api::RiskTier>(), {"", "tier-4"}).has_value());
  CHECK(hub.get(controllers::hub_resource<api::Center>(), {"", home_of("homepage")}).has_value());
  CHECK(hub.get(controllers::hub_resource<api::MemberCluster>(), {"", home_of("homepage")}).has_value());
  CHECK(clusters_of("homepage") == home);
}

}  // namespace
}  // namespace haetae::converge
