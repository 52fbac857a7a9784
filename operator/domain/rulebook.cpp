#include "domain/rulebook.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "domain/continuity/rules.hpp"
#include "domain/handoff/rules.hpp"
#include "domain/placement/rules.hpp"
#include "domain/redundancy/rules.hpp"
#include "domain/tiering/rules.hpp"

namespace haetae::domain {

namespace {

using enum Effect;
using enum api::Severity;

const std::array kRulebook{
    // Reading: found where objects are taken in, since what cannot be read gets into no World.
    Rule{"Unreadable", "Every object of the hub can be read.", Error, Stalls, FoundByDelivery{}},
    // Tiering
    Rule{"TierUnknown", "Every system's tier can be told: its score reaches a RiskTier, or spec.tier names one.",
         Error, Holds, tiering::tier_is_known},
    Rule{"TierMissing", "The tier that a system has is there.", Error, Holds, tiering::tier_is_there},
    // Early in the table: however many findings a status cuts off, the next pass must read this one.
    Rule{"DeletionNeedsApproval", "A system is removed as its tier demands: at once, or with an Approval.", Warning,
         Reports, tiering::deletion_is_approved},
    Rule{"TierPending", "A system is of the tier that it should be of; entering it has been approved.", Warning, Reports,
         tiering::tier_is_entered},
    Rule{"DataClassPending", "A system's data class is the one of its spec; lowering it has been approved.", Warning,
         Reports, tiering::class_is_in_force},
    Rule{"TierInDoubt", "Everything that decides a system's tier can be read.", Warning, Reports,
         tiering::tier_is_certain},
    Rule{"TierAmbiguous", "A system's tier shares neither its rank nor its lowest score with another.", Error, Reports,
         tiering::tier_is_unambiguous},
    Rule{"TierLowered", "spec.tier raises the assessed tier; it does not lower it.", Warning, Reports,
         tiering::tier_is_not_lowered},
    Rule{"RankAmbiguous", "Each RiskTier has a rank and a lowest score of its own.", Error, Reports,
         tiering::tiers_are_told_apart},
    Rule{"DependencyMissing", "Every system that another depends on exists.", Error, Reports,
         tiering::dependencies_exist},
    Rule{"DependencyCycle", "Hard dependencies form no cycle.", Error, Reports, tiering::dependencies_form_no_cycle},
    Rule{"DependencyRepeated", "A dependency is named once.", Warning, Reports, tiering::dependencies_are_named_once},
    // Redundancy, as written
    Rule{"TemplateUnreadable", "Every pod template can be read, so that its pods can be counted.", Error, Stalls,
         redundancy::templates_are_readable},
    Rule{"TemplateFieldRefused", "A pod template leaves node, priority, scheduler, host and privilege to the platform.",
         Error, Stalls, redundancy::templates_are_allowed},
    Rule{"ManifestRefused", "Manifests are of the closed list, and reach no further than the system's own namespace.",
         Error, Stalls, redundancy::manifests_are_allowed},
    Rule{"ManifestNameTaken", "No manifest has the name of another, or of what Haetae or Kubernetes writes.", Error,
         Stalls, redundancy::manifest_names_differ},
    Rule{"HostTaken", "A host that a manifest asks for is no other agency's.", Error, Stalls,
         redundancy::hosts_are_one_agencys},
    Rule{"NamespaceShared", "No two systems would live in one namespace of a member cluster.", Error, Stalls,
         redundancy::namespaces_differ},
    Rule{"AgencyRefused", "A system is in its agency's namespace, not in one of Kubernetes or Haetae.", Error, Stalls,
         redundancy::agency_is_one},
    Rule{"LabelRefused", "No label of a TenantSystem poses as one of Haetae's.", Error, Stalls,
         redundancy::labels_are_not_ours},
    Rule{"ServiceNameTaken", "No component has the name of the Service that a StatefulSet needs for its pods.", Error,
         Stalls, redundancy::service_names_differ},
    Rule{"RequestsMissing", "Every container says how much cpu and memory it takes.", Warning, Reports,
         redundancy::requests_are_stated},
    Rule{"PolicyChangeHeld", "An edit of a RiskTier takes no running pod from a system that was not edited.", Error,
         Holds, redundancy::policy_takes_no_pods_away},
    // Placement
    Rule{"NotPlaced", "Every copy that the effective tier demands has a cluster.", Error, Reports,
         placement::every_copy_is_placed},
    Rule{"CopyNotLegal", "Every copy is where data class, lifecycle, role and the other copies allow.", Error, Reports,
         placement::copies_are_legal},
    Rule{"RoomMissing", "Every copy has the room that its size takes.", Error, Reports, placement::copies_have_room},
    Rule{"CopySurplus", "There are no more copies than the effective tier demands.", Warning, Reports,
         placement::no_copy_is_surplus},
    Rule{"ClusterUnknown", "Every copy is in a cluster that has a MemberCluster.", Error, Reports,
         placement::clusters_exist},
    Rule{"WishUnknown", "A system's placement wishes name centers that exist.", Warning, Reports,
         placement::wishes_name_centers},
    Rule{"CenterUnknown", "Every MemberCluster is in a Center that exists.", Error, Reports, placement::center_exists},
    Rule{"NodesCountedTwice", "No node belongs to two MemberClusters.", Error, Reports,
         placement::nodes_are_counted_once},
    Rule{"CenterOverdue", "A Closing center closes by its date.", Warning, Reports, placement::center_closes_in_time},
    Rule{"AssuranceExpired", "A center's assurances are valid.", Warning, Reports, placement::assurances_are_valid},
    // Delivery
    Rule{"NamespaceTaken", "The namespace of a copy is not there, or carries the system's mark.", Error, Reports,
         FoundByDelivery{}},
    Rule{"ObjectTaken", "Every object of a copy is ours; nobody else's stands in its place.", Error, Reports,
         FoundByDelivery{}},
    Rule{"RefusedByCluster", "Every object of a copy passes the dry run of its cluster.", Error, Stalls,
         FoundByDelivery{}},
    Rule{"RemovalHeld", "Nothing of ours is in a copy's namespace but what the spec asks for.", Warning, Reports,
         FoundByDelivery{}},
    Rule{"NamespaceKept", "The namespace of a copy that is removed holds nothing but ours.", Warning, Reports,
         FoundByDelivery{}},
    // Redundancy, as observed
    Rule{"CopyUnknown", "No copy is Unknown for longer than its tier allows.", Error, Reports,
         redundancy::copies_are_observed},
    Rule{"TooFewReady", "Every copy has its Ready pods, less what its tier lets be away.", Error, Reports,
         redundancy::enough_pods_are_ready},
    Rule{"NotSpread", "The Ready pods of every copy are spread as its tier requires.", Error, Reports,
         redundancy::pods_are_spread},
    // Continuity
    Rule{"SubstituteMissing", "A citizen-facing system that must survive a center's loss names its substitute.", Error,
         Reports, continuity::substitute_is_named},
    // Handoff
    Rule{"SystemUnknown", "A Handoff names a system of its namespace.", Error, Reports, handoff::system_exists},
    Rule{"ProviderUnknown", "A Handoff names a ServiceProvider that exists.", Error, Reports, handoff::provider_exists},
    Rule{"HandoffConflict", "Of a system's providers one at most is at Joint or beyond.", Error, Reports,
         handoff::one_provider_writes},
    Rule{"HandoffRepeated", "One Handoff brings a system to a provider.", Warning, Reports,
         handoff::handoff_is_the_only_one},
    Rule{"ProviderNotCleared", "A provider is handed no tier above its highestTierRank.", Error, Reports,
         handoff::provider_may_have_the_tier},
    Rule{"ProviderConflict", "A system has one provider at most that is at Joint or beyond.", Error, Reports,
         handoff::one_provider_holds},
    Rule{"ContractExpired", "A provider's contract is valid.", Error, Reports, handoff::contract_is_valid},
};

/// Asks every row that holds a check of this kind.
template <class Check, class... Subject>
std::vector<api::Finding> ask(const Subject&... subject) {
  std::vector<api::Finding> findings;
  for (const auto& rule : kRulebook) {
    const auto* check = std::get_if<Check>(&rule.check);
    if (check == nullptr) continue;
    for (auto& breach : (*check)(subject...))
      findings.push_back({rule.name, rule.severity, std::move(breach.message), std::move(breach.path), {}});
  }
  return findings;
}

std::size_t place_of(const std::string& name) {
  const auto at = std::find_if(kRulebook.begin(), kRulebook.end(), [&](const Rule& rule) { return name == rule.name; });
  return static_cast<std::size_t>(at - kRulebook.begin());
}

template <class Kind, class Objects>
void audit_each(std::map<std::string, std::vector<api::Finding>>& all, const Resolved& fleet, const char* kind,
                const Objects& objects) {
  for (const auto& object : objects) {
    auto findings = audit<Kind>(fleet, *object);
    if (!findings.empty()) all.emplace(subject(kind, object->metadata), std::move(findings));
  }
}

template <class Named>
auto values(const Named& named) {
  std::vector<typename Named::mapped_type> all;
  for (const auto& [name, object] : named) all.push_back(object);
  return all;
}

}  // namespace

std::span<const Rule> rulebook() { return kRulebook; }

const Rule* rule_named(std::string_view name) {
  const auto at = std::find_if(kRulebook.begin(), kRulebook.end(), [&](const Rule& rule) { return name == rule.name; });
  return at == kRulebook.end() ? nullptr : &*at;
}

std::vector<api::Finding> audit(const Resolved& fleet, const ResolvedSystem& system) {
  return ask<ResolvedCheck>(fleet, system);
}
std::vector<api::Finding> audit(const SystemPlan& plan) { return ask<PlannedCheck>(plan); }
std::vector<api::Finding> audit(const SystemPlan& plan, const Seen& seen) { return ask<SeenCheck>(plan, seen); }

template <class Kind>
std::vector<api::Finding> audit(const Resolved& fleet, const Kind& object) {
  return ask<ObjectCheck<Kind>>(fleet, object);
}
template std::vector<api::Finding> audit(const Resolved&, const api::RiskTier&);
template std::vector<api::Finding> audit(const Resolved&, const api::Center&);
template std::vector<api::Finding> audit(const Resolved&, const api::MemberCluster&);
template std::vector<api::Finding> audit(const Resolved&, const api::ServiceProvider&);
template std::vector<api::Finding> audit(const Resolved&, const api::Handoff&);

std::map<std::string, std::vector<api::Finding>> audit_objects(const Resolved& fleet) {
  std::map<std::string, std::vector<api::Finding>> all;
  audit_each<api::RiskTier>(all, fleet, "RiskTier", fleet.ladder.best_first());
  audit_each<api::Center>(all, fleet, "Center", values(fleet.centers));
  audit_each<api::MemberCluster>(all, fleet, "MemberCluster", values(fleet.clusters));
  audit_each<api::ServiceProvider>(all, fleet, "ServiceProvider", values(fleet.providers));
  audit_each<api::Handoff>(all, fleet, "Handoff", fleet.handoffs);
  return all;
}

Effect effect_of(const std::vector<api::Finding>& findings) {
  auto worst = Reports;
  for (const auto& finding : findings)
    if (const auto* rule = rule_named(finding.rule)) worst = std::max(worst, rule->effect);
  return worst;
}

std::vector<api::Finding> in_order(std::vector<api::Finding> findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
    return std::tuple(place_of(a.rule), a.rule, a.path, a.message) <
           std::tuple(place_of(b.rule), b.rule, b.path, b.message);
  });
  const auto same = [](const auto& a, const auto& b) {
    return a.rule == b.rule && a.path == b.path && a.message == b.message;
  };
  findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
  return findings;
}

}  // namespace haetae::domain
