// Status: conditions, and what they must never say of what runs.
#include <doctest/doctest.h>

#include "status_story.hpp"

using namespace haetae;
using namespace haetae::domain::testing;
using api::ConditionStatus;

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
