#pragma once
// inventory: reports on every hub object but TenantSystem: status, the labels of MemberClusters, and the finalizer that
// holds what is in use. One key for all, debounced: one count of the fleet serves them all.

#include <set>

#include "controllers/board.hpp"
#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "controllers/status_pace.hpp"
#include "controllers/transitions.hpp"
#include "domain/summary.hpp"
#include "runtime/work_queue.hpp"

namespace haetae::controllers {

class Inventory {
 public:
  Inventory(Hub& hub, const Fleet& fleet, const Board& board, const Clock& clock, TellTransition tell);
  /// Writes what differs; the first error ends the pass and is tried again.
  Result<runtime::Next> reconcile(const runtime::Key& key);

 private:
  /// What one pass goes by.
  struct Pass {
    const domain::World& world;
    const domain::Plan& plan;
    const domain::Summary& summary;
    std::chrono::milliseconds look_again{0};  ///< 0 = on change
  };
  template <class T>
  Status report(Pass& pass, const T& object, const typename T::StatusFields& wanted);
  template <class T>
  Status report_all(Pass& pass, const std::vector<std::shared_ptr<const T>>& objects);
  Status report_clusters(Pass& pass);
  Status hold_in_use(const Pass& pass);

  Hub& hub_;
  const Fleet& fleet_;
  const Board& board_;
  const Clock& clock_;
  TellTransition tell_;
  StatusPace pace_;
};

/// Names of what the fleet stands on: deleting one of these waits.
struct InUse {
  std::set<std::string> tiers{}, centers{}, clusters{}, policies{};
};
/// By plans, stored decisions and marks that are seen.
[[nodiscard]] InUse in_use(const domain::World& world, const domain::Plan& plan);

}  // namespace haetae::controllers
