#include "domain/placement/rules.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "domain/placement/kept.hpp"

namespace haetae::placement {

using domain::Breaches;
using domain::Resolved;
using domain::ResolvedSystem;
using domain::SystemPlan;

namespace {

/// Which rule a violation belongs to: the constraints about a missing cluster, room and surplus have their own.
enum class About { Legality, Cluster, Room, Surplus };

About about(const Violation& violation) {
  if (violation.constraint == "its cluster exists") return About::Cluster;
  if (violation.constraint == "surplus") return About::Surplus;
  return violation.constraint == kRoomName ? About::Room : About::Legality;
}

Breaches violations_about(const SystemPlan& plan, About wanted) {
  Breaches breaches;
  for (const auto& violation : plan.violations)
    if (about(violation) == wanted)
      breaches.push_back({"status.placement.centers[cluster=\"" + violation.cluster.text() + "\"]",
                          violation.cluster.text() + ": " + violation.message});
  return breaches;
}

/// "2026-11-22" < today, by its text. A date ends with the day.
bool is_past(const std::string& date, Timestamp now) { return !date.empty() && date < rfc3339(now).substr(0, 10); }

}  // namespace

Breaches wishes_name_centers(const Resolved& fleet, const ResolvedSystem& system) {
  const auto& wishes = system.system->spec.placement;
  Breaches breaches;
  const auto look = [&](const char* path, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (fleet.centers.count(CenterName(names[i])) == 0)
        breaches.push_back({api::item_path(path, i), "there is no Center " + names[i]});
  };
  look("spec.placement.allowCenters", wishes.allow_centers);
  look("spec.placement.denyCenters", wishes.deny_centers);
  look("spec.placement.preferCenters", wishes.prefer_centers);
  return breaches;
}

Breaches every_copy_is_placed(const SystemPlan& plan) {
  if (plan.missing_active + plan.missing_standby == 0) return {};
  return {{"status.placement.centers", plan.why_not_placed}};
}

Breaches clusters_exist(const SystemPlan& plan) { return violations_about(plan, About::Cluster); }
Breaches copies_are_legal(const SystemPlan& plan) { return violations_about(plan, About::Legality); }
Breaches copies_have_room(const SystemPlan& plan) { return violations_about(plan, About::Room); }
Breaches no_copy_is_surplus(const SystemPlan& plan) { return violations_about(plan, About::Surplus); }

const Violation* leaves_too_few(const SystemPlan& plan) {
  const Violation* first = nullptr;
  std::set<ClusterName> illegal;
  for (const auto& violation : plan.violations) {
    if (about(violation) != About::Legality && about(violation) != About::Cluster) continue;
    if (first == nullptr) first = &violation;
    illegal.insert(violation.cluster);
  }
  std::vector<Held> legal;
  for (const auto& copy : plan.copies)
    if (illegal.count(copy.cluster) == 0) legal.push_back({{copy.center, copy.cluster, copy.role, true, ""}, {}, ""});
  const auto missing = lack(plan.demand, legal);
  return missing.active + missing.standby > 0 ? first : nullptr;
}

Breaches center_exists(const Resolved& fleet, const api::MemberCluster& cluster) {
  if (fleet.centers.count(CenterName(cluster.spec.center)) > 0) return {};
  return {{"spec.center", "there is no Center " + cluster.spec.center + ", so nothing new is placed here"}};
}

Breaches nodes_are_counted_once(const Resolved& fleet, const api::MemberCluster& cluster) {
  const auto held = fleet.held_clusters.find(ClusterName(cluster.metadata.name));
  if (held == fleet.held_clusters.end()) return {};
  return {{"spec.nodeSelector", held->second + "; nothing new comes here, and nothing is written here"}};
}

Breaches center_closes_in_time(const Resolved& fleet, const api::Center& center) {
  if (center.spec.lifecycle != api::Lifecycle::Closing || !fleet.now) return {};
  if (!is_past(center.spec.close_by, *fleet.now)) return {};
  return {{"spec.closeBy", "the center was to close by " + center.spec.close_by + " and is Closing still"}};
}

Breaches assurances_are_valid(const Resolved& fleet, const api::Center& center) {
  Breaches breaches;
  const auto& assurances = center.spec.assurances;
  for (std::size_t i = 0; i < assurances.size(); ++i)
    if (assurances[i].valid_until && fleet.now && *assurances[i].valid_until < *fleet.now)
      breaches.push_back({api::item_path("spec.assurances", i) + ".validUntil",
                          assurances[i].scheme + " ended at " + rfc3339(*assurances[i].valid_until)});
  return breaches;
}

}  // namespace haetae::placement
