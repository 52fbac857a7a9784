#include "controllers/decision.hpp"

#include <algorithm>

#include "controllers/hub_writes.hpp"
#include "controllers/names.hpp"
#include "controllers/observe.hpp"
#include "domain/conditions.hpp"
#include "domain/labels.hpp"

namespace haetae::controllers {

using runtime::Next;

bool is_stored(const api::TenantSystem& system, const domain::CopyPlan& copy) {
  return has_finalizer(system, domain::labels::kFinalizer) &&
         std::ranges::any_of(system.status.placement.centers, [&](const api::PlacedCopy& stored) {
           return stored.cluster == copy.cluster.text() && stored.center == copy.center.text() && stored.role == copy.role;
         });
}

DecisionKeeper::DecisionKeeper(Hub& hub, const Fleet& fleet, const Board& board, const Clock& clock,
                               const telemetry::Log& log, Wakes wakes)
    : hub_(hub), fleet_(fleet), board_(board), clock_(clock), log_(log), wakes_(std::move(wakes)) {}

Result<Next> DecisionKeeper::reconcile(const runtime::Key& key) {
  const auto system = hub_.shelf<api::TenantSystem>().get(key.name);
  const auto decision = board_.decision();
  if (!system || !decision) return Next::on_change();
  const auto* plan = decision->system({system->metadata.ns, system->metadata.name});
  if (plan == nullptr || !plan->system || plan->system->metadata.uid != system->metadata.uid) return Next::on_change();
  return plan->deleting && plan->may_remove ? let_go(*system, *plan) : keep(*system, *plan);
}

// Nothing in this version moves a copy, so a decision without a stored one was made on doubtful grounds.
bool DecisionKeeper::drops_copies(const api::TenantSystem& system, const api::PlacementStatus& wanted) const {
  return std::ranges::any_of(system.status.placement.centers, [&](const api::PlacedCopy& stored) {
    return std::ranges::none_of(wanted.centers, [&](const auto& one) { return one.cluster == stored.cluster; });
  });
}

Result<Next> DecisionKeeper::keep(const api::TenantSystem& system, const domain::SystemPlan& plan) {
  domain::Seen seen;
  seen.now = clock_.now();
  const auto wanted = domain::status_of(plan, seen).placement;
  if (wanted != system.status.placement) {
    // The stored decision has changed since this one was made (an own answer that came late, or a hand): decide on it.
    if (plan.system->status.placement != system.status.placement) {
      wakes_.placement();
      return Next::on_change();
    }
    if (drops_copies(system, wanted)) {
      log_.error("a decision without a stored copy is not taken", {{"system", plan.ref.text()}});
      return Next::on_change();
    }
    api::TenantSystemStatus status;
    status.placement = wanted;
    auto json = api::encode_status<api::TenantSystem>(status);
    nlohmann::ordered_json part = nlohmann::ordered_json::object();
    if (json.contains("placement")) part["placement"] = std::move(json["placement"]);
    if (auto done = apply_status(hub_, system, part, kPlacementManager); !done) return std::move(done).error();
  }
  const auto newest = hub_.shelf<api::TenantSystem>().get(runtime::store_key(system.metadata.ns, system.metadata.name));
  if (!newest || newest->metadata.uid != system.metadata.uid) return Next::on_change();
  if (!newest->status.placement.centers.empty())
    if (auto done = set_finalizer(hub_, *newest, domain::labels::kFinalizer, true); !done) return std::move(done).error();
  for (const auto& copy : plan.copies) wakes_.delivery(plan.ref, copy.cluster);
  return Next::on_change();
}

Result<Next> DecisionKeeper::let_go(const api::TenantSystem& system, const domain::SystemPlan& plan) {
  const auto gone = board_.gone(plan.ref, system.metadata.uid);
  bool all_gone = true;
  for (const auto& cluster : holders(hub_, fleet_, system)) {
    if (gone.contains(cluster)) continue;
    all_gone = false;
    wakes_.delivery(plan.ref, cluster);
  }
  if (!all_gone) return Next::on_change();
  if (auto done = set_finalizer(hub_, system, domain::labels::kFinalizer, false); !done) return std::move(done).error();
  return Next::on_change();
}

}  // namespace haetae::controllers
