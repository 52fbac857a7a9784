#include "domain/conditions.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "domain/placement/rules.hpp"
#include "domain/readiness.hpp"
#include "domain/redundancy/rules.hpp"
#include "domain/redundancy/standing.hpp"
#include "domain/rulebook.hpp"
#include "domain/says.hpp"

namespace haetae::domain {

using api::Condition;
using api::ConditionStatus;
using redundancy::Judged;

namespace {

// What the schema takes: longer, and the API server would refuse the whole status. Source: api/object.hpp.
constexpr std::size_t kLongestMessage = 4096;
constexpr std::size_t kLongestFinding = 1024;
constexpr std::size_t kLongestPath = 512;
constexpr std::size_t kMostFindings = 64;
constexpr std::size_t kMostCopies = 32;

/// Cut between two characters.
void clip(std::string& text, std::size_t longest) {
  if (text.size() <= longest) return;
  constexpr std::string_view kMore = "…";
  auto end = longest - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  text += kMore;
}

Condition placed(const SystemPlan& plan) {
  if (plan.hold) return says("Placed", ConditionStatus::Unknown, "Held", "held as it is until the findings are cured");
  if (plan.may_remove) return says("Placed", ConditionStatus::False, "Removing", "its copies are being removed");
  if (plan.missing_active + plan.missing_standby > 0)
    return says("Placed", ConditionStatus::False, "NotPlaced", plan.why_not_placed);
  if (const auto* violation = placement::leaves_too_few(plan))
    return says("Placed", ConditionStatus::False, "NotLegal", violation->cluster.text() + ": " + violation->message);
  return says("Placed", ConditionStatus::True, "Placed", "every copy that " + plan.tier_status.effective +
                                                             " demands has a cluster, and may be there");
}

Condition compliant(const std::vector<api::Finding>& findings) {
  std::vector<std::string> broken;
  for (const auto& finding : findings)
    if (finding.severity == api::Severity::Error &&
        std::find(broken.begin(), broken.end(), finding.rule) == broken.end())
      broken.push_back(finding.rule);
  if (broken.empty()) return says("Compliant", ConditionStatus::True, "Compliant", "no rule is broken");
  const auto reason = broken.front();
  if (broken.size() > kMostNamed) broken.resize(kMostNamed);
  return says("Compliant", ConditionStatus::False, reason, "broken: " + join(broken, ", "));
}

/// What can be judged of `seen`. A held cluster shows the pods that are another one's: two names of one cluster must
/// never pass for two copies. What is removed is looked for everywhere.
Seen judgeable(const SystemPlan& plan, Seen seen) {
  if (plan.may_remove) return seen;
  for (const auto& [cluster, why] : plan.held_clusters)
    if (plan.copy_in(cluster) != nullptr || seen.copies.count(cluster) > 0) seen.copies[cluster] = Unknown{{}, why};
  return seen;
}

std::vector<api::Finding> all_findings(const SystemPlan& plan, const Seen& seen) {
  auto findings = plan.findings;
  for (const auto& [cluster, delivered] : seen.delivered)
    findings.insert(findings.end(), delivered.findings.begin(), delivered.findings.end());
  // What runs is judged by a plan that is in force; a system on its way out is judged by nothing.
  if (!plan.may_remove)
    for (auto& finding : audit(plan, seen)) findings.push_back(std::move(finding));
  return in_order(std::move(findings));
}

/// Where a decision puts the copies; what it says of them beside that is told, not decided.
std::set<std::tuple<std::string, std::string, api::Role>> places(const api::PlacementStatus& placement) {
  std::set<std::tuple<std::string, std::string, api::Role>> all;
  for (const auto& copy : placement.centers) all.emplace(copy.cluster, copy.center, copy.role);
  return all;
}

}  // namespace

api::PlacementStatus placement_of(const SystemPlan& plan, std::optional<Timestamp> now) {
  const auto& stored = plan.system->status.placement;
  if (plan.hold || plan.may_remove) return stored;
  api::PlacementStatus placement;
  for (const auto& copy : plan.copies) {
    std::int32_t replicas = 0;
    for (const auto& demand : plan.demand.components) replicas += redundancy::runs(demand, copy.role);
    placement.centers.push_back({copy.center.text(), copy.cluster.text(), copy.role, replicas, copy.reason});
  }
  placement.where = api::where_text(placement.centers);
  placement.rejected = plan.rejected;
  placement.decided_at = places(placement) == places(stored) ? stored.decided_at : now;
  return placement;
}

api::TenantSystemStatus status_of(const SystemPlan& plan, const Seen& shown) {
  const auto seen = judgeable(plan, shown);
  const auto& previous = plan.system->status;
  const auto copies = redundancy::judged(plan, seen);

  api::TenantSystemStatus status;
  status.observed_generation = plan.system->metadata.generation;
  status.tier = plan.tier_status;
  status.placement = placement_of(plan, seen.now);
  status.redundancy = redundancy::observed(plan, seen, copies);
  if (status.redundancy.size() > kMostCopies) status.redundancy.resize(kMostCopies);
  if (!plan.handoff.provider.empty()) status.handoff = plan.handoff;
  status.data_class = plan.data_class;
  auto told = approval::paper(plan.system->metadata, {previous.steps, previous.history}, plan.answers, seen.now);
  status.steps = std::move(told.steps);
  status.history = std::move(told.history);
  status.findings = with_since(all_findings(plan, seen), previous.findings, seen.now);

  auto conditions = readiness(plan, seen, copies, status.findings);
  conditions.push_back(placed(plan));
  conditions.push_back(redundancy::redundant(plan, copies));
  conditions.push_back(compliant(status.findings));
  for (auto& condition : conditions) condition.observed_generation = status.observed_generation;
  status.conditions = with_times(std::move(conditions), previous.conditions, seen.now);
  return status;
}

Seen seen_in(const World& world, const SystemPlan& plan) {
  Seen seen;
  seen.offline = true;
  seen.now = world.now;
  for (const auto& [cluster, view] : world.views) {
    const auto* known = std::get_if<Known<ClusterView>>(&view);
    if (known == nullptr) {
      seen.copies.emplace(cluster, std::get<Unknown>(view));
      continue;
    }
    const auto shown = known->value.copies.find(plan.ref);
    if (shown == known->value.copies.end()) {
      if (plan.copy_in(cluster) != nullptr) seen.copies.emplace(cluster, Known<CopyView>{{}, known->as_of});
      continue;
    }
    // What the pods take is placement's matter, and long.
    CopyView copy;
    copy.marked = shown->second.marked;
    copy.role = shown->second.role;
    copy.components = shown->second.components;
    seen.copies.emplace(cluster, Known<CopyView>{std::move(copy), known->as_of});
  }
  return judgeable(plan, std::move(seen));
}

std::optional<Timestamp> next_change(const SystemPlan& plan, const Seen& seen) {
  return redundancy::next_overdue(plan, judgeable(plan, seen));
}

std::vector<Condition> with_times(std::vector<Condition> wanted, const std::vector<Condition>& previous,
                                  std::optional<Timestamp> now) {
  std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.type < b.type; });
  for (auto& condition : wanted) {
    const auto last = std::find_if(previous.begin(), previous.end(), [&](const auto& it) {
      return it.type == condition.type && it.status == condition.status;
    });
    clip(condition.message, kLongestMessage);
    condition.last_transition = last != previous.end() && last->last_transition ? last->last_transition : now;
  }
  return wanted;
}

std::vector<api::Finding> with_since(std::vector<api::Finding> wanted, const std::vector<api::Finding>& previous,
                                     std::optional<Timestamp> now) {
  if (wanted.size() > kMostFindings) wanted.resize(kMostFindings);
  for (auto& finding : wanted) {
    clip(finding.message, kLongestFinding);
    clip(finding.path, kLongestPath);
    const auto last = std::find_if(previous.begin(), previous.end(), [&](const auto& it) {
      return it.rule == finding.rule && it.path == finding.path;
    });
    finding.since = last != previous.end() && last->since ? last->since : now;
  }
  return wanted;
}

}  // namespace haetae::domain
