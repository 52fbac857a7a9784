#include "domain/decide.hpp"

#include <utility>

#include "base/text.hpp"
#include "domain/placement/kept.hpp"
#include "domain/resolve.hpp"
#include "domain/rulebook.hpp"
#include "domain/tiering/rules.hpp"

namespace haetae::domain {

namespace {

using Choices = std::map<SystemRef, placement::Choice>;

/// Why nothing may be written in any member for this system now; "" where it may.
std::string paused_why(const Resolved& fleet, const api::TenantSystem& system) {
  if (system.spec.paused) return "spec.paused is true";
  if (!fleet.policy) return "";
  if (fleet.policy->spec.paused) return "the FleetPolicy is paused";
  return fleet.policy->spec.mode == api::FleetMode::Observe ? "the FleetPolicy only observes" : "";
}

/// What can be said of a system before anybody looks for a place.
SystemPlan draft(const Resolved& fleet, const ResolvedSystem& system) {
  SystemPlan plan;
  plan.ref = system.ref;
  plan.system = system.system;
  plan.tier = system.tier;
  if (system.own.assessed) plan.tier_status.assessed = system.own.assessed->metadata.name;
  plan.tier_status.effective = system.tier ? system.tier->metadata.name : system.tier_lost;
  for (const auto& ref : system.because) plan.tier_status.because.push_back(ref.text());
  if (system.tier) {
    plan.demand = redundancy::demand(*system.system, *system.tier, system.per_pod);
    plan.demand.jobs = redundancy::jobs(*system.system, *system.tier, system.per_job, system.manifest_names);
  }
  plan.requests_complete = system.unrequested.empty() && system.unreadable.empty();
  plan.handoff = system.handoff;
  plan.data_class = system.data_class;
  plan.answers = system.answers;
  plan.paused_why = paused_why(fleet, *system.system);

  plan.deleting = system.system->metadata.deleted.has_value();
  plan.may_remove = plan.deleting && system.tier && system.own.known && fleet.unreadable.empty() &&
                    tiering::deletion_is_approved(fleet, system).empty();
  if (plan.may_remove) return plan;  // nothing is written for it any more, so nothing in it can be wrong

  plan.findings = audit(fleet, system);
  plan.hold = !system.tier || effect_of(plan.findings) != Effect::Reports;
  for (const auto& finding : plan.findings)
    if (plan.hold_why.empty() && effect_of({finding}) != Effect::Reports)
      plan.hold_why = finding.rule + ": " + finding.message;
  if (plan.hold && plan.hold_why.empty() && !plan.findings.empty())
    plan.hold_why = plan.findings.front().rule + ": " + plan.findings.front().message;
  return plan;
}

/// A system that is going asks for nothing; one that is held keeps what it has.
std::vector<placement::Request> requests(const World& world, const Plan& plan) {
  std::vector<placement::Request> all;
  for (const auto& [ref, system] : plan.systems) {
    if (system.may_remove) continue;
    const auto& spec = system.system->spec;
    const auto& stored = system.system->status.placement;
    const auto current = stored.centers.empty() ? placement::found(world, ref) : stored.centers;
    all.push_back({ref, system.tier ? system.tier->spec.rank : 1, spec.citizen_facing, system.data_class, spec.placement,
                   system.demand, current, stored.rejected, system.hold});
  }
  return all;
}

/// Takes over where the copies go, and what that breaks.
void settle(SystemPlan& plan, placement::Choice choice, const Resolved& fleet) {
  for (auto& copy : choice.copies) {
    const auto cluster = fleet.clusters.find(copy.cluster);
    const auto selector = cluster == fleet.clusters.end() ? api::Labels{} : cluster->second->spec.node_selector;
    plan.copies.push_back({copy.center, copy.cluster, copy.role, std::move(copy.reason), selector,
                           plan.system->spec.member_namespace});
  }
  plan.rejected = std::move(choice.rejected);
  plan.missing_active = choice.missing_active;
  plan.missing_standby = choice.missing_standby;
  plan.why_not_placed = std::move(choice.why);
  plan.turn = choice.turn;
  plan.violations = std::move(choice.violations);
  plan.held_clusters = fleet.held_clusters;
  for (auto& finding : audit(plan)) plan.findings.push_back(std::move(finding));
  plan.findings = in_order(std::move(plan.findings));
}

/// Per cluster, the stages of the providers whose systems have a copy there.
std::map<ClusterName, std::vector<api::ProviderStage>> providers(const Plan& plan, const Resolved& fleet) {
  std::map<ClusterName, std::vector<handoff::InForce>> there;
  for (const auto& [ref, system] : plan.systems)
    for (const auto& copy : system.copies)
      for (const auto& it : fleet.systems.at(ref).handoffs) there[copy.cluster].push_back(it);
  std::map<ClusterName, std::vector<api::ProviderStage>> stages;
  for (const auto& [cluster, handoffs] : there) stages.emplace(cluster, handoff::by_provider(handoffs));
  return stages;
}

/// An edit of a tier asks while it holds a system; granted, it stays so until the tier is edited again.
void ask_for_policies(Plan& plan, const Resolved& fleet) {
  std::map<std::string, std::int32_t> held;
  for (const auto& [ref, system] : plan.systems)
    for (const auto& finding : system.findings)
      if (system.tier && finding.rule == "PolicyChangeHeld") ++held[system.tier->metadata.name];
  for (const auto& tier : fleet.ladder.best_first()) {
    auto answer = fleet.policy_changes.at(tier->metadata.name);
    const auto systems = held.find(tier->metadata.name);
    if (systems == held.end() && !answer.granted) continue;
    if (systems != held.end()) answer.step.why = answer.ask.why = "it takes running pods from " + count(systems->second, "system");
    plan.answers[subject("RiskTier", tier->metadata)].push_back(std::move(answer));
  }
}

}  // namespace

Plan decide(const World& world) {
  const Resolved fleet = resolve(world);

  Plan plan;
  for (const auto& [ref, system] : fleet.systems) plan.systems.emplace(ref, draft(fleet, system));

  Choices choices = placement::place(world, requests(world, plan));
  for (auto& [ref, system] : plan.systems) settle(system, std::move(choices[ref]), fleet);

  plan.held_clusters = fleet.held_clusters;
  plan.providers = providers(plan, fleet);
  plan.findings = audit_objects(fleet);
  ask_for_policies(plan, fleet);
  return plan;
}

}  // namespace haetae::domain
