#include "domain/tiering/rules.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "domain/says.hpp"

namespace haetae::tiering {

using domain::Breaches;
using domain::Resolved;
using domain::ResolvedSystem;

namespace {

std::string listed(std::vector<std::string> names, const char* separator) {
  const auto more = names.size() > domain::kMostNamed ? names.size() - domain::kMostNamed : 0;
  if (more > 0) names.resize(domain::kMostNamed);
  return join(names, separator) + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

std::string no_such_tier(const Resolved& fleet, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& tier : fleet.ladder.best_first()) names.push_back(tier->metadata.name);
  return "there is no RiskTier " + name + (names.empty() ? ", nor any other" : "; there are " + listed(names, ", "));
}

std::string no_band(const Resolved& fleet, std::int32_t score) {
  const auto& tiers = fleet.ladder.best_first();
  if (tiers.empty()) return "there is no RiskTier at all";
  const auto lowest = std::min_element(tiers.begin(), tiers.end(), [](const auto& a, const auto& b) {
    return a->spec.min_score < b->spec.min_score;
  });
  return "a score of " + std::to_string(score) + " reaches no RiskTier: the lowest, " + (*lowest)->metadata.name +
         ", begins at " + std::to_string((*lowest)->spec.min_score);
}

std::string as_cycle(const std::vector<SystemRef>& cycle) {
  std::vector<std::string> names;
  for (const auto& ref : cycle) names.push_back(ref.text());
  return listed(names, " → ");
}

}  // namespace

std::string tier_to_ask(const Resolved& fleet, const ResolvedSystem& system) {
  if (!system.system->metadata.deleted) return "";
  const auto& last = system.system->status;
  for (const auto& tier : {system.tier, fleet.ladder.named(last.tier.effective)})
    if (tier && tier->spec.deletion != api::DeletionPolicy::Immediate) return tier->metadata.name;
  const bool waited = std::any_of(last.findings.begin(), last.findings.end(), [](const auto& finding) {
    return finding.rule == "DeletionNeedsApproval";
  });
  return waited ? last.tier.effective.empty() ? "its tier" : last.tier.effective : "";
}

Breaches tier_is_entered(const Resolved&, const ResolvedSystem& system) {
  if (!system.tier_pending) return {};
  const auto& wanted = system.tier_pending->metadata.name;
  const auto* answer = domain::answer_to(system, approval::What::TierEntry);
  return {{"status.tier.effective",
           "it would be of " + wanted + (system.pending_because.empty() ? "" : ", for " + system.pending_because.front().text() + " needs it") +
               "; until that is approved it is " + (system.tier ? "of " + system.tier->metadata.name : "held: there is no tier that may be entered freely") +
               (answer != nullptr ? "; it " + approval::missing(*answer) : "")}};
}

Breaches class_is_in_force(const Resolved&, const ResolvedSystem& system) {
  const auto& spec = system.system->spec;
  if (system.data_class == spec.data_class) return {};
  const auto* answer = domain::answer_to(system, approval::What::DataClassLowering);
  return {{"spec.dataClass", std::string(api::name(spec.data_class)) + " is lower than " + std::string(api::name(system.data_class)) +
                                 ", which holds until that is approved" +
                                 (answer != nullptr ? "; it " + approval::missing(*answer) : "")}};
}

Breaches tier_is_known(const Resolved& fleet, const ResolvedSystem& system) {
  const auto& spec = system.system->spec;
  if (!spec.tier.empty() && !system.own.asked) return {{"spec.tier", no_such_tier(fleet, spec.tier)}};
  if (!system.own.known) return {{"spec.assessment", no_band(fleet, spec.assessment.score())}};
  return {};
}

Breaches tier_is_there(const Resolved&, const ResolvedSystem& system) {
  if (system.tier_lost.empty()) return {};
  return {{"status.tier.effective", "there is no RiskTier " + system.tier_lost +
                                        " any more; until it is created again nothing of the system is changed"}};
}

Breaches tier_is_certain(const Resolved& fleet, const ResolvedSystem& system) {
  if (fleet.unreadable.empty()) return {};
  const auto cannot = listed(fleet.unreadable, ", ") + " cannot be read; until then ";
  if (system.system->metadata.deleted)
    return {{"metadata.deletionTimestamp", cannot + "no system is removed"}};
  if (!system.tier_kept) return {};
  return {{"status.tier.effective", cannot + "the tier stays " + system.tier->metadata.name}};
}

Breaches tier_is_unambiguous(const Resolved& fleet, const ResolvedSystem& system) {
  if (!system.tier) return {};
  const auto path = system.own.asked ? "spec.tier" : "spec.assessment";
  Breaches breaches;
  if (const auto others = fleet.ladder.sharing_rank(*system.tier); !others.empty())
    breaches.push_back({path, system.tier->metadata.name + " has the rank of " + listed(others, ", ") +
                                  "; until one of them has another rank, the older one counts"});
  if (!system.own.assessed || !breaches.empty()) return breaches;
  if (const auto others = fleet.ladder.sharing_score(*system.own.assessed); !others.empty())
    breaches.push_back({path, system.own.assessed->metadata.name + " has the minScore of " + listed(others, ", ") +
                                  "; until one of them has another, the older one counts"});
  return breaches;
}

Breaches tier_is_not_lowered(const Resolved&, const ResolvedSystem& system) {
  if (!system.own.asks_lower) return {};
  const auto& spec = system.system->spec;
  return {{"spec.tier", spec.tier + " is lower than " + system.own.assessed->metadata.name + ", which a score of " +
                            std::to_string(spec.assessment.score()) + " gives; it is ignored"}};
}

Breaches dependencies_exist(const Resolved&, const ResolvedSystem& system) {
  Breaches breaches;
  for (const auto& need : system.needs)
    if (!need.exists)
      breaches.push_back(
          {need.path, "there is no TenantSystem " + need.system.text() + ", so no tier is handed to it"});
  return breaches;
}

Breaches dependencies_form_no_cycle(const Resolved& fleet, const ResolvedSystem& system) {
  if (system.cycle.empty()) return {};
  // The entry to cut is one that leads back into the group.
  const auto closes = [&](const domain::Need& need) {
    return need.hard && need.exists && fleet.systems.at(need.system).cycle == system.cycle;
  };
  const auto entry = std::find_if(system.needs.begin(), system.needs.end(), closes);
  return {{entry == system.needs.end() ? "spec.dependsOn" : entry->path,
           "Hard dependencies form a cycle: " + as_cycle(system.cycle) + "; its systems share one tier"}};
}

Breaches dependencies_are_named_once(const Resolved&, const ResolvedSystem& system) {
  Breaches breaches;
  for (const auto& need : system.needs)
    if (need.repeated)
      breaches.push_back({need.path, need.system.text() + " is named before; this entry counts for nothing"});
  return breaches;
}

Breaches deletion_is_approved(const Resolved& fleet, const ResolvedSystem& system) {
  const auto* answer = domain::answer_to(system, approval::What::Deletion);
  if (answer == nullptr || answer->granted) return {};
  return {{"metadata.deletionTimestamp", "removing a system of " + tier_to_ask(fleet, system) + " " + approval::missing(*answer) +
                                             "; its workloads stay as they are"}};
}

Breaches tiers_are_told_apart(const Resolved& fleet, const api::RiskTier& tier) {
  Breaches breaches;
  if (const auto others = fleet.ladder.sharing_rank(tier); !others.empty())
    breaches.push_back({"spec.rank", "rank " + std::to_string(tier.spec.rank) + " is also that of " +
                                         listed(others, ", ") + "; the older one counts as the higher"});
  if (const auto others = fleet.ladder.sharing_score(tier); !others.empty())
    breaches.push_back({"spec.minScore", "a score of " + std::to_string(tier.spec.min_score) + " also begins " +
                                             listed(others, ", ") + "; the older one is given to systems"});
  return breaches;
}

}  // namespace haetae::tiering
