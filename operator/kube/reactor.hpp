#pragma once
// The io thread as the rest of the program sees it: post work, be called later. Tests replace it by one whose
// time moves when told (tests/fakes/fake_reactor.hpp).

#include <chrono>
#include <functional>
#include <memory>

namespace haetae::kube {

/// Runs callbacks one after another on its own thread. Thread: any for the calls.
class Reactor {
 public:
  virtual ~Reactor() = default;
  /// Runs `act` soon, in order of posting, whichever threads post. An exception that leaves `act` ends the program:
  /// it is a bug of ours.
  virtual void post(std::function<void()> act) = 0;
  /// Runs `act` after `delay`; the returned function cancels it (harmless later, any thread). Cancelled on the
  /// reactor's own thread, `act` surely does not run; from another thread it may be running already.
  virtual std::function<void()> after(std::chrono::milliseconds delay, std::function<void()> act) = 0;
  /// Monotonic now, for ages and deadlines.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;
};

/// A Reactor on one thread of its own, over boost::asio; `native()` is the io_context for the transports and the
/// HTTP server. The destructor stops and joins.
/// It starts no second thread: asio would start one of its own for async_resolve, where one dead DNS zone holds up
/// every other cluster's lookup, so the transports never use it (see kube/beast_lookup.hpp).
class IoReactor final : public Reactor {
 public:
  IoReactor();
  ~IoReactor() override;
  IoReactor(const IoReactor&) = delete;
  IoReactor& operator=(const IoReactor&) = delete;
  void post(std::function<void()> act) override;
  std::function<void()> after(std::chrono::milliseconds delay, std::function<void()> act) override;
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
  /// boost::asio::io_context*, typed away so that this header stays light.
  [[nodiscard]] void* native();
  /// Runs what is running to its end, drops the rest unrun, and joins the thread. Idempotent; called by the
  /// destructor. Requires: not called on the reactor's thread.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  ///< shared only so that late cancels can see that it is gone
};

}  // namespace haetae::kube
