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

}  // namespace
}  // namespace haetae::converge
