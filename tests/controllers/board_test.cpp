#include "controllers/board.hpp"

#include <doctest/doctest.h>

#include "builders.hpp"

using namespace haetae;
using controllers::Board;

namespace {

const SystemRef kGov24{"mois", "gov24"};
const ClusterName kDaejeon("daejeon");

domain::Plan plan_of(std::int64_t generation, const std::string& cluster = "daejeon") {
  domain::Plan plan;
  auto& system = plan.systems[kGov24];
  system.ref = kGov24;
  system.system = build::SystemMade("mois/gov24").of_generation(generation).made();
  system.copies.push_back({CenterName(cluster), ClusterName(cluster), api::Role::Active, "kept", {}});
  return plan;
}

}  // namespace

TEST_CASE("only a plan that says something else gets a new revision") {
  Board board;
  CHECK(board.publish(plan_of(1)).size() == 1);
  const auto first = board.decision()->revision(kGov24);
  CHECK(board.publish(plan_of(1)).empty());
  CHECK(board.decision()->revision(kGov24) == first);
  CHECK(board.publish(plan_of(2)).size() == 1);
  CHECK(board.decision()->revision(kGov24) > first);
}

TEST_CASE("a record of a plan that has moved on is not current") {
  Board board;
  board.publish(plan_of(1));
  const auto revision = board.decision()->revision(kGov24);
  CHECK(board.record(kGov24, kDaejeon, "u1", revision, {1, true, "", {}}));
  CHECK_FALSE(board.record(kGov24, kDaejeon, "u1", revision, {1, true, "", {}}));
  CHECK(board.delivered(kGov24, "u1").at(kDaejeon).current);
  board.publish(plan_of(2));
  CHECK_FALSE(board.delivered(kGov24, "u1").at(kDaejeon).current);
}

TEST_CASE("what was reached for a predecessor of the same name does not count") {
  Board board;
  board.publish(plan_of(1));
  board.record(kGov24, kDaejeon, "u1", board.decision()->revision(kGov24), {1, true, "", {}});
  board.record_gone(kGov24, ClusterName("daegu"), "u1");
  CHECK(board.delivered(kGov24, "u2").empty());
  CHECK(board.gone(kGov24, "u2").empty());
  CHECK(board.gone(kGov24, "u1").contains(ClusterName("daegu")));
}

TEST_CASE("a cluster that shows a copy again is not gone") {
  Board board;
  board.publish(plan_of(1));
  CHECK(board.record_gone(kGov24, kDaejeon, "u1"));
  CHECK_FALSE(board.record_gone(kGov24, kDaejeon, "u1"));
  board.record(kGov24, kDaejeon, "u1", 1, {0, false, "the namespace is kept", {}});
  CHECK(board.gone(kGov24, "u1").empty());
}
