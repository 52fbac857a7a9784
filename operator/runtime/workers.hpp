#pragma once
// A small pool of threads that takes keys from the queue and calls the controller that each belongs to.
// The only place with a last catch.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "runtime/work_queue.hpp"

namespace haetae::runtime {

/// One pass over one key. Thread: a worker's; never two at once for one key.
using Reconcile = std::function<Result<Next>(const Key&)>;

/// Called after each reconcile, on the worker's thread, for metrics and logs: controller, seconds, result
/// "success" | "error" | "requeue_after", and the error (null unless "error").
using OnReconciled = std::function<void(const std::string& controller, double seconds, const char* result,
                                        const Error* error)>;

/// An exception that leaves a Reconcile is an error like any other: the key backs off, the process lives. A key of
/// a controller that nobody added is a bug of the wiring and ends the program.
class Workers {
 public:
  /// Requires: every controller is registered before start(); `queue` outlives the workers.
  Workers(WorkQueue& queue, std::size_t threads, OnReconciled on_reconciled = nullptr);
  ~Workers();  ///< stops and joins
  void add(std::string controller, Reconcile reconcile);
  void start();
  /// Lets what is at work end, hands out no more, joins. Idempotent. Requires: not called from a Reconcile.
  void stop();
  /// The longest that any worker has been at its present key, by the queue's clock; for liveness. Thread: any.
  [[nodiscard]] std::chrono::milliseconds longest_at_work() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace haetae::runtime
