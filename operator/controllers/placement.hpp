#pragma once
// placement: decides for the whole fleet, off the critical path, and stores what it decided (status.placement) before
// anybody acts on it.

#include <functional>

#include "controllers/board.hpp"
#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "runtime/work_queue.hpp"
#include "telemetry/log.hpp"

namespace haetae::controllers {

/// World → decide() → Board → status.placement. One key for the fleet, so two decisions never overlap.
class Placement {
 public:
  /// `on_changed` is told which systems' plans differ from the last decision.
  Placement(Hub& hub, const Fleet& fleet, Board& board, const Clock& clock, const telemetry::Log& log,
            std::function<void(const Decision&, const std::vector<SystemRef>&)> on_changed);

  /// Decides nothing before the hub is synced, and waits a moment for clusters that are still showing themselves.
  /// Errors: the first system's whose decision could not be stored; those of the others are stored all the same,
  /// unless the hub does not answer.
  Result<runtime::Next> reconcile(const runtime::Key& key);

 private:
  Status store_all(const Decision& decision);
  Status store(const domain::SystemPlan& plan);

  Hub& hub_;
  const Fleet& fleet_;
  Board& board_;
  const Clock& clock_;
  const telemetry::Log& log_;
  std::function<void(const Decision&, const std::vector<SystemRef>&)> on_changed_;
};

/// Whether a decision leaves out a cluster that the stored one names. Nothing in this version moves a copy, so such a
/// decision was made on doubtful grounds and is never stored.
[[nodiscard]] bool drops_copies(const api::PlacementStatus& stored, const api::PlacementStatus& wanted);

}  // namespace haetae::controllers
