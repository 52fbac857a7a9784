#include "domain/summary.hpp"

#include <algorithm>
#include <set>

#include "domain/conditions.hpp"
#include "domain/handoff/stage.hpp"
#include "domain/labels.hpp"
#include "domain/redundancy/standing.hpp"
#include "domain/says.hpp"

namespace haetae::domain {

using api::Condition;
using api::ConditionStatus;
using redundancy::CopyState;

namespace {

// What the schema takes. Source: api/member_cluster.hpp, center.hpp, service_provider.hpp.
constexpr std::size_t kMostProviders = 64;
constexpr std::size_t kMostTiers = 100;

std::map<std::string, std::string> as_text(const Resources& amounts) {
  std::map<std::string, std::string> text;
  for (const auto& [name, amount] : amounts)
    if (!amount.is_zero()) text.emplace(name, amount.text(name == "memory" || name == "ephemeral-storage"));
  return text;
}

void count_copy(api::TierStanding& in_tier, const redundancy::Standing& standing) {
  switch (standing.state) {
    case CopyState::Good: ++in_tier.serving; return;
    case CopyState::Crowded: ++in_tier.degraded; return;
    case CopyState::Short: ++(standing.ready > 0 ? in_tier.degraded : in_tier.down); return;
    case CopyState::Absent: ++in_tier.down; return;
    case CopyState::Unknown: ++in_tier.unknown; return;
  }
}

std::optional<std::int32_t> days_until(const std::string& date, std::optional<Timestamp> now) {
  const auto end = date.empty() ? Result<Timestamp>(Error{}) : parse_rfc3339(date + "T00:00:00Z");
  if (!end || !now) return std::nullopt;
  const auto days = std::chrono::floor<std::chrono::days>(*end) - std::chrono::floor<std::chrono::days>(*now);
  return static_cast<std::int32_t>(days.count());
}

/// Reachable, as far as it is known.
Condition reachable(const api::MemberCluster& cluster, const Observed<ClusterView>* view, const Contact& contact) {
  if (view != nullptr && std::holds_alternative<Known<ClusterView>>(*view))
    return says("Reachable", ConditionStatus::True, "Answering", "the cluster answers and its watches are in step");
  const auto unknown = view == nullptr ? Unknown{} : std::get<Unknown>(*view);
  if (unknown.since)
    return says("Reachable", ConditionStatus::False, contact.reason.empty() ? "Unreachable" : contact.reason,
                unknown.why);
  for (const auto& last : cluster.status.conditions)
    if (last.type == "Reachable") return last;
  return says("Reachable", ConditionStatus::Unknown, "Connecting", "not tried yet");
}

}  // namespace

api::Labels member_cluster_labels(const api::MemberCluster& cluster, const Plan& plan) {
  api::Labels all{{labels::kCenter, cluster.spec.center}};
  const auto there = plan.providers.find(ClusterName(cluster.metadata.name));
  if (there == plan.providers.end()) return all;
  for (const auto& it : there->second) all[labels::kProviderPrefix + it.provider] = it.stage;
  return all;
}

bool is_member_cluster_label(const std::string& key) {
  return key == labels::kCenter || key.starts_with(labels::kProviderPrefix);
}

Summary::Summary(const World& world, const Plan& plan)
    : world_(world), plan_(plan), desk_(world.approvals, world.home, world.now) {
  for (const auto& [ref, system] : plan.systems) count(system);
  count_handoffs();
}

void Summary::count(const SystemPlan& system) {
  const auto& tier = system.tier_status.effective;
  ++by_tier_[tier];
  const auto seen = seen_in(world_, system);
  std::set<CenterName> centers;
  for (const auto& it : redundancy::judged(system, seen)) {
    ++by_cluster_[it.copy->cluster];
    auto& center = by_center_[it.copy->center];
    if (centers.insert(it.copy->center).second) ++center.systems;
    auto& in_tier = center.by_tier[tier];
    in_tier.tier = tier;
    count_copy(in_tier, it.standing);
  }
}

void Summary::count_handoffs() {
  std::set<std::string> known;
  for (const auto& provider : world_.providers) known.insert(provider->metadata.name);
  for (const auto& handoff : world_.handoffs) {
    const auto system = plan_.systems.find(handoff::system_of(*handoff));
    const auto stage = handoff::in_force(handoff, known.count(handoff->spec.provider) > 0);
    if (system == plan_.systems.end() || !stage) continue;
    ++by_provider_[handoff->spec.provider][{handoff::name(stage->stage), system->second.tier_status.effective}];
  }
}

std::vector<api::Finding> Summary::findings(const char* kind, const api::ObjectMeta& meta,
                                            const std::vector<api::Finding>& previous) const {
  const auto at = plan_.findings.find(subject(kind, meta));
  return at == plan_.findings.end() ? std::vector<api::Finding>{} : with_since(at->second, previous, world_.now);
}

/// What every status ends with: findings, and the conditions that they and `more` come to.
template <class Kind>
void Summary::close(typename Kind::StatusFields& status, const char* kind, const Kind& object,
                    std::vector<Condition> more) const {
  status.observed_generation = object.metadata.generation;
  status.findings = findings(kind, object.metadata, object.status.findings);
  auto ready = says("Ready", ConditionStatus::True, "Current", "counted as it is now");
  for (const auto& condition : more)
    if (condition.status != ConditionStatus::True && !(condition.type == "Prepared" && condition.status == ConditionStatus::Unknown))
      ready = says("Ready", condition.status, condition.reason, condition.message);
  const auto error = std::find_if(status.findings.begin(), status.findings.end(),
                                  [](const auto& it) { return it.severity == api::Severity::Error; });
  if (error != status.findings.end()) ready = says("Ready", ConditionStatus::False, error->rule, error->message);
  const bool is_ready = ready.status == ConditionStatus::True;
  more.push_back(says("Reconciling", is_ready ? ConditionStatus::False : ConditionStatus::True,
                      is_ready ? "Settled" : ready.reason, is_ready ? "nothing is under way" : ready.message));
  more.push_back(says("Stalled", ConditionStatus::False, "NotStalled", "nothing waits for an edit of the spec"));
  more.push_back(std::move(ready));
  for (auto& condition : more) condition.observed_generation = object.metadata.generation;
  status.conditions = with_times(std::move(more), object.status.conditions, world_.now);
}

const ClusterView* Summary::view_of(const ClusterName& cluster) const {
  const auto at = world_.views.find(cluster);
  const auto* known = at == world_.views.end() ? nullptr : std::get_if<Known<ClusterView>>(&at->second);
  return known == nullptr ? nullptr : &known->value;
}

template <class Kind>
void Summary::fill(typename Kind::StatusFields& status, const Kind& object, const std::vector<approval::Answer>& answers) const {
  auto paper = approval::paper(object.metadata, {object.status.steps, object.status.history}, answers, world_.now);
  status.steps = std::move(paper.steps);
  status.history = std::move(paper.history);
}

// The uid is taken down once: another one under the name is another cluster, until people say that it takes its place.
void Summary::accept_uid(api::MemberClusterStatus& status, const api::MemberCluster& cluster, const std::string& seen) const {
  std::vector<approval::Answer> answers;
  if (!seen.empty() && !status.uid.empty() && seen != status.uid) {
    const approval::Subject subject{"MemberCluster", cluster.metadata, cluster.status.steps, {}};
    const auto why = "another cluster answers under this name; its predecessor was " + status.uid;
    answers.push_back(desk_.answer(subject, {approval::What::ClusterChange, seen, why}));
    if (answers.back().granted) status.uid = seen;
  } else if (!seen.empty()) {
    status.uid = seen;
  } else {
    // While it does not answer, what was asked of it stands.
    for (const auto& step : cluster.status.steps)
      answers.push_back({{approval::What::ClusterChange, step.about, step.why}, step, step.granted.has_value(), {}});
  }
  fill(status, cluster, answers);
}

api::RiskTierStatus Summary::of(const api::RiskTier& tier) const {
  api::RiskTierStatus status;
  const auto at = by_tier_.find(tier.metadata.name);
  status.systems = at == by_tier_.end() ? 0 : at->second;
  const auto asked = plan_.answers.find(subject("RiskTier", tier.metadata));
  fill(status, tier, asked == plan_.answers.end() ? std::vector<approval::Answer>{} : asked->second);
  close(status, "RiskTier", tier);
  return status;
}

api::CenterStatus Summary::of(const api::Center& center) const {
  api::CenterStatus status;
  Resources capacity;
  Resources allocated;
  for (const auto& cluster : world_.clusters) {
    if (cluster->spec.center != center.metadata.name) continue;
    ++status.clusters;
    if (const auto* view = view_of(ClusterName(cluster->metadata.name))) {
      add(capacity, view->capacity);
      add(allocated, view->allocated);
    }
  }
  status.capacity = as_text(capacity);
  status.allocated = as_text(allocated);
  status.days_to_close = days_until(center.spec.close_by, world_.now);
  if (const auto at = by_center_.find(CenterName(center.metadata.name)); at != by_center_.end()) {
    status.systems = at->second.systems;
    for (const auto& [tier, standing] : at->second.by_tier)
      if (status.now.by_tier.size() < kMostTiers) status.now.by_tier.push_back(standing);
  }
  close(status, "Center", center);
  return status;
}

api::MemberClusterStatus Summary::of(const api::MemberCluster& cluster, const Contact& contact) const {
  const ClusterName name(cluster.metadata.name);
  auto status = cluster.status;  // what is not seen now stays as it was seen last
  accept_uid(status, cluster, contact.uid);
  if (!contact.version.empty()) status.version = contact.version;
  status.unreachable_since.reset();
  if (const auto* view = view_of(name)) {
    status.capacity = as_text(view->capacity);
    status.allocated = as_text(view->allocated);
    status.largest_node = as_text(view->largest_node);
    // Files tell sums, not nodes; then their number stays as it was counted.
    if (!view->nodes.empty() || view->capacity.empty()) status.nodes = static_cast<std::int32_t>(view->nodes.size());
  }
  const auto at = world_.views.find(name);
  const auto* view = at == world_.views.end() ? nullptr : &at->second;
  auto reach = reachable(cluster, view, contact);
  if (reach.status != ConditionStatus::True) {
    const auto* unknown = view == nullptr ? nullptr : std::get_if<Unknown>(view);
    const auto& before = cluster.status.unreachable_since;
    status.unreachable_since = before ? before : unknown != nullptr ? unknown->since : std::nullopt;
  }
  const auto systems = by_cluster_.find(name);
  status.systems = systems == by_cluster_.end() ? 0 : systems->second;
  const auto providers = plan_.providers.find(name);
  status.providers.clear();
  if (providers != plan_.providers.end()) status.providers = providers->second;
  if (status.providers.size() > kMostProviders) status.providers.resize(kMostProviders);
  auto chart = prepared(cluster, contact.chart, reach);
  close(status, "MemberCluster", cluster, {std::move(chart), std::move(reach)});  // the last one not True is Ready's reason
  return status;
}

api::ServiceProviderStatus Summary::of(const api::ServiceProvider& provider) const {
  api::ServiceProviderStatus status;
  if (const auto at = by_provider_.find(provider.metadata.name); at != by_provider_.end())
    for (const auto& [stage_and_tier, systems] : at->second)
      if (status.systems.size() < kMostTiers) status.systems.push_back({stage_and_tier.first, stage_and_tier.second, systems});
  close(status, "ServiceProvider", provider);
  return status;
}

api::HandoffStatus Summary::of(const api::Handoff& handoff) const {
  api::HandoffStatus status;
  const auto exists = [&](const auto& it) { return it->metadata.name == handoff.spec.provider; };
  const bool known = std::any_of(world_.providers.begin(), world_.providers.end(), exists);
  const bool has_system = plan_.systems.count(handoff::system_of(handoff)) > 0;
  const auto stage = handoff::in_force(std::make_shared<const api::Handoff>(handoff), known);
  if (has_system && stage) {
    status.stage = handoff::name(stage->stage);
    status.acts_now = handoff::acts_now(stage->stage);
    const auto& before = handoff.status;
    status.since = before.stage == status.stage && before.since ? before.since : world_.now;
  }
  close(status, "Handoff", handoff);
  return status;
}

api::FleetPolicyStatus Summary::of(const api::FleetPolicy& policy) const {
  api::FleetPolicyStatus status;
  close(status, "FleetPolicy", policy);
  return status;
}

}  // namespace haetae::domain
