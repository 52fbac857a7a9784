#pragma once
// A way onto the reactor for those who may outlive it: cancels, lookup threads, a library's own threads.

#include <functional>
#include <mutex>
#include <utility>

#include "kube/reactor.hpp"

namespace haetae::kube {

/// Posts to the reactor until it is closed; afterwards it drops what it is given and says false. Shared by a transport
/// and everything that calls back to it. Thread: any.
class Gate {
 public:
  explicit Gate(Reactor& reactor) : reactor_(&reactor) {}

  bool post(std::function<void()> act) {
    const std::lock_guard lock(mutex_);
    if (reactor_ != nullptr) reactor_->post(std::move(act));
    return reactor_ != nullptr;
  }
  /// After this returns, the reactor is not touched any more.
  void close() {
    const std::lock_guard lock(mutex_);
    reactor_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Reactor* reactor_;
};

}  // namespace haetae::kube
