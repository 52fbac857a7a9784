// decide(): total, pure, and the same for the same World.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "builders.hpp"

using namespace haetae;
using namespace haetae::build;

namespace {

/// What a plan says, in one text: for comparing whole plans.
std::string told(const domain::Plan& plan) {
  std::string text;
  for (const auto& [ref, system] : plan.systems) {
    text += ref.text() + " " + system.tier_status.effective + (system.hold ? " held" : "") + "\n";
    for (const auto& copy : system.copies)
      text += "  " + copy.cluster.text() + " " + std::string(api::name(copy.role)) + " " + copy.reason + "\n";
    for (const auto& finding : system.findings) text += "  " + finding.rule + " " + finding.path + " " + finding.message + "\n";
  }
  for (const auto& [subject, findings] : plan.findings)
    for (const auto& finding : findings) text += subject + " " + finding.rule + " " + finding.message + "\n";
  for (const auto& [cluster, providers] : plan.providers)
    for (const auto& it : providers) text += cluster.text() + " " + it.provider + " " + it.stage + "\n";
  return text;
}

domain::World a_mixed_world() {
  auto world = a_fleet();
  for (int i = 0; i < 20; ++i) {
    auto system = a_system("mois/s" + std::to_string(i)).scoring(70 + i * 2).needing("mois/s" + std::to_string((i * 7) % 20));
    if (i % 3 == 0) system.for_citizens();
    if (i % 5 == 0) system.asking_for("tier-2");
    if (i % 7 == 0) system.asking_for("no-tier");
    world.with(system);
  }
  world.with(a_provider("one")).with(a_provider("two", 3));
  world.with(a_handoff("mois/s1", "one", api::Stage::Joint)).with(a_handoff("mois/s1", "two", api::Stage::Full));
  world.with(a_handoff("mois/s2", "gone", api::Stage::Full));
  return world.made();
}

}  // namespace

TEST_CASE("the same World in any order gives the same Plan") {
  auto world = a_mixed_world();
  const auto first = told(domain::decide(world));
  std::mt19937 random(3);
  for (int i = 0; i < 8; ++i) {
    std::shuffle(world.systems.begin(), world.systems.end(), random);
    std::shuffle(world.tiers.begin(), world.tiers.end(), random);
    std::shuffle(world.centers.begin(), world.centers.end(), random);
    std::shuffle(world.clusters.begin(), world.clusters.end(), random);
    std::shuffle(world.providers.begin(), world.providers.end(), random);
    std::shuffle(world.handoffs.begin(), world.handoffs.end(), random);
    CHECK(told(domain::decide(world)) == first);
  }
}

TEST_CASE("an empty World gives an empty Plan") {
  CHECK(told(domain::decide({})).empty());
  CHECK(told(domain::decide(a_fleet())).empty());
}

TEST_CASE("a plan of its own statuses decides the same again") {
  auto world = a_mixed_world();
  world.now = at("2026-09-26T03:20:00Z");
  const auto first = domain::decide(world);
  for (auto& object : world.systems) {
    auto system = *object;
    const auto& plan = first.systems.at({system.metadata.ns, system.metadata.name});
    system.status = domain::status_of(plan, domain::seen_in(world, plan));
    object = std::make_shared<const api::TenantSystem>(std::move(system));
  }
  const auto second = domain::decide(world);
  for (const auto& [ref, plan] : second.systems) {
    CAPTURE(ref.text());
    CHECK(domain::status_of(plan, domain::seen_in(world, plan)) == plan.system->status);
  }
}

TEST_CASE("one broken system disturbs no other") {
  auto world = a_fleet();
  world.with(a_system("mois/fine"));
  const auto alone = domain::decide(world).systems.at({"mois", "fine"});
  world.with(a_system("mois/broken").with(a_component("web", 3).of_template("not json")));
  world.with(a_system("mois/lost").asking_for("tier-9").needing("mois/nobody"));
  const auto among = domain::decide(world);
  CHECK(among.systems.at({"mois", "fine"}).copies.size() == alone.copies.size());
  CHECK(among.systems.at({"mois", "fine"}).copies[0].cluster == alone.copies[0].cluster);
  CHECK(among.systems.at({"mois", "broken"}).hold);
  CHECK(among.systems.at({"mois", "lost"}).hold);
}

TEST_CASE("a held system keeps its copies and their room") {
  auto world = a_fleet();
  world.with(a_system("mois/held").asking_for("tier-9").placed_in("gwangju", "gwangju-a"));
  const auto plan = domain::decide(world).systems.at({"mois", "held"});
  REQUIRE(plan.copies.size() == 1);
  CHECK(plan.copies[0].cluster == ClusterName("gwangju-a"));
  CHECK(plan.hold_why.find("TierUnknown: ") == 0);
}

TEST_CASE("a copy carries the node selector of its MemberCluster") {
  auto world = a_fleet();
  auto cluster = *world.made().clusters.front();
  cluster.metadata.name = "daejeon-zone";
  cluster.spec.node_selector = {{"topology.kubernetes.io/zone", "z1"}};
  world.with(cluster).with(a_system("mois/a").placed_in("daejeon", "daejeon-zone"));
  CHECK(domain::decide(world).systems.at({"mois", "a"}).copies[0].node_selector == cluster.spec.node_selector);
}
