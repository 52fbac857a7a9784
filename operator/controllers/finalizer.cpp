#include "controllers/finalizer.hpp"

#include <algorithm>

#include "controllers/hub_writes.hpp"
#include "controllers/observe.hpp"
#include "domain/labels.hpp"

namespace haetae::controllers {

using runtime::Next;

bool is_stored(const api::TenantSystem& system, const domain::CopyPlan& copy) {
  return has_finalizer(system, domain::labels::kFinalizer) &&
         std::ranges::any_of(system.status.placement.centers, [&](const api::PlacedCopy& stored) {
           return stored.cluster == copy.cluster.text() && stored.center == copy.center.text() && stored.role == copy.role;
         });
}

FinalizerKeeper::FinalizerKeeper(Hub& hub, const Fleet& fleet, const Board& board, WakeDelivery wake_delivery)
    : hub_(hub), fleet_(fleet), board_(board), wake_delivery_(std::move(wake_delivery)) {}

Result<Next> FinalizerKeeper::reconcile(const runtime::Key& key) {
  const auto system = hub_.shelf<api::TenantSystem>().get(key.name);
  const auto decision = board_.decision();
  if (!system || !decision) return Next::on_change();
  const auto* plan = decision->system({system->metadata.ns, system->metadata.name});
  if (plan == nullptr || !plan->system || plan->system->metadata.uid != system->metadata.uid) return Next::on_change();
  return plan->deleting && plan->may_remove ? let_go(*system, *plan) : keep(*system, *plan);
}

Result<Next> FinalizerKeeper::keep(const api::TenantSystem& system, const domain::SystemPlan& plan) {
  if (!system.status.placement.centers.empty())
    if (auto done = set_finalizer(hub_, system, domain::labels::kFinalizer, true); !done) return std::move(done).error();
  for (const auto& copy : plan.copies) wake_delivery_(plan.ref, copy.cluster);
  return Next::on_change();
}

Result<Next> FinalizerKeeper::let_go(const api::TenantSystem& system, const domain::SystemPlan& plan) {
  const auto gone = board_.gone(plan.ref, system.metadata.uid);
  bool all_gone = true;
  for (const auto& cluster : holders(hub_, fleet_, system)) {
    if (gone.contains(cluster)) continue;
    all_gone = false;
    wake_delivery_(plan.ref, cluster);
  }
  if (!all_gone) return Next::on_change();
  if (auto done = set_finalizer(hub_, system, domain::labels::kFinalizer, false); !done) return std::move(done).error();
  return Next::on_change();
}

}  // namespace haetae::controllers
