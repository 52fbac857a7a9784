// Summary: the status of the hub's other objects.
#include <doctest/doctest.h>

#include "builders.hpp"
#include "domain/summary.hpp"

using namespace haetae;
using namespace haetae::build;
using api::ConditionStatus;

namespace {

constexpr auto kNow = "2026-09-26T12:00:00Z";

/// Systems of several tiers, some of them shown, in a fleet of four centers.
WorldMade a_busy_fleet() {
  auto world = a_fleet();
  world.now(kNow);
  world.with(a_system("mois/good").scoring(82).placed_in("daejeon", "daejeon-a"));
  world.with(a_system("mois/short").scoring(82).placed_in("daejeon", "daejeon-a"));
  world.with(a_system("mois/down").scoring(82).placed_in("daejeon", "daejeon-a"));
  world.with(a_system("mois/gone").scoring(10).placed_in("daejeon", "daejeon-a"));
  world.with(a_system("mois/far").scoring(10).placed_in("gwangju", "gwangju-a"));
  world.showing("daejeon-a", "mois/good", a_copy({{"web", showing(3)}}));
  world.showing("daejeon-a", "mois/short", a_copy({{"web", showing(1)}}));
  world.showing("daejeon-a", "mois/down", a_copy({{"web", showing(0)}}));
  world.unknown("gwangju-a", at("2026-09-26T11:00:00Z"), "connection refused");
  return world;
}

template <class Kind>
const Kind& named(const std::vector<domain::Ref<Kind>>& all, const std::string& name) {
  for (const auto& it : all)
    if (it->metadata.name == name) return *it;
  throw std::out_of_range(name);
}

}  // namespace

TEST_CASE("a center counts its copies by tier and by how they stand") {
  const auto world = a_busy_fleet();
  const auto plan = domain::decide(world);
  const domain::Summary summary(world, plan);
  const auto daejeon = summary.of(named(world.made().centers, "daejeon"));
  CHECK(daejeon.systems == 4);
  CHECK(daejeon.clusters == 1);
  CHECK(daejeon.now.by_tier == std::vector<api::TierStanding>{{"tier-3", 1, 1, 1, 0}, {"tier-4", 0, 0, 1, 0}});
  CHECK(daejeon.capacity.at("cpu") == "96");
  CHECK(daejeon.capacity.at("memory") == "384Gi");
  const auto gwangju = summary.of(named(world.made().centers, "gwangju"));
  CHECK(gwangju.now.by_tier == std::vector<api::TierStanding>{{"tier-4", 0, 0, 0, 1}});
  CHECK(gwangju.capacity.empty());
}

TEST_CASE("days to close are whole days, and none without a date or a clock") {
  auto world = a_fleet();
  api::Center center;
  center.metadata.name = "old";
  center.spec.lifecycle = api::Lifecycle::Closing;
  center.spec.close_by = "2026-09-28";
  world.with(center);
  auto plan = domain::decide(world);
  CHECK_FALSE(domain::Summary(world, plan).of(center).days_to_close.has_value());
  world.now("2026-09-26T23:59:59Z");
  plan = domain::decide(world);
  CHECK(domain::Summary(world, plan).of(center).days_to_close == 2);
  CHECK_FALSE(domain::Summary(world, plan).of(named(world.made().centers, "daejeon")).days_to_close.has_value());
}

TEST_CASE("a cluster that answers shows what it has; one that fell silent keeps its last numbers") {
  auto world = a_busy_fleet();
  const auto plan = domain::decide(world);
  const domain::Summary summary(world, plan);
  const auto seen = summary.of(named(world.made().clusters, "daejeon-a"), {"uid-1", "v1.36.3", ""});
  CHECK(seen.uid == "uid-1");
  CHECK(seen.nodes == 6);
  CHECK(seen.systems == 4);
  CHECK(seen.largest_node.at("cpu") == "16");
  CHECK(condition(seen.conditions, "Reachable").status == ConditionStatus::True);
  CHECK(condition(seen.conditions, "Ready").status == ConditionStatus::True);

  auto before = named(world.made().clusters, "gwangju-a");
  before.status = seen;
  const auto silent = summary.of(before, {"", "", "Unauthorized"});
  CHECK(silent.capacity == seen.capacity);
  CHECK(silent.uid == "uid-1");
  CHECK(silent.unreachable_since == at("2026-09-26T11:00:00Z"));
  CHECK(condition(silent.conditions, "Reachable").status == ConditionStatus::False);
  CHECK(condition(silent.conditions, "Reachable").reason == "Unauthorized");
  CHECK(condition(silent.conditions, "Reachable").message == "connection refused");
  CHECK(condition(silent.conditions, "Ready").status == ConditionStatus::False);
}

TEST_CASE("a cluster that was not tried yet keeps what was said of it") {
  auto world = a_fleet();
  const auto plan = domain::decide(world);
  auto cluster = named(world.made().clusters, "daejeon-a");
  cluster.status = domain::Summary(world, plan).of(cluster, {"uid-1", "v1", ""});
  world.unknown("daejeon-a", std::nullopt, "connecting");
  const auto again = domain::decide(world);
  CHECK(domain::Summary(world, again).of(cluster, {}) == cluster.status);
  cluster.status = {};
  CHECK(condition(domain::Summary(world, again).of(cluster, {}).conditions, "Reachable").status == ConditionStatus::Unknown);
}

TEST_CASE("tiers and providers count systems by what holds, not by what was asked") {
  auto world = a_fleet();
  world.with(a_system("mois/gpki").scoring(10)).with(a_system("mois/top").scoring(95).needing("mois/gpki"));
  world.with(a_provider("msp")).with(a_handoff("mois/gpki", "msp", api::Stage::Shadow));
  const auto plan = domain::decide(world);
  const domain::Summary summary(world, plan);
  CHECK(summary.of(named(world.made().tiers, "tier-1")).systems == 2);
  CHECK(summary.of(named(world.made().tiers, "tier-4")).systems == 0);
  CHECK(summary.of(*world.made().providers.front()).systems == std::vector<api::StageCount>{{"Shadow", "tier-1", 1}});
}

TEST_CASE("a Handoff shows its stage, since when, and who acts") {
  auto world = a_fleet();
  world.now(kNow).with(a_system("mois/gov24")).with(a_provider("msp"));
  auto handoff = a_handoff("mois/gov24", "msp", api::Stage::Joint);
  world.with(handoff);
  auto plan = domain::decide(world);
  const auto status = domain::Summary(world, plan).of(handoff);
  CHECK(status.stage == "Joint");
  CHECK(status.acts_now == "ProviderWithCenter");
  CHECK(status.since == at(kNow));
  CHECK(condition(status.conditions, "Ready").status == ConditionStatus::True);
  handoff.status = status;
  world.now("2026-12-01T00:00:00Z");
  plan = domain::decide(world);
  CHECK(domain::Summary(world, plan).of(handoff) == status);
}

TEST_CASE("an Error finding keeps an object from being Ready, and kstatus from calling it Current") {
  auto world = a_fleet();
  const auto handoff = a_handoff("mois/nobody", "msp", api::Stage::Joint);
  world.with(a_provider("msp")).with(handoff);
  const auto plan = domain::decide(world);
  const auto status = domain::Summary(world, plan).of(handoff);
  CHECK(status.stage.empty());
  CHECK(condition(status.conditions, "Ready").reason == "SystemUnknown");
  CHECK(condition(status.conditions, "Reconciling").status == ConditionStatus::True);
}

TEST_CASE("every status of a quiet fleet is what it was when nothing changed") {
  auto world = a_busy_fleet();
  const auto plan = domain::decide(world);
  const domain::Summary summary(world, plan);
  auto center = named(world.made().centers, "daejeon");
  center.status = summary.of(center);
  CHECK(summary.of(center) == center.status);
  auto tier = named(world.made().tiers, "tier-1");
  tier.status = summary.of(tier);
  CHECK(summary.of(tier) == tier.status);
  api::FleetPolicy policy;
  policy.metadata.name = "default";
  policy.status = summary.of(policy);
  CHECK(summary.of(policy) == policy.status);
  CHECK(condition(policy.status.conditions, "Ready").status == ConditionStatus::True);
}
