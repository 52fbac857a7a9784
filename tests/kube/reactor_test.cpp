#include "kube/reactor.hpp"

#include <doctest/doctest.h>

#include <future>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using haetae::kube::IoReactor;

namespace {
// Waits until everything posted before has run.
void settle(IoReactor& reactor) {
  std::promise<void> ran;
  reactor.post([&] { ran.set_value(); });
  ran.get_future().wait();
}
}  // namespace

TEST_CASE("posted work runs in order on one thread that is not ours") {
  IoReactor reactor;
  std::string seen;
  std::thread::id where;
  for (char c = 'a'; c < 'f'; ++c) {
    reactor.post([&, c] {
      seen += c;
      where = std::this_thread::get_id();
    });
  }
  settle(reactor);
  CHECK(seen == "abcde");
  CHECK(where != std::this_thread::get_id());
}

TEST_CASE("what is posted first runs first, though the reactor's own thread posts it") {
  IoReactor reactor;
  std::string seen;
  std::promise<void> posted;
  std::promise<void> overtaken;
  reactor.post([&] {
    reactor.post([&] { seen += 'a'; });
    posted.set_value();
    overtaken.get_future().wait();
  });
  posted.get_future().wait();
  reactor.post([&] { seen += 'b'; });
  overtaken.set_value();
  settle(reactor);
  CHECK(seen == "ab");
}

TEST_CASE("timers fire in order of due time, not before it") {
  IoReactor reactor;
  std::string seen;
  std::promise<void> last;
  const auto start = reactor.now();
  reactor.after(30ms, [&] {
    seen += 'b';
    last.set_value();
  });
  reactor.after(1ms, [&] { seen += 'a'; });
  last.get_future().wait();
  CHECK(seen == "ab");
  CHECK(reactor.now() - start >= 30ms);
}

TEST_CASE("a timer cancelled on the reactor's thread does not run, even when it is due") {
  IoReactor reactor;
  bool fired = false;
  std::promise<void> later;
  reactor.post([&] {
    const auto cancel = reactor.after(0ms, [&] { fired = true; });
    reactor.post([cancel] { cancel(); });
    cancel();
    reactor.after(5ms, [&] { later.set_value(); });
  });
  later.get_future().wait();
  CHECK_FALSE(fired);
}

TEST_CASE("stop drops what has not run, and cancels stay harmless afterwards") {
  std::function<void()> cancel;
  bool fired = false;
  {
    IoReactor reactor;
    cancel = reactor.after(1h, [&] { fired = true; });
    reactor.stop();
    reactor.stop();
    reactor.post([&] { fired = true; });
    cancel();
  }
  cancel();
  CHECK_FALSE(fired);
}
