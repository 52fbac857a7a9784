#include "controllers/unreadable_status.hpp"

#include <doctest/doctest.h>

#include "api/kinds.hpp"

using namespace haetae;
using controllers::Unreadable;
using controllers::verdict_on;

namespace {

constexpr Timestamp kBefore{std::chrono::seconds(1'700'000'000)};
constexpr Timestamp kNow{std::chrono::seconds(1'700'000'060)};

api::Condition condition(const std::string& type, api::ConditionStatus status, std::int64_t generation) {
  return {type, status, generation, kBefore, "Because", "so it was"};
}

const api::Condition& of_type(const controllers::Verdict& verdict, const std::string& type) {
  for (const auto& one : verdict.conditions)
    if (one.type == type) return one;
  FAIL("no condition " << type);
  return verdict.conditions.front();
}

struct Fixture {
  Unreadable object{};
  Fixture() {
    object.metadata.generation = 3;
    object.fault = {"spec.dependsOn[0].system", "Invalid value: a system does not depend on itself"};
    object.observed_generation = 2;
    object.findings = {{"RoomMissing", api::Severity::Error, "no room", "", kBefore}};
    object.conditions = {condition("Compliant", api::ConditionStatus::True, 2), condition("Placed", api::ConditionStatus::True, 2),
                         condition("Ready", api::ConditionStatus::True, 2)};
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what cannot be read is Stalled, not Ready and not Compliant; the rest of its status stays") {
  const auto verdict = verdict_on(object, kNow);
  CHECK(verdict.observed_generation == 3);
  REQUIRE(verdict.findings.size() == 2);
  CHECK(verdict.findings[0].rule == "Unreadable");
  CHECK(verdict.findings[0].path == object.fault.path);
  CHECK(verdict.findings[0].since == kNow);
  CHECK(verdict.findings[1] == object.findings[0]);
  CHECK(of_type(verdict, "Stalled").status == api::ConditionStatus::True);
  CHECK(of_type(verdict, "Stalled").reason == "Unreadable");
  CHECK(of_type(verdict, "Stalled").message == object.fault.text());
  CHECK(of_type(verdict, "Reconciling").status == api::ConditionStatus::False);
  CHECK(of_type(verdict, "Ready").status == api::ConditionStatus::False);
  CHECK(of_type(verdict, "Ready").observed_generation == 3);
  CHECK(of_type(verdict, "Compliant").status == api::ConditionStatus::False);
  CHECK(of_type(verdict, "Placed") == object.conditions[1]);
}

TEST_CASE_FIXTURE(Fixture, "a generation that was Ready before it could not be read stays Ready") {
  object.metadata.generation = 2;
  CHECK(of_type(verdict_on(object, kNow), "Ready") == object.conditions[2]);
}

TEST_CASE_FIXTURE(Fixture, "the second verdict is the first, later, and full findings stay full") {
  for (int i = 0; i < 63; ++i)
    object.findings.push_back({"RoomMissing", api::Severity::Error, "no room", "spec.components[" + std::to_string(i) + "]", kBefore});
  const auto first = verdict_on(object, kNow);
  object.observed_generation = first.observed_generation;
  object.findings = first.findings;
  object.conditions = first.conditions;
  CHECK(verdict_on(object, kNow + std::chrono::seconds(3600)) == first);
  CHECK(first.findings.size() == 64);
}

TEST_CASE("of a status what a fault lies in is left out, and the rest kept as it is written") {
  const auto seen = controllers::outlined<api::TenantSystem>(R"({"apiVersion":"haetae.io/v1alpha1","kind":"TenantSystem",
    "metadata":{"name":"gov24","namespace":"mois"},
    "spec":{"components":"none"},"status":{"observedGeneration":4,"tier":{"assessed":"tier-1","effective":"tier-1"},
    "redundancy":[{"cluster":"daejeon","role":"Passive"}],"future":{"word":[1,2]},"conditions":[{"type":"Ready","status":"True"}]}})");
  CHECK_FALSE(seen.status_is_sound);
  CHECK(seen.told.rest == R"({"tier":{"assessed":"tier-1","effective":"tier-1"},"future":{"word":[1,2]}})");
  CHECK(seen.told.conditions.size() == 1);
  CHECK(seen.told.fault.path.starts_with("spec"));
}

TEST_CASE("a status that is no object leaves nothing") {
  const auto seen = controllers::outlined<api::TenantSystem>(R"({"metadata":{"name":"gov24"},"status":"fine"})");
  CHECK_FALSE(seen.status_is_sound);
  CHECK(seen.told.rest == "{}");
}
