#include "controllers/board.hpp"

#include <algorithm>

#include "domain/objects.hpp"

namespace haetae::controllers {

namespace {

template <class T>
bool same_object(const domain::Ref<T>& a, const domain::Ref<T>& b) {
  if (a == b) return true;
  return a && b && a->metadata.uid == b->metadata.uid && a->metadata.generation == b->metadata.generation;
}

bool same_size(const redundancy::ComponentDemand& a, const redundancy::ComponentDemand& b) {
  return a.component == b.component && a.active_size == b.active_size && a.active_runs == b.active_runs &&
         a.standby_size == b.standby_size && a.per_pod == b.per_pod;
}

bool same_demand(const redundancy::Demand& a, const redundancy::Demand& b) {
  return a.active_centers == b.active_centers && a.standby_centers == b.standby_centers &&
         a.distinct_risk_groups == b.distinct_risk_groups &&
         std::ranges::equal(a.components, b.components, same_size);
}

bool same_copy(const domain::CopyPlan& a, const domain::CopyPlan& b) {
  return a.center == b.center && a.cluster == b.cluster && a.role == b.role && a.reason == b.reason &&
         a.node_selector == b.node_selector;
}

bool same_violation(const placement::Violation& a, const placement::Violation& b) {
  return a.cluster == b.cluster && a.constraint == b.constraint && a.message == b.message;
}

bool same_record(const domain::Delivered& a, const domain::Delivered& b) {
  return a.generation == b.generation && a.current == b.current && a.trouble == b.trouble && a.findings == b.findings;
}

/// Whether the clusters of its copies are held in both, or in neither.
bool as_held(const domain::SystemPlan& system, const domain::Plan& before, const domain::Plan& now) {
  return std::ranges::all_of(system.copies, [&](const auto& copy) {
    return before.held_clusters.contains(copy.cluster) == now.held_clusters.contains(copy.cluster);
  });
}

}  // namespace

bool same_plan(const domain::SystemPlan& a, const domain::SystemPlan& b) {
  return same_object(a.system, b.system) && same_object(a.tier, b.tier) && a.tier_status == b.tier_status &&
         same_demand(a.demand, b.demand) && std::ranges::equal(a.copies, b.copies, same_copy) &&
         a.rejected == b.rejected && a.missing_active == b.missing_active && a.missing_standby == b.missing_standby &&
         a.why_not_placed == b.why_not_placed && a.handoff == b.handoff && a.data_class == b.data_class && a.answers == b.answers && a.findings == b.findings &&
         a.hold == b.hold && a.hold_why == b.hold_why && a.deleting == b.deleting && a.may_remove == b.may_remove &&
         a.paused_why == b.paused_why && a.requests_complete == b.requests_complete &&
         std::ranges::equal(a.violations, b.violations, same_violation);
}

const domain::SystemPlan* Decision::system(const SystemRef& ref) const {
  const auto found = plan.systems.find(ref);
  return found == plan.systems.end() ? nullptr : &found->second;
}

std::uint64_t Decision::revision(const SystemRef& ref) const {
  const auto found = revisions.find(ref);
  return found == revisions.end() ? 0 : found->second;
}

std::shared_ptr<const Decision> Board::decision() const {
  const std::lock_guard lock(mutex_);
  return decision_;
}

std::vector<SystemRef> Board::publish(domain::Plan plan) {
  auto next = std::make_shared<Decision>();
  next->plan = std::move(plan);
  std::vector<SystemRef> changed;
  const std::lock_guard lock(mutex_);
  for (const auto& [ref, system] : next->plan.systems) {
    const auto* before = decision_ ? decision_->system(ref) : nullptr;
    const bool same = before != nullptr && same_plan(*before, system) && as_held(system, decision_->plan, next->plan);
    next->revisions[ref] = same ? decision_->revision(ref) : ++revisions_;
    if (system.system) next->by_namespace[domain::member_namespace(*system.system)].insert(ref);
    for (const auto& copy : system.copies) next->by_namespace[domain::member_namespace(ref, copy)].insert(ref);
    if (!same) changed.push_back(ref);
  }
  if (decision_)
    for (const auto& [ref, system] : decision_->plan.systems)
      if (next->system(ref) == nullptr) {
        changed.push_back(ref);
        outcomes_.erase(ref);
      }
  decision_ = std::move(next);
  return changed;
}

bool Board::record(const SystemRef& ref, const ClusterName& cluster, const std::string& uid, std::uint64_t revision,
                   domain::Delivered delivered) {
  const std::lock_guard lock(mutex_);
  Outcome& outcome = outcomes_[ref][cluster];
  const bool changed = outcome.uid != uid || outcome.revision != revision || outcome.gone ||
                       !same_record(outcome.delivered, delivered);
  outcome = {uid, revision, std::move(delivered), false};
  return changed;
}

bool Board::record_gone(const SystemRef& ref, const ClusterName& cluster, const std::string& uid) {
  const std::lock_guard lock(mutex_);
  Outcome& outcome = outcomes_[ref][cluster];
  const bool changed = outcome.uid != uid || !outcome.gone;
  outcome = {uid, 0, {}, true};
  return changed;
}

std::map<ClusterName, domain::Delivered> Board::delivered(const SystemRef& ref, const std::string& uid) const {
  const std::lock_guard lock(mutex_);
  std::map<ClusterName, domain::Delivered> out;
  const auto found = outcomes_.find(ref);
  if (found == outcomes_.end()) return out;
  const std::uint64_t in_force = decision_ ? decision_->revision(ref) : 0;
  for (const auto& [cluster, outcome] : found->second) {
    if (outcome.uid != uid || outcome.gone) continue;
    auto& record = out[cluster] = outcome.delivered;
    record.current = record.current && outcome.revision == in_force;
  }
  return out;
}

std::set<ClusterName> Board::gone(const SystemRef& ref, const std::string& uid) const {
  const std::lock_guard lock(mutex_);
  std::set<ClusterName> out;
  const auto found = outcomes_.find(ref);
  if (found == outcomes_.end()) return out;
  for (const auto& [cluster, outcome] : found->second)
    if (outcome.uid == uid && outcome.gone) out.insert(cluster);
  return out;
}

}  // namespace haetae::controllers
