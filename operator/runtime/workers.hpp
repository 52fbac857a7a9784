#pragma once
// A small pool of threads that takes keys from the queue and calls the controller that each belongs to.
// The only place with a last catch.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "runtime/work_queue.hpp"

namespace haetae::runtime {

using Reconcile = std::function<Result<Next>(const Key&)>;

/// Called after each reconcile, for metrics: controller, seconds, result "success" | "error" | "requeue_after".
using OnReconciled = std::function<void(const std::string& controller, double seconds, const char* result,
                                        const Error* error)>;

class Workers {
 public:
  /// Requires: every controller is registered before start().
  Workers(WorkQueue& queue, std::size_t threads, OnReconciled on_reconciled = nullptr);
  ~Workers();  ///< stops and joins
  void add(std::string controller, Reconcile reconcile);
  void start();
  void stop();
  /// The longest that any worker has been at one key; for liveness. Thread: any.
  [[nodiscard]] std::chrono::milliseconds longest_at_work() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace haetae::runtime
