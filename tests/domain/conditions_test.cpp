// Conditions: what a system's status says of what runs, and what it must never say.
#include <doctest/doctest.h>

#include "builders.hpp"

using namespace haetae;
using namespace haetae::build;
using api::ConditionStatus;
using domain::Delivered;
using domain::Known;
using domain::Seen;
using domain::SystemPlan;
using domain::Unknown;

namespace {

constexpr auto kNow = "2026-09-26T03:20:00Z";

/// A tier-1 system of one component of 6 pods, planned in daejeon and gwangju, with an empty standby in gongju or daegu.
struct Story {
  SystemPlan plan;
  Seen seen;
  std::vector<ClusterName> actives;

  explicit Story(SystemMade system = a_system("mois/gov24").scoring(95).with_substitute("주민센터 방문"),
                 WorldMade world = a_fleet()) {
    plan = domain::decide(world.with(system.with(a_component("web", 6)))).systems.begin()->second;
    seen.now = at(kNow);
    for (const auto& copy : plan.copies) {
      if (copy.role == api::Role::Active) actives.push_back(copy.cluster);
      shows(copy.cluster, copy.role == api::Role::Active ? 6 : 0);
      seen.delivered[copy.cluster] = {plan.system->metadata.generation, true, "", {}};
    }
  }
  Story& shows(const ClusterName& cluster, int ready) {
    seen.copies[cluster] = Known<domain::CopyView>{a_copy({{"web", showing(ready)}}), {}};
    return *this;
  }
  Story& is_unknown(const ClusterName& cluster, const std::string& since = "2026-09-26T03:12:05Z") {
    seen.copies[cluster] = Unknown{at(since), "connection refused"};
    return *this;
  }
  /// Stores a status as the API server would, at this generation of the spec.
  Story& stored(api::TenantSystemStatus status, std::int64_t generation = 1) {
    auto system = *plan.system;
    system.status = std::move(status);
    system.metadata.generation = generation;
    plan.system = std::make_shared<const api::TenantSystem>(std::move(system));
    return *this;
  }
  Story& stored() { return stored(status()); }
  [[nodiscard]] api::TenantSystemStatus status() const { return domain::status_of(plan, seen); }
  [[nodiscard]] api::Condition says(const std::string& type) const { return condition(status().conditions, type); }
};

}  // namespace

TEST_CASE("when all is as demanded every condition is fine") {
  const Story story;
  REQUIRE(story.actives.size() == 2);
  for (const auto* type : {"Ready", "Placed", "Redundant", "Compliant"}) {
    CAPTURE(type);
    CHECK(story.says(type).status == ConditionStatus::True);
  }
  for (const auto* type : {"Reconciling", "Stalled"}) {
    CAPTURE(type);
    CHECK(story.says(type).status == ConditionStatus::False);
  }
}

TEST_CASE("conditions are sorted, carry the generation and a reason each") {
  const auto status = Story().status();
  std::vector<std::string> types;
  for (const auto& it : status.conditions) {
    types.push_back(it.type);
    CHECK(it.observed_generation == 1);
    CHECK_FALSE(it.reason.empty());
  }
  CHECK(types == std::vector<std::string>{"Compliant", "Placed", "Ready", "Reconciling", "Redundant", "Stalled"});
}

TEST_CASE("the same meaning gives an equal status, whenever it is looked at") {
  Story story;
  const auto first = story.status();
  story.stored(first).seen.now = at("2026-09-27T00:00:00Z");
  CHECK(story.status() == first);
}

TEST_CASE("a lost center leaves Ready as it is, and says what is left") {
  Story story;
  story.stored().is_unknown(story.actives[0]);
  CHECK(story.says("Ready").status == ConditionStatus::True);
  CHECK(story.says("Reconciling").status == ConditionStatus::False);
  CHECK(story.says("Redundant").status == ConditionStatus::Unknown);
  CHECK(story.says("Redundant").message == "1 of 2 active copies is Unknown since 2026-09-26T03:12:05Z (" +
                                               story.actives[0].text() + ": connection refused); 1 good copy left (" +
                                               story.actives[1].text() + ")");
}

TEST_CASE("when every center falls silent Ready stays what it was, word for word") {
  Story story;
  const auto before = story.status();
  story.stored(before);
  for (const auto& copy : story.plan.copies) story.is_unknown(copy.cluster);
  CHECK(story.says("Ready") == condition(before.conditions, "Ready"));
  CHECK(story.says("Redundant").status == ConditionStatus::Unknown);
  CHECK(story.says("Redundant").message.find("no good copy left that is observed") != std::string::npos);
}

TEST_CASE("silence keeps a False as well as a True") {
  Story story;
  story.shows(story.actives[0], 1).shows(story.actives[1], 1).stored();
  REQUIRE(story.says("Ready").status == ConditionStatus::False);
  for (const auto& cluster : story.actives) story.is_unknown(cluster);
  CHECK(story.says("Ready").status == ConditionStatus::False);
}

TEST_CASE("a new generation that nobody was seen to run is not Ready, only Unknown") {
  Story story;
  story.stored(story.status(), 2);
  for (const auto& copy : story.plan.copies) story.is_unknown(copy.cluster);
  CHECK(story.says("Ready").status == ConditionStatus::Unknown);
  CHECK(story.says("Reconciling").status == ConditionStatus::True);
}

TEST_CASE("the copy that is left has to be Ready itself") {
  Story story;
  story.stored().is_unknown(story.actives[0]).shows(story.actives[1], 2);
  CHECK(story.says("Ready").status == ConditionStatus::False);
}

TEST_CASE("a new system whose one center cannot be reached is Ready with the other") {
  Story story;
  story.is_unknown(story.actives[0]);
  CHECK(story.says("Ready").status == ConditionStatus::True);
}

TEST_CASE("an edit is not Ready before it is applied wherever one can reach") {
  Story story;
  story.stored(story.status(), 2);
  CHECK(story.says("Ready").status == ConditionStatus::False);
  CHECK(story.says("Ready").reason == "Progressing");
  CHECK(story.says("Reconciling").status == ConditionStatus::True);
  story.is_unknown(story.actives[0]);
  for (auto& [cluster, delivered] : story.seen.delivered)
    if (cluster != story.actives[0]) delivered.generation = 2;
  CHECK(story.says("Ready").status == ConditionStatus::True);
}

TEST_CASE("why an edit could not be applied is told") {
  Story story;
  story.stored(story.status(), 2);
  story.seen.delivered[story.actives[0]].trouble = "cannot apply Deployment: 403 forbidden";
  CHECK(story.says("Ready").reason == "DeliveryFailed");
  CHECK(story.says("Ready").message.find("403 forbidden") != std::string::npos);
}

TEST_CASE("after a restart Ready waits for no delivery to report again") {
  Story story;
  story.stored().seen.delivered.clear();
  CHECK(story.says("Ready").status == ConditionStatus::True);
  CHECK(story.says("Reconciling").status == ConditionStatus::False);
}

TEST_CASE("a center that comes back and is written to does not turn Ready") {
  Story story;
  story.stored().seen.delivered[story.actives[0]] = {0, false, "", {}};
  CHECK(story.says("Ready").status == ConditionStatus::True);
  CHECK(story.says("Reconciling").status == ConditionStatus::True);
}

TEST_CASE("pods that never become Ready keep Ready and Redundant honest") {
  Story story;
  story.shows(story.actives[0], 5);
  CHECK(story.says("Ready").status == ConditionStatus::False);
  CHECK(story.says("Ready").reason == "TooFewReady");
  CHECK(story.says("Redundant").status == ConditionStatus::False);
  CHECK(story.says("Redundant").message == story.actives[0].text() + ": web has fewer Ready pods than demanded");
}

TEST_CASE("pods of the last template do not make the new one Ready") {
  Story story;
  auto web = showing(6);
  web.rolled_out = false;
  story.seen.copies[story.actives[0]] = Known<domain::CopyView>{a_copy({{"web", web}}), {}};
  CHECK(story.says("Ready").status == ConditionStatus::False);
  CHECK(story.says("Ready").message.find("still rolls out in " + story.actives[0].text()) != std::string::npos);
  CHECK(story.says("Redundant").status == ConditionStatus::True);
}

TEST_CASE("an autoscaler at work does not turn Ready") {
  Story story;
  auto web = showing(6);
  web.rolled_out = false;
  story.stored().seen.copies[story.actives[0]] = Known<domain::CopyView>{a_copy({{"web", web}}), {}};
  CHECK(story.says("Ready").status == ConditionStatus::True);
}

TEST_CASE("pods on one host, or in one room, are not spread though all are Ready") {
  for (const auto& [hosts, rooms] : {std::pair{1, 1}, std::pair{6, 1}, std::pair{6, 0}}) {
    CAPTURE(hosts);
    CAPTURE(rooms);
    Story story;
    auto web = showing(6);
    web.hosts = hosts;
    web.rooms = rooms;
    story.seen.copies[story.actives[0]] = Known<domain::CopyView>{a_copy({{"web", web}}), {}};
    CHECK(story.says("Ready").status == ConditionStatus::True);
    CHECK(story.says("Redundant").reason == "NotSpread");
    CHECK(finding(story.status().findings, "NotSpread") != nullptr);
  }
}

TEST_CASE("what maxUnavailable lets be away is no finding, though Redundant is strict") {
  Story story;
  story.shows(story.actives[0], 5);
  CHECK(finding(story.status().findings, "TooFewReady") == nullptr);
  story.shows(story.actives[0], 4);
  REQUIRE(finding(story.status().findings, "TooFewReady") != nullptr);
  CHECK(finding(story.status().findings, "TooFewReady")->path ==
        "status.redundancy[cluster=\"" + story.actives[0].text() + "\"]");
}

TEST_CASE("a copy that is not delivered yet is no finding of its own") {
  Story story;
  story.seen.copies[story.actives[0]] = Known<domain::CopyView>{};
  CHECK(story.says("Redundant").reason == "NotDelivered");
  CHECK(finding(story.status().findings, "TooFewReady") == nullptr);
}

TEST_CASE("an Unknown is a finding once it lasts longer than the tier allows") {
  Story story;
  story.stored().is_unknown(story.actives[0], "2026-09-26T03:19:00Z");
  CHECK(finding(story.status().findings, "CopyUnknown") == nullptr);
  CHECK(domain::next_change(story.plan, story.seen) == at("2026-09-26T03:21:00Z"));
  story.seen.now = at("2026-09-26T03:21:00Z");
  REQUIRE(finding(story.status().findings, "CopyUnknown") != nullptr);
  CHECK(story.says("Compliant").reason == "CopyUnknown");
  CHECK(story.says("Ready").status == ConditionStatus::True);
  CHECK_FALSE(domain::next_change(story.plan, story.seen).has_value());
}

TEST_CASE("while a copy is Unknown its last numbers stay, and the time never restarts") {
  Story story;
  const auto before = story.stored().status();
  story.is_unknown(story.actives[0], "2026-09-26T03:12:05Z");
  const auto during = story.status();
  CHECK(during.redundancy[0].ready == 6);
  CHECK(during.redundancy[0].as_of == before.redundancy[0].as_of);
  CHECK(during.redundancy[0].unknown_since == at("2026-09-26T03:12:05Z"));
  story.stored(during).is_unknown(story.actives[0], "2026-09-26T03:19:30Z");
  CHECK(story.status().redundancy[0].unknown_since == at("2026-09-26T03:12:05Z"));
  story.shows(story.actives[0], 6);
  const auto after = story.status();
  CHECK_FALSE(after.redundancy[0].unknown_since.has_value());
  CHECK(after.redundancy[0].as_of == at(kNow));
}

TEST_CASE("asOf is the time of the last change of numbers") {
  Story story;
  story.stored().seen.now = at("2026-09-26T04:00:00Z");
  CHECK(story.status().redundancy[0].as_of == at(kNow));
  story.shows(story.actives[0], 5);
  CHECK(story.status().redundancy[0].as_of == at("2026-09-26T04:00:00Z"));
  CHECK(story.status().redundancy[1].as_of == at(kNow));
}

TEST_CASE("a cluster that was never looked at is Unknown, not absent") {
  Story story;
  story.seen.copies.erase(story.actives[0]);
  CHECK(story.says("Redundant").status == ConditionStatus::Unknown);
  CHECK(story.status().redundancy[0].unknown_since == at(kNow));
}

TEST_CASE("a copy that nobody planned is shown while it is there") {
  Story story;
  const ClusterName stranger("elsewhere-a");
  story.shows(stranger, 2);
  CHECK(story.status().redundancy.back().cluster == "elsewhere-a");
  CHECK(story.status().redundancy.back().desired == 0);
  story.stored().is_unknown(stranger);
  CHECK(story.status().redundancy.back().cluster == "elsewhere-a");
  story.seen.copies[stranger] = Known<domain::CopyView>{};
  CHECK(story.status().redundancy.back().cluster != "elsewhere-a");
}

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

TEST_CASE("a deletion in a tier that needs an Approval holds, and the copies stay") {
  const auto plan =
      domain::decide(a_fleet().with(a_system("mois/a").scoring(82).placed_in("daejeon", "daejeon-a").deleted()))
          .systems.begin()
          ->second;
  CHECK(plan.deleting);
  CHECK_FALSE(plan.may_remove);
  CHECK(plan.copies.size() == 1);
  REQUIRE(finding(plan.findings, "DeletionNeedsApproval") != nullptr);
}

TEST_CASE("a deletion in an Immediate tier lets the copies go, and the record of them stays until they are gone") {
  const auto plan =
      domain::decide(a_fleet().with(a_system("mois/a").scoring(10).placed_in("daejeon", "daejeon-a").deleted()))
          .systems.begin()
          ->second;
  CHECK(plan.may_remove);
  CHECK(plan.copies.empty());
  Seen seen;
  seen.now = at(kNow);
  seen.copies[ClusterName("daejeon-a")] = Known<domain::CopyView>{a_copy({{"web", showing(3)}}), {}};
  const auto status = domain::status_of(plan, seen);
  CHECK(status.placement.centers.size() == 1);
  CHECK(status.redundancy.size() == 1);
  CHECK(condition(status.conditions, "Ready").reason == "Removing");
  CHECK(status.findings.empty());
}

TEST_CASE("a system with a broken template can be deleted, one whose tier cannot be told cannot") {
  const auto broken = a_component("web", 3).of_template("not json");
  const auto deleted = [&](SystemMade system) {
    return domain::decide(a_fleet().with(system.with(broken).placed_in("daejeon", "daejeon-a").deleted()))
        .systems.begin()
        ->second;
  };
  const auto goes = deleted(a_system("mois/a").scoring(10));
  CHECK(goes.may_remove);
  CHECK_FALSE(goes.hold);
  const auto stays = deleted(a_system("mois/a").scoring(10).asking_for("tier-9"));
  CHECK_FALSE(stays.may_remove);
  CHECK(stays.hold);
}

TEST_CASE("a tier-4 system that a tier-1 system needs is not removed at once") {
  const auto world = a_fleet()
                         .with(a_system("mois/a").scoring(10).deleted())
                         .with(a_system("mois/top").scoring(95).needing("mois/a"))
                         .made();
  CHECK_FALSE(domain::decide(world).systems.at({"mois", "a"}).may_remove);
}

TEST_CASE("findings follow the rulebook, keep their since, and fit the schema") {
  std::vector<api::Finding> before{{"SubstituteMissing", api::Severity::Error, "old", "p", at("2026-01-01T00:00:00Z")}};
  std::vector<api::Finding> now{{"SubstituteMissing", api::Severity::Error, "new words", "p", {}},
                                {"SubstituteMissing", api::Severity::Error, std::string(2000, 'x'), "q", {}}};
  for (int i = 0; i < 100; ++i) now.push_back({"NotSpread", api::Severity::Error, "m", std::to_string(i), {}});
  const auto kept = domain::with_since(now, before, at(kNow));
  CHECK(kept[0].since == at("2026-01-01T00:00:00Z"));
  CHECK(kept[0].message == "new words");
  CHECK(kept[1].since == at(kNow));
  CHECK(kept[1].message.size() <= 1024);
  CHECK(kept.size() == 64);
}

TEST_CASE("a condition's time moves with its status alone") {
  std::vector<api::Condition> before{{"Ready", ConditionStatus::True, 1, at("2026-01-01T00:00:00Z"), "Ready", "a"}};
  const auto same = domain::with_times({{"Ready", ConditionStatus::True, 2, {}, "Ready", "b"}}, before, at(kNow));
  CHECK(same[0].last_transition == at("2026-01-01T00:00:00Z"));
  CHECK(same[0].message == "b");
  const auto other = domain::with_times({{"Ready", ConditionStatus::False, 2, {}, "No", "b"}}, before, at(kNow));
  CHECK(other[0].last_transition == at(kNow));
}
