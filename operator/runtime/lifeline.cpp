#include "runtime/lifeline.hpp"

#include <utility>

namespace haetae::runtime {

using Moment = std::chrono::steady_clock::time_point;

struct Lifeline::Impl : std::enable_shared_from_this<Impl> {
  Impl(kube::Reactor& reactor_, const Clock& clock_, Limits limits_, std::string what_,
       std::function<void(const Freshness&)> tell_)
      : reactor(reactor_), clock(clock_), limits(limits_), what(std::move(what_)), tell(std::move(tell_)) {}

  kube::Reactor& reactor;
  const Clock& clock;
  const Limits limits;
  const std::string what;
  const std::function<void(const Freshness&)> tell;
  std::function<void()> cancel_grace{}, cancel_settle{};
  std::optional<Timestamp> lost_since{};
  Freshness told{};
  std::optional<Code> told_code{};

  static void stop_timer(std::function<void()>& cancel) {
    if (cancel) std::exchange(cancel, nullptr)();
  }
  void stop_timers() {
    stop_timer(cancel_grace);
    stop_timer(cancel_settle);
  }
  [[nodiscard]] std::function<void()> later(std::chrono::milliseconds delay, void (Impl::*act)()) {
    return reactor.after(delay, [weak = weak_from_this(), act] {
      if (const auto self = weak.lock()) (self.get()->*act)();
    });
  }

  void out_of_grace() {
    failed({Code::Unreachable, "not caught up again within " + go_duration(limits.grace)});
  }

  void failed(const Error& error) {
    stop_timers();
    if (told.unknown_since == lost_since && told_code == error.code) return;
    told_code = error.code;
    told.unknown_since = lost_since;
    told.why = what + ": " + error.message;
    tell(told);
  }

  void caught_up() {
    stop_timers();
    lost_since.reset();
    if (!told.unknown_since) return;
    told_code.reset();
    told = {told.synced, {}, {}};
    tell(told);
  }
};

Lifeline::Lifeline(kube::Reactor& reactor, const Clock& clock, Limits limits, std::string what,
                   std::function<void(const Freshness&)> tell)
    : impl_(std::make_shared<Impl>(reactor, clock, limits, std::move(what), std::move(tell))) {}

Lifeline::~Lifeline() { stop(); }

void Lifeline::begin() { impl_->lost_since = impl_->clock.now(); }

void Lifeline::lost(Moment last_byte) {
  impl_->stop_timer(impl_->cancel_settle);
  if (impl_->lost_since) return;
  const auto quiet = impl_->reactor.now() - last_byte;
  const bool silent = quiet >= impl_->limits.silence;  // then nobody knows how long it had been dead
  impl_->lost_since = impl_->clock.now() - (silent ? std::chrono::duration_cast<Seconds>(quiet) : Seconds(0));
  impl_->cancel_grace = impl_->later(impl_->limits.grace, &Impl::out_of_grace);
}

void Lifeline::failed(const Error& error) { impl_->failed(error); }

void Lifeline::resumed(std::chrono::milliseconds settle) {
  impl_->stop_timer(impl_->cancel_settle);
  impl_->cancel_settle = impl_->later(settle, &Impl::caught_up);
}

void Lifeline::caught_up() { impl_->caught_up(); }

void Lifeline::full_state() {
  const bool first = !std::exchange(impl_->told.synced, true);
  const bool was_unknown = impl_->told.unknown_since.has_value();
  impl_->caught_up();
  if (first && !was_unknown) impl_->tell(impl_->told);
}

void Lifeline::stop() { impl_->stop_timers(); }

}  // namespace haetae::runtime
