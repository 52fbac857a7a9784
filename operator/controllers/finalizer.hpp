#pragma once
// finalizer: holds a TenantSystem for as long as copies of it may exist. It is set once a decision is stored and before
// anything is written in a cluster, and goes once every cluster has confirmed that it holds nothing.

#include <functional>

#include "controllers/board.hpp"
#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "runtime/work_queue.hpp"

namespace haetae::controllers {

/// Whether the object as the hub holds it lets delivery write this copy: the copy is in the stored decision, in this
/// role, and the finalizer is there.
[[nodiscard]] bool is_stored(const api::TenantSystem& system, const domain::CopyPlan& copy);

/// Key name: agency/name.
class FinalizerKeeper {
 public:
  using WakeDelivery = std::function<void(const SystemRef&, const ClusterName&)>;
  FinalizerKeeper(Hub& hub, const Fleet& fleet, const Board& board, WakeDelivery wake_delivery);
  /// Errors: Conflict where the object has changed meanwhile; the queue's next try sees the newer one.
  Result<runtime::Next> reconcile(const runtime::Key& key);

 private:
  Result<runtime::Next> keep(const api::TenantSystem& system, const domain::SystemPlan& plan);
  Result<runtime::Next> let_go(const api::TenantSystem& system, const domain::SystemPlan& plan);

  Hub& hub_;
  const Fleet& fleet_;
  const Board& board_;
  WakeDelivery wake_delivery_;
};

}  // namespace haetae::controllers
