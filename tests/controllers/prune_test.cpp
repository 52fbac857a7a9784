#include "controllers/prune.hpp"

#include <doctest/doctest.h>

#include "builders.hpp"
#include "controllers/refusal.hpp"
#include "controllers/transitions.hpp"

using namespace haetae;
using namespace haetae::controllers;

namespace {

constexpr auto kNs = "ts-mois-gov24";
constexpr auto kLabel = "mois.gov24";

std::shared_ptr<const OwnedRow> object(const std::string& kind, const std::string& name, const std::string& label = kLabel) {
  static Words words;
  OwnedRow row;
  row.of = &*std::ranges::find(owned_resources(), kind, &kube::Resource::kind);
  row.ns = words.word(kNs);
  row.name = words.word(name);
  row.system = words.word(label);
  return std::make_shared<const OwnedRow>(row);
}

domain::SystemPlan plan_of(api::DeletionPolicy deletion) {
  domain::SystemPlan plan;
  plan.system = build::SystemMade("mois/gov24").with(build::a_component("web", 3)).made();
  auto tier = std::make_shared<api::RiskTier>();
  tier->spec.deletion = deletion;
  plan.tier = tier;
  return plan;
}

}  // namespace

TEST_CASE("a component that left the spec runs on where its tier wants an approval, with all that belongs to it") {
  const auto rest = leftovers(plan_of(api::DeletionPolicy::Approved), kLabel, {},
                              {object("Deployment", "old"), object("Service", "old"), object("PodDisruptionBudget", "old")});
  CHECK(rest.remove.empty());
  REQUIRE(rest.held.size() == 1);
  CHECK(rest.held.front().rule == "RemovalHeld");
}

TEST_CASE("a component that left the spec goes where its tier lets it, autoscaler first, then the workload") {
  const auto rest = leftovers(plan_of(api::DeletionPolicy::Immediate), kLabel, {},
                              {object("Service", "old"), object("Deployment", "old"), object("HorizontalPodAutoscaler", "old")});
  REQUIRE(rest.remove.size() == 3);
  CHECK(rest.remove[0].kind == "HorizontalPodAutoscaler");
  CHECK(rest.remove[1].kind == "Deployment");
  CHECK(rest.held.empty());
}

TEST_CASE("what a present component does not want any more goes at once, in any tier") {
  const auto rest = leftovers(plan_of(api::DeletionPolicy::Approved), kLabel, {object("Deployment", "web")->id()},
                              {object("Deployment", "web"), object("HorizontalPodAutoscaler", "web"), object("Service", "web-pods")});
  CHECK(rest.remove.size() == 2);
  CHECK(rest.held.empty());
}

TEST_CASE("an object of another system is never ours to remove") {
  const auto rest = leftovers(plan_of(api::DeletionPolicy::Immediate), kLabel, {}, {object("Deployment", "x", "mois.other")});
  CHECK(rest.remove.empty());
  CHECK(rest.held.empty());
}

TEST_CASE("manifests that left the spec go in any tier, claims stay for ever, and a StatefulSet's claims are no news") {
  auto plan = plan_of(api::DeletionPolicy::Approved);
  plan.system = build::SystemMade("mois/gov24")
                    .with(build::a_component("db", 3).stateful().claiming(R"({"metadata":{"name":"data"}})"))
                    .made();
  const auto rest = leftovers(plan, kLabel, {},
                              {object("ConfigMap", "old"), object("CronJob", "old"), object("PersistentVolumeClaim", "uploads"),
                               object("PersistentVolumeClaim", "data-db-7")});
  CHECK(rest.remove.size() == 2);
  REQUIRE(rest.held.size() == 1);
  CHECK(rest.held.front().path == "spec.manifests");
  CHECK(rest.held.front().message.find("PersistentVolumeClaim uploads") == 0);
  CHECK_FALSE(rest.awaits_replacement);
}

TEST_CASE("a ConfigMap goes once no pod of an earlier template can need it") {
  const auto plan = plan_of(api::DeletionPolicy::Immediate);
  OwnedRow web = *object("Deployment", "web");
  const auto left = [&](bool settled) {
    return leftovers(plan, kLabel, {web.id()}, {std::make_shared<const OwnedRow>(web), object("ConfigMap", "old"), object("Ingress", "old")}, settled);
  };
  CHECK(left(true).remove.size() == 2);
  CHECK(left(false).remove.size() == 1);
  CHECK(left(false).awaits_replacement);
  CHECK(left(false).held.empty());
  web.rolled_out = false;
  CHECK(left(true).remove.size() == 1);
  REQUIRE(left(true).held.size() == 1);
  CHECK(left(true).held.front().message.find("ConfigMap old stays") == 0);
}

TEST_CASE("a refusal of a manifest is a finding at its place, and what pod security misses is one at the container's") {
  auto plan = plan_of(api::DeletionPolicy::Approved);
  plan.system = build::SystemMade("mois/gov24")
                    .with(build::a_component("web", 3))
                    .holding(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"web"}})")
                    .holding(R"({"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"web"},"spec":{"jobTemplate":{"spec":{"template":{"spec":{}}}}}})")
                    .made();
  const auto path = [&](const char* kind, const std::string& message) {
    return refusal(plan, ClusterName("daejeon"), {"", kind, kNs, "web"}, message).path;
  };
  CHECK(path("ConfigMap", "403 denied") == "spec.manifests[0].object");
  CHECK(path("CronJob", "422 Invalid: spec.schedule: Invalid value") == "spec.manifests[1].object.spec.schedule");
  CHECK(path("CronJob", "422 Invalid: spec.jobTemplate.spec.template.spec.containers: Required value") ==
        "spec.manifests[1].object.spec.jobTemplate.spec.template.spec.containers");
  CHECK(path("Deployment", R"(its pods would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false )"
                           R"((container "main" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true)") ==
        "spec.components[0].template.spec.containers[0].securityContext.allowPrivilegeEscalation");
  CHECK(path("Deployment", R"(its pods would violate PodSecurity "restricted:latest": seccompProfile (pod or container "main" )"
                           R"(must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"))") ==
        "spec.components[0].template.spec.securityContext.seccompProfile.type");
}

TEST_CASE("a refusal is a finding at the field of the template that caused it") {
  const auto plan = plan_of(api::DeletionPolicy::Approved);
  const api::ObjectId web{"apps/v1", "Deployment", kNs, "web"};
  const auto finding = refusal(plan, ClusterName("daejeon"), web,
                               "422 Invalid: spec.template.spec.containers[0].image: Required value");
  CHECK(finding.rule == "RefusedByCluster");
  CHECK(finding.path == "spec.components[0].template.spec.containers[0].image");
  CHECK(refusal(plan, ClusterName("daejeon"), web, "403 exceeded quota").path == "spec.components[0]");
  CHECK(refusal(plan, ClusterName("daejeon"), {"v1", "Namespace", "", kNs}, "no").path == "spec");
}

TEST_CASE("a right that we lack is told from what admission forbids") {
  CHECK(is_about_rights({Code::Forbidden, "403 forbidden: deployments.apps \"web\" is forbidden: User \"haetae\" cannot patch "
                                          "resource \"deployments\" in API group \"apps\"", {}}));
  CHECK_FALSE(is_about_rights({Code::Forbidden, "403 forbidden: deployments.apps \"web\" is forbidden: exceeded quota: q", {}}));
  CHECK_FALSE(is_about_rights({Code::Forbidden, "403 forbidden: admission webhook \"x\" denied the request: cannot use :latest", {}}));
  CHECK_FALSE(is_about_rights({Code::Rejected, "422 invalid: User \"a\" cannot be empty", {}}));
}

TEST_CASE("an Event is told when a condition turns, and not when it appears or stays") {
  using api::Condition;
  using api::ConditionStatus;
  const Condition ready{"Ready", ConditionStatus::True, 1, {}, "Ready", ""};
  const Condition lost{"Ready", ConditionStatus::False, 1, {}, "NotReady", ""};
  const Condition worse{"Ready", ConditionStatus::False, 1, {}, "Lost", ""};
  CHECK(transitions({ready}, {ready}).empty());
  CHECK(transitions({}, {lost}).empty());
  CHECK(transitions({lost}, {worse}).size() == 1);
  REQUIRE(transitions({ready}, {lost}).size() == 1);
  CHECK(transitions({ready}, {lost}).front().is_warning());
  CHECK_FALSE(transitions({lost}, {ready}).front().is_warning());
}
