// Approvals: what waits for people, who counts, and what becomes of a step.
#include <doctest/doctest.h>

#include "domain/summary.hpp"
#include "status_story.hpp"

using namespace haetae;
using namespace haetae::domain::testing;
using api::ApproverRole;

namespace {

constexpr auto kLater = "2026-09-26T05:00:00Z";

/// The shipped tiers with the admission that the chart gives them.
WorldMade a_guarded_fleet() {
  WorldMade world;
  for (auto& tier : shipped_tiers()) {
    if (tier.spec.rank <= 2) tier.spec.admission = api::AdmissionPolicy::Approved;
    world.with(std::move(tier));
  }
  world.with_site("daejeon", "chungcheong").with_site("gwangju", "honam").with_site("daegu", "yeongnam");
  return world.with_site("gongju", "chungcheong", {api::Role::Standby}).now(kNow);
}

api::TenantSystem object(const SystemMade& made) {
  auto system = *made.made();
  system.metadata.uid = "uid-of-" + system.metadata.name;
  return system;
}

/// What the system's status says once the plan for `world` is carried out.
api::TenantSystemStatus status_in(const domain::World& world, const std::string& ref) {
  auto plan = domain::decide(world).systems.at(system_ref(ref, "mois"));
  return domain::status_of(plan, domain::seen_in(world, plan));
}

domain::World with_system(domain::World world, const api::TenantSystem& system) {
  std::erase_if(world.systems, [&](const auto& one) { return one->metadata.name == system.metadata.name; });
  world.systems.push_back(std::make_shared<const api::TenantSystem>(system));
  return world;
}

/// The system as its next status makes it: what the operator would read back.
api::TenantSystem turned(const domain::World& world, api::TenantSystem system) {
  system.status = status_in(with_system(world, system), system.metadata.ns + "/" + system.metadata.name);
  return system;
}

api::Approval an_approval(const api::TenantSystem& of, const std::string& by, ApproverRole role,
                          const std::string& ns = "mois") {
  api::Approval approval;
  approval.metadata.name = "a-" + by;
  approval.metadata.ns = ns;
  approval.metadata.created = at(kLater);
  approval.spec.subject = {"TenantSystem", of.metadata.ns, of.metadata.name, of.metadata.uid};
  approval.spec.step = of.status.steps.at(0).id;
  approval.spec.by = by;
  approval.spec.role = role;
  approval.spec.valid_until = at("2026-09-28T00:00:00Z");
  return approval;
}

domain::World later_with(domain::World world, std::vector<api::Approval> approvals) {
  world.now = at("2026-09-26T06:00:00Z");
  for (auto& one : approvals) world.approvals.push_back(std::make_shared<const api::Approval>(std::move(one)));
  return world;
}

}  // namespace

TEST_CASE("a new system of a guarded tier has the highest Immediate tier until its step is approved") {
  const auto world = a_guarded_fleet().made();
  auto system = turned(world, object(a_system("mois/gov24").scoring(95)));
  CHECK(system.status.tier.assessed == "tier-1");
  CHECK(system.status.tier.effective == "tier-3");
  REQUIRE(finding(system.status.findings, "TierPending") != nullptr);
  REQUIRE(system.status.steps.size() == 1);
  const auto& step = system.status.steps[0];
  CHECK(step.what == "TierEntry");
  CHECK(step.about == "tier-1");
  CHECK(step.count == 2);  // nobody in particular asked

  const auto half = later_with(world, {an_approval(system, "kim", ApproverRole::OfCenter)});
  CHECK(turned(half, system).status.tier.effective == "tier-3");
  CHECK(turned(half, system).status.steps[0].approved_by == std::vector<std::string>{"kim"});

  const auto both = later_with(half, {an_approval(system, "lee", ApproverRole::OfCenter)});
  const auto entered = turned(both, system);
  CHECK(entered.status.tier.effective == "tier-1");
  CHECK(finding(entered.status.findings, "TierPending") == nullptr);
  REQUIRE(entered.status.steps.size() == 1);
  CHECK(entered.status.steps[0].granted.has_value());

  // Once the tier holds, nothing is asked any more: the step is history, and Approvals are not needed to stay.
  auto without = both;
  without.approvals.clear();
  const auto settled = turned(without, entered);
  CHECK(settled.status.tier.effective == "tier-1");
  CHECK(settled.status.steps.empty());
  REQUIRE(settled.status.history.size() == 1);
  CHECK(settled.status.history[0].id == step.id);
  CHECK(settled.status.history[0].by == std::vector<std::string>{"kim", "lee"});
}

TEST_CASE("an Approval counts for its very subject, step, role, place and time, and each person once") {
  const auto world = a_guarded_fleet().made();
  auto asked = a_system("mois/gov24").scoring(95);
  auto made = object(asked);
  made.spec.requested_by = "kim";
  const auto system = turned(world, made);
  REQUIRE(system.status.steps.at(0).count == 1);  // kim asked
  const auto enters = [&](const api::Approval& approval) {
    return turned(later_with(world, {approval}), system).status.tier.effective == "tier-1";
  };
  const auto good = an_approval(system, "lee", ApproverRole::OfCenter);
  CHECK(enters(good));
  const auto without = [&](auto break_it) {
    auto bad = good;
    break_it(bad);
    return enters(bad);
  };
  CHECK_FALSE(without([](auto& it) { it.spec.by = "kim"; }));                       // who asked
  CHECK_FALSE(without([](auto& it) { it.spec.role = ApproverRole::OfAgency; }));    // not a role that may
  CHECK_FALSE(without([](auto& it) { it.spec.role = ApproverRole::OfIncident; }));
  CHECK_FALSE(without([](auto& it) { it.spec.subject.uid = "another"; }));          // re-created under the name
  CHECK_FALSE(without([](auto& it) { it.spec.subject.name = "other"; }));
  CHECK_FALSE(without([](auto& it) { it.spec.subject.kind = "Center"; }));
  CHECK_FALSE(without([](auto& it) { it.spec.subject.ns = "nts"; }));
  CHECK_FALSE(without([](auto& it) { it.spec.step = "tierentry-00000000"; }));
  CHECK_FALSE(without([](auto& it) { it.metadata.ns = "nts"; }));                   // in another agency's namespace
  CHECK_FALSE(without([](auto& it) { it.spec.valid_until = at(kLater); }));         // expired
  CHECK_FALSE(without([](auto& it) { it.spec.valid_until.reset(); }));
  CHECK_FALSE(without([](auto& it) { it.metadata.created = at("2020-01-01T00:00:00Z"); }));  // made in advance
  CHECK_FALSE(without([](auto& it) { it.metadata.created.reset(); }));
}

TEST_CASE("one person who approves twice counts once") {
  const auto world = a_guarded_fleet().made();
  const auto system = turned(world, object(a_system("mois/gov24").scoring(95)));
  auto again = an_approval(system, "kim", ApproverRole::OfCenter);
  again.metadata.name = "again";
  const auto seen = later_with(world, {an_approval(system, "kim", ApproverRole::OfCenter), again});
  CHECK(turned(seen, system).status.tier.effective == "tier-3");
}

TEST_CASE("a rejection ends the step, is remembered, and another step is issued under another name") {
  const auto world = a_guarded_fleet().made();
  const auto system = turned(world, object(a_system("mois/gov24").scoring(95)));
  auto no = an_approval(system, "lee", ApproverRole::OfCenter);
  no.spec.verdict = api::Verdict::Rejected;
  const auto seen = later_with(world, {an_approval(system, "kim", ApproverRole::OfCenter), no});
  const auto next = turned(seen, system);
  CHECK(next.status.tier.effective == "tier-3");
  REQUIRE(next.status.steps.size() == 1);
  CHECK(next.status.steps[0].id != system.status.steps[0].id);
  CHECK(next.status.steps[0].approved_by.empty());
  REQUIRE(next.status.history.size() == 1);
  CHECK(next.status.history[0].verdict == api::Verdict::Rejected);
  CHECK(turned(seen, next).status.steps == next.status.steps);  // and what named the old step counts for nothing now
}

TEST_CASE("a system that is in a guarded tier is not asked about, and leaves it only with an Approval") {
  const auto world = a_guarded_fleet().made();
  const auto inside = turned(world, object(a_system("mois/gov24").scoring(95).last_of_tier("tier-1")));
  CHECK(inside.status.tier.effective == "tier-1");
  CHECK(inside.status.steps.empty());

  const auto lowered = turned(world, object(a_system("mois/gov24").scoring(10).last_of_tier("tier-1")));
  CHECK(lowered.status.tier.effective == "tier-1");
  REQUIRE(lowered.status.steps.size() == 1);
  CHECK(lowered.status.steps[0].about == "tier-4");
}

TEST_CASE("another agency's dependency raises a system only when that is approved") {
  auto world = a_guarded_fleet().made();
  world.systems.push_back(std::make_shared<const api::TenantSystem>(
      object(a_system("nts/hometax").scoring(95).needing("mois/gpki").last_of_tier("tier-1"))));
  const auto gpki = turned(world, object(a_system("mois/gpki").scoring(82).last_of_tier("tier-3")));
  CHECK(gpki.status.tier.effective == "tier-3");
  REQUIRE(gpki.status.steps.size() == 1);
  CHECK(gpki.status.steps[0].about == "tier-1");
  CHECK(gpki.status.steps[0].why.find("nts/hometax") != std::string::npos);
}

TEST_CASE("a tier that is not entered yet raises nobody else") {
  auto world = a_guarded_fleet().made();
  world.systems.push_back(
      std::make_shared<const api::TenantSystem>(object(a_system("nts/hometax").scoring(95).needing("mois/gpki"))));
  const auto gpki = turned(world, object(a_system("mois/gpki").scoring(82).last_of_tier("tier-3")));
  CHECK(gpki.status.tier.effective == "tier-3");
  CHECK(gpki.status.steps.empty());
}

TEST_CASE("a data class is raised at once, and lowered only with an Approval") {
  const auto world = a_guarded_fleet().made();
  auto system = turned(world, object(a_system("mois/a").scoring(10).of_class(api::DataClass::C)));
  CHECK(system.status.data_class == api::DataClass::C);
  system.spec.data_class = api::DataClass::O;
  const auto held = turned(world, system);
  CHECK(held.status.data_class == api::DataClass::C);
  REQUIRE(finding(held.status.findings, "DataClassPending") != nullptr);
  REQUIRE(held.status.steps.size() == 1);
  const auto one = later_with(world, {an_approval(held, "kim", ApproverRole::OfSecurity)});
  CHECK(turned(one, held).status.data_class == api::DataClass::C);
  const auto two = later_with(one, {an_approval(held, "lee", ApproverRole::OfSecurity)});
  CHECK(turned(two, held).status.data_class == api::DataClass::O);
}

TEST_CASE("a deletion takes two people, whose Approvals lie in the operator's namespace") {
  const auto world = a_guarded_fleet().made();
  const auto held = turned(world, object(a_system("mois/a").scoring(82).placed_in("daejeon", "daejeon-a").deleted()));
  REQUIRE(held.status.steps.size() == 1);
  const auto goes = [&](std::vector<api::Approval> approvals) {
    return domain::decide(later_with(with_system(world, held), std::move(approvals))).systems.at({"mois", "a"}).may_remove;
  };
  const auto home = std::string("haetae-system");
  CHECK_FALSE(goes({}));
  CHECK_FALSE(goes({an_approval(held, "kim", ApproverRole::OfAgency, home)}));
  CHECK_FALSE(goes({an_approval(held, "kim", ApproverRole::OfAgency), an_approval(held, "lee", ApproverRole::OfCenter)}));
  CHECK(goes({an_approval(held, "kim", ApproverRole::OfAgency, home), an_approval(held, "lee", ApproverRole::OfCenter, home)}));
}

TEST_CASE("a granted deletion stays granted when its Approvals are gone") {
  const auto world = a_guarded_fleet().made();
  const auto home = std::string("haetae-system");
  const auto held = turned(world, object(a_system("mois/a").scoring(82).placed_in("daejeon", "daejeon-a").deleted()));
  const auto seen = later_with(world, {an_approval(held, "kim", ApproverRole::OfAgency, home),
                                       an_approval(held, "lee", ApproverRole::OfCenter, home)});
  const auto granted = turned(seen, held);
  REQUIRE(granted.status.steps.at(0).granted.has_value());
  const auto plan = domain::decide(with_system(later_with(world, {}), granted)).systems.at({"mois", "a"});
  CHECK(plan.may_remove);
}

TEST_CASE("a step keeps its name and its time while it waits") {
  const auto world = a_guarded_fleet().made();
  const auto system = turned(world, object(a_system("mois/gov24").scoring(95)));
  const auto again = turned(later_with(world, {}), system);
  CHECK(again.status.steps == system.status.steps);
}

TEST_CASE("an edit of a RiskTier that takes pods away waits for two people of the center, edit by edit") {
  auto world = a_guarded_fleet().made();
  auto system = object(a_system("mois/a").scoring(82).last_of_tier("tier-3").placed_in("daejeon", "daejeon-a"));
  system.status.observed_generation = system.metadata.generation;
  system.status.placement.centers[0].replicas = 9;
  world = with_system(world, system);
  const auto plan = domain::decide(world);
  REQUIRE(finding(plan.systems.at({"mois", "a"}).findings, "PolicyChangeHeld") != nullptr);
  REQUIRE(plan.answers.count("RiskTier/tier-3") == 1);
  CHECK(plan.answers.at("RiskTier/tier-3")[0].ask.about == "generation 1");

  const auto told = domain::Summary(world, plan).of(*world.tiers[2]);
  REQUIRE(told.steps.size() == 1);
  CHECK(told.steps[0].what == "PolicyChange");
  CHECK(told.steps[0].count == 2);
}

TEST_CASE("another cluster under a known name takes its place only when two people of the center say so") {
  auto world = a_guarded_fleet().made();
  auto cluster = *world.clusters[0];
  cluster.metadata.uid = "object";
  cluster.status.uid = "former";
  const auto told = [&](const domain::World& in) {
    return domain::Summary(in, domain::decide(in)).of(cluster, {"another", "v1.36.3", "", {}});
  };
  cluster.status = told(world);
  CHECK(cluster.status.uid == "former");
  REQUIRE(cluster.status.steps.size() == 1);
  CHECK(cluster.status.steps[0].what == "ClusterChange");
  CHECK(cluster.status.steps[0].about == "another");
  std::vector<api::Approval> both;
  for (const auto* by : {"kim", "lee"}) {
    api::Approval approval;
    approval.metadata.name = by;
    approval.metadata.ns = "haetae-system";
    approval.metadata.created = at(kLater);
    approval.spec.subject = {"MemberCluster", "", cluster.metadata.name, "object"};
    approval.spec.step = cluster.status.steps[0].id;
    approval.spec.by = by;
    approval.spec.role = ApproverRole::OfCenter;
    approval.spec.valid_until = at("2026-09-28T00:00:00Z");
    both.push_back(approval);
  }
  CHECK(told(later_with(world, {both[0]})).uid == "former");
  CHECK(told(later_with(world, both)).uid == "another");
}

TEST_CASE("an approved edit of a RiskTier holds nobody any more, until the tier is edited again") {
  auto world = a_guarded_fleet().made();
  auto system = object(a_system("mois/a").scoring(82).last_of_tier("tier-3").placed_in("daejeon", "daejeon-a"));
  system.status.observed_generation = system.metadata.generation;
  system.status.placement.centers[0].replicas = 9;
  auto tier = *world.tiers[2];
  tier.status.steps = {{"policychange-1", "PolicyChange", "generation 1", {ApproverRole::OfCenter}, 2, "", at(kNow), {"kim", "lee"}, at(kLater)}};
  const auto held = [&] {
    world.tiers[2] = std::make_shared<const api::RiskTier>(tier);
    return finding(domain::decide(with_system(world, system)).systems.at({"mois", "a"}).findings, "PolicyChangeHeld") != nullptr;
  };
  CHECK_FALSE(held());
  tier.metadata.generation = 2;
  CHECK(held());
}
