#include "fakes/fake_reactor.hpp"

#include <cstdio>
#include <cstdlib>

namespace haetae::fakes {

void FakeReactor::post(std::function<void()> act) {
  const std::lock_guard lock(state_->mutex);
  state_->posted.push_back(std::move(act));
}

std::function<void()> FakeReactor::after(std::chrono::milliseconds delay, std::function<void()> act) {
  const std::lock_guard lock(state_->mutex);
  const Place place{state_->now + delay, state_->made++};
  state_->timers.emplace(place, std::move(act));
  return [weak = std::weak_ptr<State>(state_), place] {
    const auto state = weak.lock();
    if (!state) return;
    std::function<void()> dropped;  // destroyed after the lock: what it holds may call us
    const std::lock_guard held(state->mutex);
    const auto found = state->timers.find(place);
    if (found == state->timers.end()) return;
    dropped = std::move(found->second);
    state->timers.erase(found);
  };
}

std::chrono::steady_clock::time_point FakeReactor::now() const {
  const std::lock_guard lock(state_->mutex);
  return state_->now;
}

std::function<void()> FakeReactor::take_next() {
  const std::lock_guard lock(state_->mutex);
  std::function<void()> next;
  if (!state_->posted.empty()) {
    next = std::move(state_->posted.front());
    state_->posted.pop_front();
  } else if (!state_->timers.empty() && state_->timers.begin()->first.first <= state_->now) {
    next = std::move(state_->timers.begin()->second);
    state_->timers.erase(state_->timers.begin());
  }
  return next;
}

std::size_t FakeReactor::run_until_idle() {
  constexpr std::size_t kEndless = 1'000'000;
  for (std::size_t ran = 0; ran < kEndless; ++ran) {
    const auto act = take_next();
    if (!act) return ran;
    act();
  }
  std::fputs("FakeReactor: the code under test posts without end\n", stderr);
  std::abort();
}

std::size_t FakeReactor::advance(std::chrono::milliseconds step) {
  const auto goal = now() + step;
  std::size_t ran = run_until_idle();
  for (;;) {
    {
      const std::lock_guard lock(state_->mutex);
      if (state_->timers.empty() || state_->timers.begin()->first.first > goal) {
        state_->now = goal;
        return ran;
      }
      state_->now = state_->timers.begin()->first.first;
    }
    ran += run_until_idle();
  }
}

std::size_t FakeReactor::waiting() const {
  const std::lock_guard lock(state_->mutex);
  return state_->timers.size();
}

std::chrono::milliseconds FakeReactor::until_next() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->timers.empty()) return std::chrono::milliseconds::max();
  const auto left = state_->timers.begin()->first.first - state_->now;
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(0));
}

}  // namespace haetae::fakes
