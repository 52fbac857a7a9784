#pragma once
// decision: stores what placement decided for one system, before anybody acts on it: status.placement, and the finalizer
// that says that copies exist. Lets a deleted system go once every cluster has confirmed that it holds nothing.

#include <functional>

#include "controllers/board.hpp"
#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "runtime/work_queue.hpp"
#include "telemetry/log.hpp"

namespace haetae::controllers {

/// Whether the object as the hub holds it lets delivery write this copy: the copy is in the stored decision, in this
/// role, and the finalizer is there.
[[nodiscard]] bool is_stored(const api::TenantSystem& system, const domain::CopyPlan& copy);

/// Key name: agency/name.
class DecisionKeeper {
 public:
  struct Wakes {
    std::function<void()> placement;                                      ///< decide anew
    std::function<void(const SystemRef&, const ClusterName&)> delivery;   ///< a stored copy may be worked on
  };
  DecisionKeeper(Hub& hub, const Fleet& fleet, const Board& board, const Clock& clock, const telemetry::Log& log,
                 Wakes wakes);
  Result<runtime::Next> reconcile(const runtime::Key& key);

 private:
  Result<runtime::Next> keep(const api::TenantSystem& system, const domain::SystemPlan& plan);
  Result<runtime::Next> let_go(const api::TenantSystem& system, const domain::SystemPlan& plan);
  [[nodiscard]] bool drops_copies(const api::TenantSystem& system, const api::PlacementStatus& wanted) const;

  Hub& hub_;
  const Fleet& fleet_;
  const Board& board_;
  const Clock& clock_;
  const telemetry::Log& log_;
  Wakes wakes_;
};

}  // namespace haetae::controllers
