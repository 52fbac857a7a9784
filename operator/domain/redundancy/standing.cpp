#include "domain/redundancy/standing.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "domain/says.hpp"

namespace haetae::redundancy {

using domain::ComponentView;
using domain::CopyPlan;
using domain::CopyView;
using domain::Seen;
using domain::SystemPlan;

namespace {

const api::ObservedCopy* last_seen(const SystemPlan& plan, const ClusterName& cluster) {
  for (const auto& copy : plan.system->status.redundancy)
    if (copy.cluster == cluster.text()) return &copy;
  return nullptr;
}

/// A required spread is observed when the Ready pods of a component that runs several do not share one domain.
/// How even they are is the scheduler's matter; that they are not all in one place is what survives a loss.
bool is_spread(const ComponentView& view, std::int32_t runs, const std::vector<api::Spread>& demanded) {
  const auto least = std::min(runs, 2);
  return std::all_of(demanded.begin(), demanded.end(), [&](const api::Spread& spread) {
    return !spread.required || (spread.domain == api::SpreadDomain::Host ? view.hosts : view.rooms) >= least;
  });
}

void worsen(Standing& standing, CopyState state, const std::string& component) {
  if (standing.state == CopyState::Short || standing.state == state) return;
  standing.state = state;
  standing.component = component;
}

void judge_component(Standing& standing, const SystemPlan& plan, const ComponentDemand& demand, std::int32_t runs,
                     const CopyView& view) {
  const auto at = view.components.find(demand.component);
  const auto shown = at == view.components.end() ? ComponentView{} : at->second;
  standing.ready += shown.ready;
  if (runs == 0) return;
  const auto domains = shown.rooms > 0 ? shown.rooms : shown.hosts;
  standing.domains = standing.domains < 0 ? domains : std::min(standing.domains, domains);
  standing.rolled_out = standing.rolled_out && shown.rolled_out;
  if (!shown.exists || shown.ready < runs) worsen(standing, CopyState::Short, demand.component);
  else if (!is_spread(shown, runs, plan.tier->spec.redundancy.spread))
    worsen(standing, CopyState::Crowded, demand.component);
}

/// Of a copy that nobody wants, or that no tier measures: only what is there, and what was wanted of it last.
void count_pods(Standing& standing, const CopyView& view, const api::ObservedCopy* last) {
  for (const auto& [name, shown] : view.components) standing.ready += shown.ready;
  if (last != nullptr) standing.desired = last->desired, standing.domains = last->domains;
}

Standing of_known(const SystemPlan& plan, const CopyPlan* copy, const domain::Known<CopyView>& known) {
  Standing standing;
  standing.as_of = known.as_of;
  standing.state = known.value.marked ? CopyState::Good : CopyState::Absent;
  if (copy == nullptr || !plan.tier) {
    count_pods(standing, known.value, copy == nullptr ? nullptr : last_seen(plan, copy->cluster));
    return standing;
  }
  standing.domains = -1;
  for (const auto& demand : plan.demand.components) {
    const auto runs = redundancy::runs(demand, copy->role);
    standing.desired += runs;
    if (known.value.marked) judge_component(standing, plan, demand, runs, known.value);
  }
  standing.domains = std::max(standing.domains, 0);
  return standing;
}

Standing of_unknown(const SystemPlan& plan, const CopyPlan* copy, const ClusterName& cluster,
                    const domain::Unknown& unknown, std::optional<Timestamp> now) {
  Standing standing;
  if (const auto* last = last_seen(plan, cluster)) {
    standing.desired = copy != nullptr && !plan.tier ? last->desired : 0;
    standing.ready = last->ready;
    standing.domains = last->domains;
    standing.as_of = last->as_of;
    standing.unknown_since = last->unknown_since;
  }
  if (copy != nullptr)
    for (const auto& demand : plan.demand.components) standing.desired += redundancy::runs(demand, copy->role);
  if (!standing.unknown_since) standing.unknown_since = unknown.since ? unknown.since : now;
  standing.why_unknown = unknown.why.empty() ? "not observed yet" : unknown.why;
  return standing;
}

std::string names(const std::vector<Judged>& copies) {
  std::vector<std::string> all;
  for (const auto& it : copies) all.push_back(it.copy->cluster.text());
  return join(all, ", ");
}

std::vector<Judged> where(const std::vector<Judged>& copies, bool (*holds)(const Judged&)) {
  std::vector<Judged> found;
  std::copy_if(copies.begin(), copies.end(), std::back_inserter(found), holds);
  return found;
}

/// "1 of 2 active copies is", "2 of 3 copies are".
std::string how_many(const std::vector<Judged>& some, const std::vector<Judged>& all) {
  const auto role = some.front().copy->role;
  const auto same = [&](const Judged& it) { return it.copy->role == role; };
  const bool one_role = std::all_of(some.begin(), some.end(), same);
  const auto total = one_role ? std::count_if(all.begin(), all.end(), same) : static_cast<std::ptrdiff_t>(all.size());
  const std::string noun = !one_role ? "" : role == api::Role::Active ? "active " : "standby ";
  return std::to_string(some.size()) + " of " + std::to_string(total) + " " + noun + (total == 1 ? "copy" : "copies") +
         (some.size() == 1 ? " is" : " are");
}

std::string since(const Standing& standing) {
  return standing.unknown_since ? " since " + rfc3339(*standing.unknown_since) : "";
}

std::string unknown_text(const std::vector<Judged>& copies) {
  const auto unknown = where(copies, [](const Judged& it) { return it.standing.state == CopyState::Unknown; });
  const auto good = where(copies, [](const Judged& it) {
    return it.standing.state == CopyState::Good && it.standing.desired > 0;
  });
  std::string text = how_many(unknown, copies) + " Unknown";
  if (unknown.size() == 1) {
    const auto& it = unknown.front();
    text += since(it.standing) + " (" + it.copy->cluster.text() + ": " + it.standing.why_unknown + ")";
  } else {
    std::vector<std::string> each;
    for (const auto& it : unknown)
      if (each.size() < domain::kMostNamed)
        each.push_back(it.copy->cluster.text() + since(it.standing) + ": " + it.standing.why_unknown);
    text += " (" + join(each, "; ") + ")";
  }
  if (good.empty()) return text + "; no good copy left that is observed";
  return text + "; " + std::to_string(good.size()) + (good.size() == 1 ? " good copy" : " good copies") + " left (" +
         names(good) + ")";
}

std::string fault_text(const Judged& it) {
  const auto cluster = it.copy->cluster.text() + ": ";
  switch (it.standing.state) {
    case CopyState::Absent: return cluster + "not delivered";
    case CopyState::Short: return cluster + it.standing.component + " has fewer Ready pods than demanded";
    case CopyState::Crowded: return cluster + it.standing.component + " is not spread as its tier requires";
    case CopyState::Good:
    case CopyState::Unknown: break;
  }
  return cluster + "as demanded";
}

const char* reason_of(CopyState state) {
  switch (state) {
    case CopyState::Absent: return "NotDelivered";
    case CopyState::Short: return "TooFewReady";
    case CopyState::Crowded: return "NotSpread";
    case CopyState::Good:
    case CopyState::Unknown: break;
  }
  return "AsDemanded";
}

api::ObservedCopy entry(const SystemPlan& plan, const ClusterName& cluster, api::Role role, const Standing& standing,
                        std::optional<Timestamp> now) {
  api::ObservedCopy copy{cluster.text(),   role, standing.desired, standing.ready, standing.domains, standing.as_of,
                         standing.unknown_since};
  if (standing.state == CopyState::Unknown) return copy;
  const auto* last = last_seen(plan, cluster);
  const bool same = last != nullptr && !last->unknown_since && last->role == role && last->desired == copy.desired &&
                    last->ready == copy.ready && last->domains == copy.domains;
  // The moment of the change is when it is told; the views' own times differ from look to look.
  copy.as_of = same ? last->as_of : now ? now : standing.as_of;
  return copy;
}

}  // namespace

Standing standing(const SystemPlan& plan, const CopyPlan* copy, const ClusterName& cluster, const Seen& seen) {
  const auto at = seen.copies.find(cluster);
  if (at == seen.copies.end()) return of_unknown(plan, copy, cluster, {}, seen.now);
  if (const auto* known = std::get_if<domain::Known<CopyView>>(&at->second)) return of_known(plan, copy, *known);
  return of_unknown(plan, copy, cluster, std::get<domain::Unknown>(at->second), seen.now);
}

std::vector<Judged> judged(const SystemPlan& plan, const Seen& seen) {
  std::vector<Judged> all;
  for (const auto& copy : plan.copies) all.push_back({&copy, standing(plan, &copy, copy.cluster, seen)});
  return all;
}

api::Condition redundant(const SystemPlan& plan, const std::vector<Judged>& copies) {
  using api::ConditionStatus;
  const auto says = [](ConditionStatus status, const char* reason, std::string message) {
    return domain::says("Redundant", status, reason, std::move(message));
  };
  const auto is_unknown = [](const Judged& it) { return it.standing.state == CopyState::Unknown; };
  if (!plan.tier) return says(ConditionStatus::Unknown, "TierUnknown", "no tier says what is demanded");
  if (std::any_of(copies.begin(), copies.end(), is_unknown))
    return says(ConditionStatus::Unknown, "CopyUnknown", unknown_text(copies));
  if (!plan.why_not_placed.empty()) return says(ConditionStatus::False, "NotPlaced", plan.why_not_placed);
  if (copies.empty()) return says(ConditionStatus::False, "NotPlaced", "no copy is placed");
  const auto faulty = where(copies, [](const Judged& it) { return it.standing.state != CopyState::Good; });
  if (faulty.empty())
    return says(ConditionStatus::True, "AsDemanded", "every copy is observed at its demanded size and spread");
  const auto worst = std::max_element(faulty.begin(), faulty.end(), [](const auto& a, const auto& b) {
    return a.standing.state < b.standing.state;
  });
  std::vector<std::string> faults;
  for (const auto& it : faulty)
    if (faults.size() < domain::kMostNamed) faults.push_back(fault_text(it));
  return says(ConditionStatus::False, reason_of(worst->standing.state), join(faults, "; "));
}

std::vector<api::ObservedCopy> observed(const SystemPlan& plan, const Seen& seen, const std::vector<Judged>& copies) {
  std::vector<api::ObservedCopy> all;
  for (const auto& it : copies)
    all.push_back(entry(plan, it.copy->cluster, it.copy->role, it.standing, seen.now));
  for (const auto& [cluster, view] : seen.copies) {
    if (plan.copy_in(cluster) != nullptr) continue;
    const auto* last = last_seen(plan, cluster);
    const auto* known = std::get_if<domain::Known<CopyView>>(&view);
    // Gone only where its absence was seen; an Unknown that once showed a copy may still hold it.
    if (known != nullptr ? !known->value.marked : last == nullptr) continue;
    const auto role = last != nullptr ? last->role : api::Role::Active;
    all.push_back(entry(plan, cluster, role, standing(plan, nullptr, cluster, seen), seen.now));
  }
  return all;
}

}  // namespace haetae::redundancy
