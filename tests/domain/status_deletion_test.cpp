// Status: when the copies of a deleted system may go.
#include <doctest/doctest.h>

#include "status_story.hpp"

using namespace haetae;
using namespace haetae::domain::testing;
using domain::Known;
using domain::Seen;

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
