// Tiers: by score, by wish, and by who depends on whom.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "builders.hpp"
#include "domain/tiering/graph.hpp"

using namespace haetae;
using namespace haetae::build;
using api::Strength;
using Names = std::vector<std::string>;

namespace {

domain::SystemPlan plan_of(const domain::World& world, const std::string& system) {
  return domain::decide(world).systems.at(system_ref(system, "mois"));
}
std::string effective(const domain::World& world, const std::string& system) {
  return plan_of(world, system).tier_status.effective;
}

}  // namespace

TEST_CASE("the highest band that the score reaches is the assessed tier") {
  const std::pair<int, const char*> bands[] = {{100, "tier-1"}, {90, "tier-1"}, {89, "tier-2"}, {85, "tier-2"},
                                               {84, "tier-3"},  {80, "tier-3"}, {79, "tier-4"}, {0, "tier-4"}};
  for (const auto& [score, tier] : bands) {
    CAPTURE(score);
    const auto plan = plan_of(a_fleet().with(a_system("mois/a").scoring(score)), "mois/a");
    CHECK(plan.tier_status.assessed == tier);
    CHECK(plan.tier_status.effective == tier);
    CHECK(plan.tier_status.because.empty());
  }
}

TEST_CASE("spec.tier raises the assessed tier") {
  const auto plan = plan_of(a_fleet().with(a_system("mois/a").scoring(82).asking_for("tier-1")), "mois/a");
  CHECK(plan.tier_status.assessed == "tier-3");
  CHECK(plan.tier_status.effective == "tier-1");
  CHECK(plan.tier_status.because.empty());
}

TEST_CASE("spec.tier does not lower the assessed tier, and says so") {
  const auto plan = plan_of(a_fleet().with(a_system("mois/a").scoring(95).asking_for("tier-4")), "mois/a");
  CHECK(plan.tier_status.effective == "tier-1");
  REQUIRE(finding(plan.findings, "TierLowered") != nullptr);
  CHECK(finding(plan.findings, "TierLowered")->path == "spec.tier");
  CHECK_FALSE(plan.hold);
}

TEST_CASE("a spec.tier that is no RiskTier holds the system") {
  const auto plan = plan_of(a_fleet().with(a_system("mois/a").asking_for("tier-9")), "mois/a");
  CHECK(plan.hold);
  REQUIRE(finding(plan.findings, "TierUnknown") != nullptr);
  CHECK(finding(plan.findings, "TierUnknown")->path == "spec.tier");
  CHECK(finding(plan.findings, "TierUnknown")->message == "there is no RiskTier tier-9; there are tier-1, tier-2, tier-3, tier-4");
}

TEST_CASE("a score below every band holds the system, unless spec.tier names a tier") {
  auto world = an_empty_world();
  world.with(a_tier("tier-1", 1, 90)).with_site("daejeon", "a");
  const auto low = plan_of(WorldMade(world).with(a_system("mois/a").scoring(20)), "mois/a");
  CHECK(low.hold);
  CHECK(finding(low.findings, "TierUnknown")->path == "spec.assessment");
  const auto asked = plan_of(WorldMade(world).with(a_system("mois/a").scoring(20).asking_for("tier-1")), "mois/a");
  CHECK_FALSE(asked.hold);
  CHECK(asked.tier_status.effective == "tier-1");
  CHECK(asked.tier_status.assessed.empty());
}

TEST_CASE("without any RiskTier every system is held and none is moved") {
  auto world = an_empty_world();
  world.with_site("daejeon", "a").with(a_system("mois/a").placed_in("daejeon", "daejeon-a"));
  const auto plan = plan_of(world, "mois/a");
  CHECK(plan.hold);
  REQUIRE(plan.copies.size() == 1);
  CHECK(plan.copies[0].cluster == ClusterName("daejeon-a"));
}

TEST_CASE("what a system Hard-depends on is raised to its tier, and says through whom") {
  const auto world = a_fleet()
                         .with(a_system("nts/hometax").scoring(95).needing("mois/gov24"))
                         .with(a_system("mois/gov24").scoring(86))
                         .made();
  const auto plan = plan_of(world, "mois/gov24");
  CHECK(plan.tier_status.assessed == "tier-2");
  CHECK(plan.tier_status.effective == "tier-1");
  CHECK(plan.tier_status.because == Names{"nts/hometax", "mois/gov24"});
}

TEST_CASE("a raise travels over several Hard dependencies by a shortest path") {
  const auto world = a_fleet()
                         .with(a_system("mois/top").scoring(95).needing("mois/far").needing("mois/near"))
                         .with(a_system("mois/far").scoring(10).needing("mois/farther"))
                         .with(a_system("mois/farther").scoring(10).needing("mois/gpki"))
                         .with(a_system("mois/near").scoring(10).needing("mois/gpki"))
                         .with(a_system("mois/gpki").scoring(82))
                         .made();
  CHECK(plan_of(world, "mois/gpki").tier_status.because == Names{"mois/top", "mois/near", "mois/gpki"});
}

TEST_CASE("a Soft dependency raises nothing") {
  const auto world = a_fleet()
                         .with(a_system("mois/top").scoring(95).needing("mois/news", Strength::Soft))
                         .with(a_system("mois/news").scoring(10));
  CHECK(effective(world, "mois/news") == "tier-4");
}

TEST_CASE("a lower dependent lowers nothing") {
  const auto world =
      a_fleet().with(a_system("mois/low").scoring(10).needing("mois/gpki")).with(a_system("mois/gpki").scoring(86));
  CHECK(effective(world, "mois/gpki") == "tier-2");
  CHECK(plan_of(world, "mois/gpki").tier_status.because.empty());
}

TEST_CASE("a bare name is a system of the same agency") {
  const auto world =
      a_fleet().with(a_system("nts/top").scoring(95).needing("login")).with(a_system("nts/login").scoring(10));
  CHECK(effective(world, "nts/login") == "tier-1");
}

TEST_CASE("a cycle is one group: one tier, and a finding on each member that names it") {
  const auto world = a_fleet()
                         .with(a_system("mois/a").scoring(95).needing("mois/b"))
                         .with(a_system("mois/b").scoring(10).needing("mois/c"))
                         .with(a_system("mois/c").scoring(82).needing("mois/a"))
                         .with(a_system("mois/outside").scoring(10).needing("mois/a"))
                         .made();
  for (const auto* name : {"mois/a", "mois/b", "mois/c"}) {
    CAPTURE(name);
    const auto plan = plan_of(world, name);
    CHECK(plan.tier_status.effective == "tier-1");
    CHECK_FALSE(plan.hold);
    const auto* cycle = finding(plan.findings, "DependencyCycle");
    REQUIRE(cycle != nullptr);
    CHECK(cycle->path == "spec.dependsOn[0].system");
    for (const auto* member : {"mois/a", "mois/b", "mois/c"}) CHECK(cycle->message.find(member) != std::string::npos);
  }
  CHECK(finding(plan_of(world, "mois/outside").findings, "DependencyCycle") == nullptr);
  CHECK(effective(world, "mois/outside") == "tier-4");
}

TEST_CASE("a system that depends on itself is a cycle of one") {
  const auto plan = plan_of(a_fleet().with(a_system("mois/a").needing("mois/a")), "mois/a");
  REQUIRE(finding(plan.findings, "DependencyCycle") != nullptr);
  CHECK(finding(plan.findings, "DependencyCycle")->message ==
        "Hard dependencies form a cycle: mois/a → mois/a; its systems share one tier");
}

TEST_CASE("a dependency that does not exist is a finding on who names it, and holds nothing") {
  const auto plan = plan_of(a_fleet().with(a_system("mois/a").needing("mois/gone")), "mois/a");
  REQUIRE(finding(plan.findings, "DependencyMissing") != nullptr);
  CHECK(finding(plan.findings, "DependencyMissing")->path == "spec.dependsOn[0].system");
  CHECK_FALSE(plan.hold);
  CHECK_FALSE(plan.copies.empty());
}

TEST_CASE("a dependency that is named twice counts once") {
  const auto world =
      a_fleet().with(a_system("mois/a").needing("mois/b").needing("b", Strength::Soft)).with(a_system("mois/b"));
  const auto plan = plan_of(world, "mois/a");
  REQUIRE(finding(plan.findings, "DependencyRepeated") != nullptr);
  CHECK(finding(plan.findings, "DependencyRepeated")->path == "spec.dependsOn[1].system");
}

TEST_CASE("a tier that cannot be told does not lower what the system depends on") {
  const auto world = a_fleet()
                         .with(a_system("nts/hometax").asking_for("gone").last_of_tier("tier-1").needing("mois/gpki"))
                         .with(a_system("mois/gpki").scoring(82));
  CHECK(effective(world, "mois/gpki") == "tier-1");
}

TEST_CASE("of two tiers with one rank the older counts, whichever comes first") {
  auto young = a_tier("a-new", 3, 80);
  young.metadata.created = at("2026-05-01T00:00:00Z");
  auto world = an_empty_world();
  auto old = a_tier("tier-3", 3, 80);
  old.metadata.created = at("2026-01-01T00:00:00Z");
  world.with_site("daejeon", "a").with(young).with(old).with(a_system("mois/a").scoring(82));
  const auto plan = domain::decide(world);
  const auto& system = plan.systems.at({"mois", "a"});
  CHECK(system.tier_status.effective == "tier-3");
  CHECK(finding(system.findings, "TierAmbiguous") != nullptr);
  REQUIRE(plan.findings.count("RiskTier/tier-3") == 1);
  CHECK(rules(plan.findings.at("RiskTier/a-new")) == Names{"RankAmbiguous"});
}

TEST_CASE("tiers and reasons do not depend on the order in which systems are read") {
  std::vector<SystemMade> systems;
  for (int i = 0; i < 12; ++i) {
    auto system = a_system("mois/s" + std::to_string(i)).scoring(i % 4 == 0 ? 95 : 20);
    system.needing("mois/s" + std::to_string((i * 5 + 1) % 12)).needing("mois/s" + std::to_string((i * 7 + 3) % 12));
    systems.push_back(system);
  }
  const auto statuses = [&] {
    auto world = a_fleet();
    for (const auto& system : systems) world.with(system);
    std::map<std::string, api::TierStatus> all;
    for (const auto& [ref, plan] : domain::decide(world).systems) all.emplace(ref.text(), plan.tier_status);
    return all;
  };
  const auto first = statuses();
  std::mt19937 random(7);
  for (int i = 0; i < 10; ++i) {
    std::shuffle(systems.begin(), systems.end(), random);
    CHECK(statuses() == first);
  }
}

TEST_CASE("a very long chain of dependencies is walked without recursion, and its reason is bounded") {
  std::vector<tiering::Node> nodes(200'000);
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) nodes[i].needs = {i + 1};
  nodes.front().own = 0;
  const auto raised = tiering::raised(nodes);
  CHECK(raised.back().effective == 0);
  REQUIRE(raised.back().because.size() == tiering::kLongestReason);
  CHECK(raised.back().because.front() == 0);
  CHECK(raised.back().because.back() == nodes.size() - 1);
  CHECK(raised[1].because == std::vector<std::size_t>{0, 1});
}

TEST_CASE("effective tiers agree with asking every pair of systems") {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + random() % 9;
    std::vector<tiering::Node> nodes(n);
    for (auto& node : nodes) {
      node.own = random() % 5 == 0 ? tiering::kNoTier : random() % 4;
      for (std::size_t k = random() % 3; k > 0; --k) node.needs.push_back(random() % n);
    }
    std::vector<std::vector<bool>> reaches(n, std::vector<bool>(n, false));
    for (std::size_t i = 0; i < n; ++i)
      for (const auto need : nodes[i].needs) reaches[i][need] = true;
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) reaches[i][j] = reaches[i][j] || (reaches[i][k] && reaches[k][j]);
    const auto raised = tiering::raised(nodes);
    for (std::size_t j = 0; j < n; ++j) {
      auto best = nodes[j].own;
      for (std::size_t i = 0; i < n; ++i)
        if (reaches[i][j]) best = std::min(best, nodes[i].own);
      CHECK(raised[j].effective == best);
      CHECK(raised[j].cycle.empty() == !reaches[j][j]);
      CHECK(raised[j].because.empty() == (best == nodes[j].own));
    }
  }
}
