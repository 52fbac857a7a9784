// Status: why a system is held, stalled, paused or without a place.
#include <doctest/doctest.h>

#include "status_story.hpp"

using namespace haetae;
using namespace haetae::domain::testing;
using api::ConditionStatus;
using domain::Seen;

TEST_CASE("a template that cannot be read stalls the system and leaves what runs alone") {
  auto broken = a_component("web", 6).of_template(R"({"spec":{"containers":[{"name":"m","resources":{"requests":{"cpu":"a lot"}}}]}})");
  const auto plan = domain::decide(a_fleet().with(a_system("mois/a")
                                                      .with(broken)
                                                      .placed_in("daejeon", "daejeon-a")
                                                      .of_generation(2)))
                        .systems.begin()
                        ->second;
  CHECK(plan.hold);
  Seen seen;
  seen.now = at(kNow);
  const auto status = domain::status_of(plan, seen);
  CHECK(condition(status.conditions, "Stalled").status == ConditionStatus::True);
  CHECK(condition(status.conditions, "Stalled").reason == "TemplateUnreadable");
  CHECK(condition(status.conditions, "Reconciling").status == ConditionStatus::False);
  CHECK(condition(status.conditions, "Ready").status == ConditionStatus::False);
  CHECK(status.placement == plan.system->status.placement);
}

TEST_CASE("a missing RiskTier holds without stalling: another object helps") {
  const auto plan = domain::decide(a_fleet().with(a_system("mois/a").asking_for("tier-9"))).systems.begin()->second;
  Seen seen;
  const auto status = domain::status_of(plan, seen);
  CHECK(condition(status.conditions, "Stalled").status == ConditionStatus::False);
  CHECK(condition(status.conditions, "Reconciling").status == ConditionStatus::True);
  CHECK(condition(status.conditions, "Ready").reason == "Held");
}

TEST_CASE("what a cluster refuses stalls the system") {
  Story story;
  story.stored(story.status(), 2);
  story.seen.delivered[story.actives[0]] = {1, false, "refused", {{"RefusedByCluster", api::Severity::Error, "no image",
                                            "spec.components[0].template.spec.containers[0].image", {}}}};
  CHECK(story.says("Stalled").status == ConditionStatus::True);
  CHECK(story.says("Stalled").message == "spec.components[0].template.spec.containers[0].image: no image");
  CHECK(story.says("Ready").status == ConditionStatus::False);
}

TEST_CASE("a paused system is at rest, and an edit of it is not called Ready") {
  Story story(a_system("mois/gov24").scoring(95).with_substitute("x").paused());
  CHECK(story.says("Reconciling").status == ConditionStatus::False);
  CHECK(story.says("Reconciling").reason == "Paused");
  story.stored(story.status(), 2);
  CHECK(story.says("Ready").reason == "Paused");
}

TEST_CASE("a fleet that only observes says so on every system") {
  api::FleetPolicy policy;
  policy.spec.mode = api::FleetMode::Observe;
  Story story(a_system("mois/gov24").scoring(95), a_fleet().with(policy));
  CHECK(story.plan.paused_why == "the FleetPolicy only observes");
  story.seen.delivered.clear();
  CHECK(story.says("Ready").reason == "Paused");
  CHECK(story.says("Reconciling").reason == "Paused");
}

TEST_CASE("offline, what needs delivery is Unknown and not False") {
  auto world = a_fleet();
  const auto& made = world.with(a_system("mois/a").scoring(82)).made();
  const auto plan = domain::decide(made).systems.begin()->second;
  const auto status = domain::status_of(plan, domain::seen_in(made, plan));
  CHECK(condition(status.conditions, "Ready").status == ConditionStatus::Unknown);
  CHECK(condition(status.conditions, "Reconciling").status == ConditionStatus::Unknown);
  CHECK(condition(status.conditions, "Placed").status == ConditionStatus::True);
  CHECK_FALSE(condition(status.conditions, "Placed").last_transition.has_value());
  CHECK_FALSE(status.placement.decided_at.has_value());
  CHECK(status.findings.empty());
}

TEST_CASE("a system without room is not Placed, and says why") {
  auto world = an_empty_world();
  for (auto& tier : shipped_tiers()) world.with(std::move(tier));
  world.with_site("daejeon", "chungcheong").with(a_system("mois/a").scoring(95).with_substitute("x"));
  const auto plan = domain::decide(world).systems.begin()->second;
  CHECK(plan.missing_active == 1);
  Seen seen;
  const auto status = domain::status_of(plan, seen);
  CHECK(condition(status.conditions, "Placed").status == ConditionStatus::False);
  CHECK(condition(status.conditions, "Placed").message == plan.why_not_placed);
  CHECK_FALSE(plan.why_not_placed.empty());
  REQUIRE(finding(status.findings, "NotPlaced") != nullptr);
}
