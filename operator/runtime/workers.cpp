#include "runtime/workers.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <stop_token>
#include <thread>
#include <vector>

namespace haetae::runtime {
namespace {

using Moment = std::chrono::steady_clock::time_point;
constexpr Moment::rep kIdle = Moment::min().time_since_epoch().count();

Result<Next> guarded(const Reconcile& reconcile, const Key& key) {
  std::string why;
  try {
    return reconcile(key);
  } catch (const std::exception& thrown) {
    why = thrown.what();
  } catch (...) {
    why = "an exception without a text";
  }
  return Error{Code::Malformed, "cannot reconcile " + key.text() + ": " + why};
}

const char* result_of(const Result<Next>& outcome) {
  if (!outcome) return "error";
  return outcome->after ? "requeue_after" : "success";
}

}  // namespace

struct Workers::Impl {
  Impl(WorkQueue& queue_, std::size_t threads_, OnReconciled on_reconciled_)
      : queue(queue_), count(threads_), on_reconciled(std::move(on_reconciled_)), since(threads_) {
    for (auto& start : since) start = kIdle;
  }

  WorkQueue& queue;
  const std::size_t count;
  const OnReconciled on_reconciled;
  std::map<std::string, Reconcile> controllers;
  std::vector<std::atomic<Moment::rep>> since;  ///< by worker: when it took its present key
  std::stop_source stopping;
  std::vector<std::jthread> threads;

  void run(std::size_t worker) {
    while (const auto key = queue.take(stopping.get_token())) {
      const auto controller = controllers.find(key->controller);
      if (controller == controllers.end()) {
        std::fprintf(stderr, "Workers: no controller for %s\n", key->text().c_str());
        std::abort();
      }
      const Moment start = queue.now();
      since[worker] = start.time_since_epoch().count();
      const auto outcome = guarded(controller->second, *key);
      since[worker] = kIdle;
      const std::chrono::duration<double> took = queue.now() - start;
      queue.finish(*key, outcome);
      if (on_reconciled)
        on_reconciled(key->controller, took.count(), result_of(outcome), outcome ? nullptr : &outcome.error());
    }
  }
};

Workers::Workers(WorkQueue& queue, std::size_t threads, OnReconciled on_reconciled)
    : impl_(std::make_unique<Impl>(queue, threads, std::move(on_reconciled))) {}

Workers::~Workers() { stop(); }

void Workers::add(std::string controller, Reconcile reconcile) {
  impl_->controllers.insert_or_assign(std::move(controller), std::move(reconcile));
}

void Workers::start() {
  for (std::size_t i = 0; i < impl_->count; ++i) impl_->threads.emplace_back([impl = impl_.get(), i] { impl->run(i); });
}

void Workers::stop() {
  impl_->stopping.request_stop();
  impl_->threads.clear();
}

std::chrono::milliseconds Workers::longest_at_work() const {
  const Moment now = impl_->queue.now();
  auto longest = std::chrono::milliseconds(0);
  for (const auto& start : impl_->since) {
    const auto value = start.load();
    if (value == kIdle) continue;
    const auto age = now - Moment(Moment::duration(value));
    longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(age));
  }
  return longest;
}

}  // namespace haetae::runtime
