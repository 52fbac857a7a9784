#include "kube/beast_core.hpp"

namespace haetae::kube {

namespace {

// Younger than what firewalls and load balancers forget in silence; apiserver itself closes after 90 s.
constexpr std::chrono::seconds kIdleAge{30};

}  // namespace

bool Core::alive(Wire& wire) {
  // Session tickets and the like may wait to be read; anything else that can be read means that it is over.
  return wire.read(scratch.data(), 1).kind == Step::Kind::WaitRead;
}

std::shared_ptr<Wire> Core::take() {
  while (!quiet_.empty()) {
    Quiet youngest = std::move(quiet_.back());
    quiet_.pop_back();
    youngest.wire->forget_waits();
    if (reactor.now() - youngest.since < kIdleAge && alive(*youngest.wire)) return youngest.wire;
    youngest.wire->close();
  }
  return nullptr;
}

void Core::keep(std::shared_ptr<Wire> wire) {
  if (closed_ || limits.idle_connections == 0) return wire->close();
  if (quiet_.size() >= limits.idle_connections) {
    quiet_.front().wire->close();
    quiet_.pop_front();
  }
  listen(wire);
  quiet_.push_back({std::move(wire), reactor.now()});
}

void Core::listen(const std::shared_ptr<Wire>& wire) {
  wire->wait(Step::Kind::WaitRead, [weak = weak_from_this(), wire] {
    const auto self = weak.lock();
    if (!self) return;
    if (self->alive(*wire)) return self->listen(wire);
    self->quiet_.remove_if([&](const Quiet& one) { return one.wire == wire; });
    wire->close();
  });
}

void Core::leave(const Cancellable* call) {
  calls_.remove_if([call](const std::weak_ptr<Cancellable>& one) {
    const auto held = one.lock();
    return !held || held.get() == call;
  });
}

void Core::close() {
  closed_ = true;
  for (auto& one : quiet_) one.wire->close();
  quiet_.clear();
  for (const auto& one : std::exchange(calls_, {})) {
    if (const auto call = one.lock()) call->cancel();
  }
}

}  // namespace haetae::kube
