#pragma once
// tenant_system: reports one system: its status, when what it says has changed, and an Event a transition.

#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "controllers/board.hpp"
#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "controllers/status_pace.hpp"
#include "controllers/transitions.hpp"
#include "runtime/work_queue.hpp"

namespace haetae::controllers {

/// Key name: agency/name.
class TenantSystemStatusWriter {
 public:
  TenantSystemStatusWriter(Hub& hub, const Fleet& fleet, const Board& board, const Clock& clock, TellTransition tell);
  Result<runtime::Next> reconcile(const runtime::Key& key);

 private:
  [[nodiscard]] domain::Seen seen(const api::TenantSystem& system, const domain::SystemPlan& plan) const;

  Hub& hub_;
  const Fleet& fleet_;
  const Board& board_;
  const Clock& clock_;
  TellTransition tell_;
  StatusPace pace_;
};

/// What may be said of a system whose status is `last`: a generation is called observed once the copies that were
/// decided for it are stored. Nothing while that is under way; the stored decision wakes the writer again. A decision
/// that Placement never stores (drops_copies()) is reported under the generation observed before. Pure.
[[nodiscard]] std::optional<api::TenantSystemStatus> to_say(api::TenantSystemStatus wanted,
                                                            const api::TenantSystemStatus& last);

/// Whether two statuses differ in nothing but the numbers and times of what is observed.
[[nodiscard]] bool differ_in_numbers_alone(const api::TenantSystemStatus& a, const api::TenantSystemStatus& b);

}  // namespace haetae::controllers
