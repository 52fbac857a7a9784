// Status: pods, spread and numbers of each copy, and when they were seen.
#include <doctest/doctest.h>

#include "status_story.hpp"

using namespace haetae;
using namespace haetae::domain::testing;
using api::ConditionStatus;
using domain::Known;

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
