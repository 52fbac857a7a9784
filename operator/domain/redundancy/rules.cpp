#include "domain/redundancy/rules.hpp"

#include <algorithm>

#include "api/kind.hpp"
#include "base/text.hpp"
#include "domain/objects.hpp"
#include "domain/redundancy/objects.hpp"
#include "domain/redundancy/standing.hpp"

namespace haetae::redundancy {

using domain::Breaches;
using domain::Resolved;
using domain::ResolvedSystem;
using domain::Seen;
using domain::SystemPlan;

namespace {

Breaches as_breaches(const std::vector<api::Fault>& faults, const std::string& tail) {
  Breaches breaches;
  for (const auto& fault : faults) breaches.push_back({fault.path, fault.what + tail});
  return breaches;
}

/// Spelled as Kubernetes spells paths into a list by key. Source: structured-merge-diff, fieldpath.
std::string path_of(const domain::CopyPlan& copy) {
  return "status.redundancy[cluster=\"" + copy.cluster.text() + "\"]";
}

/// The moment at which an Unknown copy has been so for longer than its tier allows.
std::optional<Timestamp> overdue_at(const SystemPlan& plan, const Judged& it) {
  if (it.standing.state != CopyState::Unknown || !it.standing.unknown_since || !plan.tier) return std::nullopt;
  return *it.standing.unknown_since + std::chrono::ceil<Seconds>(plan.tier->spec.unknown_after);
}

/// The component that has fewer Ready pods than its copy must show at the worst allowed moment; null where none.
const ComponentDemand* short_component(const SystemPlan& plan, const domain::CopyPlan& copy,
                                       const domain::CopyView& view) {
  const auto away = plan.tier->spec.redundancy.max_unavailable.value_or(0);
  for (const auto& demand : plan.demand.components) {
    const auto least = redundancy::runs(demand, copy.role) - away;
    const auto shown = view.components.find(demand.component);
    if (least > 0 && (shown == view.components.end() || shown->second.ready < least)) return &demand;
  }
  return nullptr;
}

}  // namespace

Breaches templates_are_readable(const Resolved&, const ResolvedSystem& system) {
  return as_breaches(system.unreadable, "");
}

Breaches templates_are_allowed(const Resolved&, const ResolvedSystem& system) {
  return as_breaches(system.refused, "");
}

Breaches requests_are_stated(const Resolved&, const ResolvedSystem& system) {
  return as_breaches(system.unrequested, ", so no room is counted for it");
}

Breaches manifests_are_allowed(const Resolved&, const ResolvedSystem& system) {
  return as_breaches(system.manifests_refused, "");
}

Breaches manifest_names_differ(const Resolved&, const ResolvedSystem& system) {
  return as_breaches(system.manifests_taken, "");
}

Breaches hosts_are_one_agencys(const Resolved&, const ResolvedSystem& system) {
  return as_breaches(system.hosts_taken, "");
}

Breaches namespaces_differ(const Resolved&, const ResolvedSystem& system) {
  if (system.namespace_of == SystemRef{}) return {};
  const bool stated = !system.system->spec.member_namespace.empty();
  return {{stated ? "spec.memberNamespace" : "metadata.name",
           "namespace " + domain::member_namespace(*system.system) + " of member clusters is that of " +
               system.namespace_of.text() + "; two systems never share one"}};
}

Breaches agency_is_one(const Resolved&, const ResolvedSystem& system) {
  const auto& agency = system.ref.agency;
  const bool is_reserved = api::is_reserved_namespace(agency) && !agency.starts_with("ts-");
  if (is_reserved) return {{"metadata.namespace", "namespace " + agency + " is no agency's"}};
  if (agency.size() <= api::kLongestName) return {};
  return {{"metadata.namespace", "the name of agency " + agency + " is longer than " + count(api::kLongestName, "letter")}};
}

Breaches labels_are_not_ours(const Resolved&, const ResolvedSystem& system) {
  Breaches breaches;
  for (const auto& [key, value] : system.system->metadata.labels)
    if (api::is_ours(key))
      breaches.push_back({api::field_path("metadata.labels", key), "is refused: Haetae alone gives keys of haetae.io"});
  return breaches;
}

Breaches service_names_differ(const Resolved&, const ResolvedSystem& system) {
  const auto& components = system.system->spec.components;
  Breaches breaches;
  for (std::size_t i = 0; i < components.size(); ++i)
    for (const auto& other : components)
      if (other.workload == api::WorkloadKind::StatefulSet && governing_service(other.name) == components[i].name)
        breaches.push_back({api::item_path("spec.components", i) + ".name",
                            components[i].name + " is the Service that names the pods of StatefulSet " + other.name});
  return breaches;
}

Breaches policy_takes_no_pods_away(const Resolved& fleet, const ResolvedSystem& system) {
  const auto& object = *system.system;
  const bool same_spec = object.metadata.generation > 0 &&
                         object.status.observed_generation == object.metadata.generation;
  if (!same_spec || object.metadata.deleted || !system.tier) return {};
  const auto& tier = system.tier->metadata.name;
  if (object.status.tier.effective != tier) return {};
  const auto change = fleet.policy_changes.find(tier);
  if (change != fleet.policy_changes.end() && change->second.granted) return {};
  const auto wanted = demand(object, *system.tier, system.per_pod);
  Breaches breaches;
  for (const auto& copy : object.status.placement.centers) {
    std::int32_t pods = 0;
    for (const auto& component : wanted.components) pods += runs(component, copy.role);
    if (pods >= copy.replicas) continue;
    breaches.push_back({"status.placement.centers[cluster=\"" + copy.cluster + "\"].replicas",
                        copy.cluster + ": " + tier + " was edited and asks for " + count(pods, "pod") +
                            ", decided are " + std::to_string(copy.replicas) +
                            "; take the edit back, or edit the system's spec to follow it"});
  }
  return breaches;
}

Breaches copies_are_observed(const SystemPlan& plan, const Seen& seen) {
  Breaches breaches;
  for (const auto& it : judged(plan, seen)) {
    const auto overdue = overdue_at(plan, it);
    if (!overdue || !seen.now || *seen.now < *overdue) continue;
    breaches.push_back({path_of(*it.copy), "the copy in " + it.copy->cluster.text() + " is Unknown since " +
                                               rfc3339(*it.standing.unknown_since) + ", longer than " +
                                               plan.tier->metadata.name + " allows (" + it.standing.why_unknown + ")"});
  }
  return breaches;
}

Breaches enough_pods_are_ready(const SystemPlan& plan, const Seen& seen) {
  Breaches breaches;
  if (!plan.tier) return breaches;
  for (const auto& copy : plan.copies) {
    const auto at = seen.copies.find(copy.cluster);
    const auto* known = at == seen.copies.end() ? nullptr : std::get_if<domain::Known<domain::CopyView>>(&at->second);
    if (known == nullptr || !known->value.marked) continue;
    if (const auto* demand = short_component(plan, copy, known->value))
      breaches.push_back({path_of(copy), demand->component + " has fewer Ready pods in " + copy.cluster.text() +
                                             " than " + plan.tier->metadata.name + " lets be missing"});
  }
  return breaches;
}

Breaches pods_are_spread(const SystemPlan& plan, const Seen& seen) {
  Breaches breaches;
  for (const auto& it : judged(plan, seen))
    if (it.standing.state == CopyState::Crowded)
      breaches.push_back({path_of(*it.copy), it.standing.component + " in " + it.copy->cluster.text() +
                                                 " has all its Ready pods on one host or in one room, or its nodes "
                                                 "name no room"});
  return breaches;
}

std::optional<Timestamp> next_overdue(const SystemPlan& plan, const Seen& seen) {
  std::optional<Timestamp> next;
  for (const auto& it : judged(plan, seen)) {
    const auto overdue = overdue_at(plan, it);
    if (!overdue || (seen.now && *overdue <= *seen.now)) continue;
    if (!next || *overdue < *next) next = overdue;
  }
  return next;
}

}  // namespace haetae::redundancy
