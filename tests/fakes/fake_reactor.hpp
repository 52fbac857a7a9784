#pragma once
// A Reactor without thread or clock: nothing runs until the test says so, and time moves only by advance().

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "kube/reactor.hpp"

namespace haetae::fakes {

/// Deterministic stand-in for kube::IoReactor. Posted work runs in order of posting; timers in order of due time,
/// and of creation where that is equal. Time starts at one hour, so that "now − something" stays positive.
///
///   FakeReactor reactor;
///   watch.start(reactor);
///   reactor.run_until_idle();             // what is posted, and what that posts
///   reactor.advance(std::chrono::seconds(30));  // fires the back-off, and all that it posts
///
/// Thread: post(), after(), now() and the cancels from any; run_until_idle() and advance() from one thread at a
/// time, which is the reactor's thread while they run.
class FakeReactor final : public kube::Reactor {
 public:
  void post(std::function<void()> act) override;
  std::function<void()> after(std::chrono::milliseconds delay, std::function<void()> act) override;
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override;

  /// Runs posted work until there is none, timers due at the present moment included; time stands still. Returns
  /// how many acts ran. Aborts after a million, which is an endless loop of the code under test.
  std::size_t run_until_idle();
  /// Moves time forward by `step`, stopping at each timer on the way, so that its act sees its own due time; then
  /// runs until idle. Returns how many acts ran.
  std::size_t advance(std::chrono::milliseconds step);
  /// Timers that wait.
  [[nodiscard]] std::size_t waiting() const;
  /// Time until the next timer; zero where it is due, milliseconds::max() where there is none.
  [[nodiscard]] std::chrono::milliseconds until_next() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  using Place = std::pair<Moment, std::uint64_t>;  // due time, then order of creation
  struct State {
    mutable std::mutex mutex;
    Moment now{std::chrono::hours(1)};
    std::uint64_t made{0};
    std::deque<std::function<void()>> posted;
    std::map<Place, std::function<void()>> timers;
  };
  [[nodiscard]] std::function<void()> take_next();

  std::shared_ptr<State> state_{std::make_shared<State>()};  // cancels may outlive the reactor
};

}  // namespace haetae::fakes
