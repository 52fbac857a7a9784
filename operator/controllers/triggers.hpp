#pragma once
// Triggers: which change wakes which controller. Every edge of the operator is in this file; none of them asks a
// server or waits.

#include <chrono>
#include <set>

#include "controllers/board.hpp"
#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "runtime/work_queue.hpp"

namespace haetae::controllers {

/// Thread: any.
class Triggers {
 public:
  /// Requires: everything given outlives the triggers. `fleet` is set before the first event of a member.
  Triggers(runtime::WorkQueue& queue, const Board& board, std::chrono::milliseconds debounce)
      : queue_(queue), board_(board), debounce_(debounce) {}

  /// Listens to the hub's shelves. Requires: before their watches start.
  void listen(Hub& hub);
  /// What members tell.
  [[nodiscard]] MemberEvents member_events();

  void placement();
  void inventory();
  void status(const SystemRef& ref);
  void finalizer(const SystemRef& ref);
  void delivery(const SystemRef& ref, const ClusterName& cluster, runtime::Priority priority);
  /// A new decision is in force; these systems' plans differ from before.
  void decided(const Decision& decision, const std::vector<SystemRef>& changed);
  /// The MemberCluster object is gone.
  void cluster_gone(const ClusterName& cluster);

 private:
  template <class T>
  void on_steps(Hub& hub);
  template <class T>
  void on_meaning(Hub& hub, std::function<void(const T&)> wake = nullptr);
  void all_deliveries();
  void approvals(Hub& hub);
  void everything_in(const ClusterName& cluster, bool deliver);
  void system_changed(const api::TenantSystem* before, const api::TenantSystem* after);
  void owned_changed(const ClusterName& cluster, const MemberEvents::Owned& before, const MemberEvents::Owned& after);
  void pod_changed(const PodRow* before, const PodRow* after);
  void standing_changed(const ClusterName& cluster, const Standing& standing);

  runtime::WorkQueue& queue_;
  const Board& board_;
  const std::chrono::milliseconds debounce_;
};

}  // namespace haetae::controllers
