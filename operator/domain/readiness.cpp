#include "domain/readiness.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "domain/rulebook.hpp"
#include "domain/says.hpp"

namespace haetae::domain {

using api::Condition;
using api::ConditionStatus;
using redundancy::CopyState;
using redundancy::Judged;

namespace {

/// The last verdict, where it was on this generation.
const Condition* last_verdict(const SystemPlan& plan) {
  const auto& conditions = plan.system->status.conditions;
  const auto at = std::find_if(conditions.begin(), conditions.end(), [](const auto& c) { return c.type == "Ready"; });
  const bool same = at != conditions.end() && at->observed_generation == plan.system->metadata.generation;
  return same && at->status != ConditionStatus::Unknown ? &*at : nullptr;
}

bool was_ready(const SystemPlan& plan) {
  const auto* last = last_verdict(plan);
  return last != nullptr && last->status == ConditionStatus::True;
}

/// Where delivery stands in the clusters that can be reached.
struct Reached {
  std::vector<std::string> behind{};     ///< this generation is not applied there
  std::vector<std::string> unreported{}; ///< delivery has not looked there yet (since the operator started)
  std::vector<std::string> stale{};      ///< applied, and the plan has changed since
  std::string trouble{};                 ///< the first cluster's
};

Reached reached(const SystemPlan& plan, const Seen& seen, const std::vector<Judged>& copies) {
  Reached all;
  for (const auto& it : copies) {
    if (it.standing.state == CopyState::Unknown) continue;
    const auto cluster = it.copy->cluster.text();
    const auto at = seen.delivered.find(it.copy->cluster);
    if (at == seen.delivered.end()) {
      all.unreported.push_back(cluster);
      continue;
    }
    const auto& delivered = at->second;
    if (delivered.generation < plan.system->metadata.generation) all.behind.push_back(cluster);
    else if (!delivered.current) all.stale.push_back(cluster);
    if (all.trouble.empty()) all.trouble = delivered.trouble;
  }
  return all;
}

std::string waiting_for(const std::vector<std::string>& clusters, const std::string& trouble) {
  return "not applied in " + join(clusters, ", ") + (trouble.empty() ? " yet" : ": " + trouble);
}

struct Counted {
  std::int32_t ready{0};
  std::int32_t unknown{0};
  std::string missing{};  ///< the first active copy that is not Ready, and why
};

/// Why an observed copy does not count as Ready; "" where it does. That its pods are of the present template has to
/// be seen once a generation: later an autoscaler or a lost pod makes a workload's own numbers lag.
std::string why_not_ready(const Judged& it, bool was_ready) {
  if (!redundancy::is_ready(it.standing.state)) return it.copy->cluster.text() + " has too few Ready pods";
  if (!was_ready && !it.standing.rolled_out) return "the new template still rolls out in " + it.copy->cluster.text();
  return "";
}

Counted counted(const std::vector<Judged>& copies, bool was_ready) {
  Counted count;
  for (const auto& it : copies) {
    if (it.copy->role != api::Role::Active) continue;
    if (it.standing.state == CopyState::Unknown) {
      ++count.unknown;
      continue;
    }
    auto why = why_not_ready(it, was_ready);
    if (why.empty()) ++count.ready;
    else if (count.missing.empty()) count.missing = std::move(why);
  }
  return count;
}

/// What keeps the copies of a system that is being removed: clusters that still show them, or do not answer.
std::string removal_text(const SystemPlan& plan, const Seen& seen) {
  std::vector<std::string> waits;
  for (const auto& [cluster, view] : seen.copies) {
    if (const auto* unknown = std::get_if<Unknown>(&view)) {
      const auto shown = redundancy::standing(plan, nullptr, cluster, seen);
      const auto since = shown.unknown_since ? " since " + rfc3339(*shown.unknown_since) : std::string();
      waits.push_back(cluster.text() + ", Unknown" + since + (unknown->why.empty() ? "" : " (" + unknown->why + ")"));
    } else if (std::get<Known<CopyView>>(view).value.marked) {
      const auto at = seen.delivered.find(cluster);
      waits.push_back(cluster.text() + (at == seen.delivered.end() || at->second.trouble.empty() ? "" : " (" + at->second.trouble + ")"));
    }
  }
  if (waits.empty()) return "its copies are removed";
  if (waits.size() > kMostNamed) {
    waits.resize(kMostNamed);
    waits.push_back("…");
  }
  return "its copies are being removed; left in " + join(waits, "; ");
}

constexpr auto kReadyText = "this generation is applied, and the active copies that its tier demands are Ready";

Condition by_copies(const SystemPlan& plan, const std::vector<Judged>& copies) {
  const auto count = counted(copies, was_ready(plan));
  const auto demanded = plan.demand.active_centers;
  if (count.ready >= std::max(1, demanded - count.unknown))
    return says("Ready", ConditionStatus::True, "Ready", kReadyText);
  if (count.ready + count.unknown >= std::max(1, demanded)) {
    // Only silence stands between this and True.
    if (const auto* last = last_verdict(plan)) return *last;
    return says("Ready", ConditionStatus::Unknown, "CopyUnknown", "too few active copies can be observed");
  }
  if (count.missing.empty())
    return says("Ready", ConditionStatus::False, "NotPlaced",
                plan.why_not_placed.empty() ? "fewer active copies than demanded are placed" : plan.why_not_placed);
  return says("Ready", ConditionStatus::False, "TooFewReady",
              "fewer active copies than demanded have all their pods Ready: " + count.missing);
}

/// Why this generation cannot be called applied; absent where it can.
std::optional<Condition> not_applied(const SystemPlan& plan, const Seen& seen, const Reached& where) {
  if (where.behind.empty() && where.unreported.empty()) return std::nullopt;
  if (!plan.paused_why.empty())
    return says("Ready", ConditionStatus::False, "Paused", plan.paused_why + ", so this generation is not applied");
  if (seen.offline && where.behind.empty())
    return says("Ready", ConditionStatus::Unknown, "Offline", "delivery is not seen from here");
  const auto& clusters = where.behind.empty() ? where.unreported : where.behind;
  return says("Ready", ConditionStatus::False, where.trouble.empty() ? "Progressing" : "DeliveryFailed",
              waiting_for(clusters, where.trouble));
}

Condition ready(const SystemPlan& plan, const Seen& seen, const std::vector<Judged>& copies, const Reached& where) {
  if (plan.may_remove) return says("Ready", ConditionStatus::False, "Removing", removal_text(plan, seen));
  const bool before = was_ready(plan);
  if (plan.hold && !before)
    return says("Ready", ConditionStatus::False, "Held",
                plan.hold_why.empty() ? "no tier says what is demanded" : plan.hold_why);
  // Once it was applied, a cluster that comes back or a write that fails later does not undo that.
  if (!before)
    if (auto open = not_applied(plan, seen, where)) return std::move(*open);
  if (!plan.tier) return *last_verdict(plan);  // Held, and Ready before: nothing has changed there
  return by_copies(plan, copies);
}

Condition stalled(const std::vector<api::Finding>& findings) {
  for (const auto& finding : findings)
    if (effect_of({finding}) == Effect::Stalls)
      return says("Stalled", ConditionStatus::True, finding.rule, finding.path + ": " + finding.message);
  return says("Stalled", ConditionStatus::False, "NotStalled", "nothing waits for an edit of the spec");
}

Condition reconciling(const SystemPlan& plan, const Seen& seen, const Condition& ready, const Condition& stalled,
                      const Reached& where) {
  const auto idle = [](const char* reason, std::string message) {
    return says("Reconciling", ConditionStatus::False, reason, std::move(message));
  };
  const auto busy = [](const char* reason, std::string message) {
    return says("Reconciling", ConditionStatus::True, reason, std::move(message));
  };
  if (!plan.paused_why.empty()) return idle("Paused", plan.paused_why);
  if (plan.may_remove) return busy("Removing", removal_text(plan, seen));
  if (stalled.status == ConditionStatus::True) return idle("Stalled", "only an edit of the spec helps");
  if (plan.hold) return busy("Held", plan.hold_why.empty() ? "no tier says what is demanded" : plan.hold_why);
  auto open = where.behind;
  open.insert(open.end(), where.stale.begin(), where.stale.end());
  if (!open.empty()) return busy("Delivering", waiting_for(open, where.trouble));
  if (ready.status == ConditionStatus::True) return idle("Settled", "nothing is under way");
  if (seen.offline)
    return says("Reconciling", ConditionStatus::Unknown, "Offline", "delivery is not seen from here");
  return busy(ready.reason.c_str(), ready.message);
}

}  // namespace

std::vector<Condition> readiness(const SystemPlan& plan, const Seen& seen, const std::vector<Judged>& copies,
                                 const std::vector<api::Finding>& findings) {
  const auto where = reached(plan, seen, copies);
  auto is_ready = ready(plan, seen, copies, where);
  auto is_stalled = stalled(findings);
  auto is_reconciling = reconciling(plan, seen, is_ready, is_stalled, where);
  return {std::move(is_ready), std::move(is_reconciling), std::move(is_stalled)};
}

}  // namespace haetae::domain
