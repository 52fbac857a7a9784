#include "kube/reactor.hpp"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>

namespace haetae::kube {

namespace asio = boost::asio;

struct IoReactor::Impl {
  // Without the hint of one thread: with it, what this thread posts waits until its act ends, and what others post
  // meanwhile overtakes it. Source: boost 1.74 asio/detail/impl/scheduler.ipp, post_immediate_completion.
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> stay{context.get_executor()};
  std::thread thread;
};

namespace {

struct Alarm {
  Alarm(asio::io_context& context, std::function<void()> what) : timer(context), act(std::move(what)) {}
  asio::steady_timer timer;
  std::function<void()> act;
  std::atomic<bool> cancelled{false};
};

// OpenSSL writes to sockets with write(2), which raises SIGPIPE on the writing thread when the peer has gone; blocked
// here, it becomes the EPIPE that the transport expects, and the program's own signals stay as they were.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

IoReactor::IoReactor() : impl_(std::make_shared<Impl>()) {
  impl_->thread = std::thread([context = &impl_->context]() noexcept {
    block_sigpipe();
    pthread_setname_np(pthread_self(), "io");
    context->run();
  });
}

IoReactor::~IoReactor() { stop(); }

void IoReactor::post(std::function<void()> act) { asio::post(impl_->context, std::move(act)); }

std::function<void()> IoReactor::after(std::chrono::milliseconds delay, std::function<void()> act) {
  auto alarm = std::make_shared<Alarm>(impl_->context, std::move(act));
  asio::post(impl_->context, [alarm, due = now() + delay] {
    if (alarm->cancelled) return;
    alarm->timer.expires_at(due);
    alarm->timer.async_wait([alarm](const boost::system::error_code& failed) {
      if (failed || alarm->cancelled) return;
      alarm->cancelled = true;
      const auto due_act = std::move(alarm->act);
      due_act();
    });
  });
  return [weak = std::weak_ptr<Impl>(impl_), weak_alarm = std::weak_ptr<Alarm>(alarm)] {
    const auto pending = weak_alarm.lock();
    if (!pending || pending->cancelled.exchange(true)) return;
    // The wait itself ends on the reactor's thread: a timer is not safe to touch from two.
    if (const auto impl = weak.lock()) asio::post(impl->context, [pending] { pending->timer.cancel(); });
  };
}

std::chrono::steady_clock::time_point IoReactor::now() const { return std::chrono::steady_clock::now(); }

void* IoReactor::native() { return &impl_->context; }

void IoReactor::stop() {
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace haetae::kube
