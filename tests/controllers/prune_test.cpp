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
