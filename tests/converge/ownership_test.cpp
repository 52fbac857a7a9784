// What is ours and what is not, where somebody changed the marks that tell it, and what a replaced workload waits for.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

constexpr auto kNs = "ts-mois-homepage";

TEST_CASE_FIXTURE(SmallFleet, "a namespace that lost its mark while our objects run in it holds the finalizer and says so") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  auto ns = *cluster.get(kind("Namespace"), {"", kNs});
  ns["metadata"]["annotations"]["haetae.io/system-ref"] = nullptr;
  cluster.put(kind("Namespace"), ns, "somebody");
  delete_system("homepage");
  pass(seconds(60));
  REQUIRE(system_of("homepage"));
  CHECK(rules_of("homepage").contains("NamespaceTaken"));
  const auto findings = (*system_of("homepage"))["status"]["findings"].dump();
  CHECK(findings.find("haetae.io/system-ref: mois/homepage") != std::string::npos);
  CHECK(findings.find("Deployment web") != std::string::npos);
  CHECK(cluster.get(kind("Deployment"), {kNs, "web"}).has_value());
  SUBCASE("once the mark is back, it goes") {
    ns = *cluster.get(kind("Namespace"), {"", kNs});
    ns["metadata"]["annotations"]["haetae.io/system-ref"] = "mois/homepage";
    cluster.put(kind("Namespace"), ns, "somebody");
    pass(seconds(10));
    count(cluster, kNs, {});
    pass(seconds(60));
    CHECK_FALSE(cluster.get(kind("Namespace"), {"", kNs}));
  }
  SUBCASE("once a hand has removed what is ours, the namespace is left alone") {
    for (const auto& resource : controllers::owned_resources())
      for (const auto& object : cluster.all(resource))
        if (object["metadata"].value("namespace", "") == kNs) cluster.remove(resource, {kNs, object["metadata"]["name"]});
    pass(seconds(120));
    CHECK(cluster.get(kind("Namespace"), {"", kNs}).has_value());
  }
  CHECK_FALSE(system_of("homepage"));
}

TEST_CASE_FIXTURE(SmallFleet, "a workload whose system label somebody changed is healed, label and image") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  auto drifted = *cluster.get(kind("Deployment"), {kNs, "web"});
  drifted["metadata"]["labels"]["haetae.io/system"] = "nts.hometax";
  drifted["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example/evil:1";
  cluster.put(kind("Deployment"), drifted, "somebody");
  pass(seconds(5));
  const auto healed = *cluster.get(kind("Deployment"), {kNs, "web"});
  CHECK(healed["metadata"]["labels"]["haetae.io/system"] == "mois.homepage");
  CHECK(healed["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.example/web:1");
  CHECK_FALSE(rules_of("homepage").contains("ObjectTaken"));
}

TEST_CASE_FIXTURE(SmallFleet, "an object of somebody else in the place of ours is a finding that names it and its manager") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  cluster.remove(kind("Service"), {kNs, "web"});
  cluster.put(kind("Service"), {{"apiVersion", "v1"},
                                {"kind", "Service"},
                                {"metadata", {{"name", "web"}, {"namespace", kNs}}},
                                {"spec", {{"clusterIP", "None"}}}}, "helm");
  pass(seconds(10));
  CHECK(rules_of("homepage").contains("ObjectTaken"));
  const auto why = message_of("homepage", "Reconciling");
  CHECK(why.find("Service ts-mois-homepage/web") != std::string::npos);
  CHECK(why.find("helm") != std::string::npos);
  CHECK(cluster.get(kind("Service"), {kNs, "web"})->at("spec").value("clusterIP", "") == "None");
  cluster.remove(kind("Service"), {kNs, "web"});
  pass(seconds(120));
  CHECK(cluster.get(kind("Service"), {kNs, "web"})->at("metadata")["labels"]["haetae.io/system"] == "mois.homepage");
  CHECK_FALSE(rules_of("homepage").contains("ObjectTaken"));
}

TEST_CASE_FIXTURE(SmallFleet, "a workload whose kind changes runs on until the one that replaces it is Ready") {
  auto object = system("homepage", 10);
  put_system(object);
  start();
  pass(seconds(10));
  auto& cluster = *members.at(home_of("homepage"));
  object["spec"]["components"][0]["workload"] = "StatefulSet";
  put_system(object);
  pass(seconds(60));
  CHECK(cluster.get(kind("Deployment"), {kNs, "web"}).has_value());
  CHECK(rules_of("homepage").contains("RemovalHeld"));
  const auto stands = [&](int ready) {
    auto set = *cluster.get(kind("StatefulSet"), {kNs, "web"});
    set["status"] = {{"observedGeneration", set["metadata"]["generation"]}, {"replicas", 3}, {"updatedReplicas", 3}, {"readyReplicas", ready}};
    cluster.put(kind("StatefulSet"), set, "kube-controller-manager");
    pass(seconds(10));
  };
  stands(2);
  CHECK(cluster.get(kind("Deployment"), {kNs, "web"}).has_value());
  stands(3);
  CHECK_FALSE(cluster.get(kind("Deployment"), {kNs, "web"}));
  CHECK(cluster.get(kind("StatefulSet"), {kNs, "web"}).has_value());
  CHECK_FALSE(rules_of("homepage").contains("RemovalHeld"));
}

}  // namespace
}  // namespace haetae::converge
