#pragma once
// Operator: the controllers wired to one hub, its member clusters, one queue and a few workers. main.cpp and the
// convergence tests build it alike.

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "controllers/approval.hpp"
#include "controllers/board.hpp"
#include "controllers/delivery.hpp"
#include "controllers/finalizer.hpp"
#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "controllers/inventory.hpp"
#include "controllers/placement.hpp"
#include "controllers/tenant_system.hpp"
#include "controllers/triggers.hpp"
#include "controllers/unreadable_status.hpp"
#include "runtime/work_queue.hpp"
#include "runtime/workers.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace haetae::controllers {

/// What the operator stands on. Requires: outlives it.
struct Ground {
  kube::Reactor& reactor;
  kube::Client& hub;
  const Clock& clock;
  const telemetry::Log& log;
  telemetry::Metrics& metrics;
  FindWay find_way{};
  TellTransition tell{};
};

struct OperatorOptions {
  std::size_t workers{5};
  std::chrono::milliseconds debounce{100};
  std::string scratch_namespace{"haetae-system"};
  std::string home{"haetae-system"};  ///< the operator's own namespace in the hub
  PulseOptions pulse{};
  std::chrono::milliseconds patience{3'000};  ///< see MemberParts
  runtime::QueueOptions queue{};
};

class Operator {
 public:
  Operator(const Ground& ground, OperatorOptions options);
  ~Operator();  ///< Requires: stopped

  /// Starts watches and workers.
  void start();
  /// Starts watches alone; the caller takes keys by step(). For tests.
  void start_watches();
  /// Works one due key off on the caller's thread; false where none is due.
  bool step();
  /// Ends workers, then connections, then watches. Requires: not on the reactor's thread.
  void stop();

  /// "" while all is well, else what is not: for /readyz and /healthz.
  [[nodiscard]] std::string unready() const;
  [[nodiscard]] std::string stuck() const;
  [[nodiscard]] runtime::WorkQueue::Depth depth() const { return queue_.depth(); }
  /// Sets the gauges that are read rather than kept.
  void fill(telemetry::Metrics& metrics) const;

 private:
  void tick();
  void log_unreadable();
  [[nodiscard]] MemberEvents logged(MemberEvents events) const;
  void reconciled(const std::string& controller, double seconds, const char* result, const Error* error);
  void trim_when_settled();

  const Ground& ground_;
  const OperatorOptions options_;
  Words words_{};
  RowReader row_reader_{words_};
  runtime::WorkQueue queue_;
  Board board_{};
  Triggers triggers_;
  Hub hub_;
  MemberParts parts_;
  Fleet fleet_;
  Placement placement_;
  FinalizerKeeper finalizer_;
  Delivery delivery_;
  TenantSystemStatusWriter tenant_system_;
  Inventory inventory_;
  UnreadableStatusWriter unreadable_;
  ApprovalKeeper approval_;
  std::map<std::string, runtime::Reconcile> controllers_{};
  std::atomic<std::uint64_t> reconciled_{0};  ///< keys that were worked on, with any outcome
  runtime::Workers workers_;
  std::atomic<std::chrono::steady_clock::rep> last_tick_;
  std::shared_ptr<bool> alive_{std::make_shared<bool>(true)};  ///< gone when we are: what is posted looks first
  std::uint64_t trimmed_after_{0};            ///< `reconciled_` of the last trim; reactor's thread only
  std::chrono::steady_clock::time_point next_trim_{};  ///< reactor's thread only
  std::set<std::string> known_unreadable_{};  ///< reactor's thread only
};

}  // namespace haetae::controllers
