#include "fakes/fake_reactor.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using haetae::fakes::FakeReactor;

TEST_CASE("posted work runs in order, with what it posts itself") {
  FakeReactor reactor;
  std::string seen;
  reactor.post([&] {
    seen += 'a';
    reactor.post([&] { seen += 'c'; });
  });
  reactor.post([&] { seen += 'b'; });
  CHECK(seen.empty());
  CHECK(reactor.run_until_idle() == 3);
  CHECK(seen == "abc");
}

TEST_CASE("timers fire in order of due time and see that time as now") {
  FakeReactor reactor;
  const auto start = reactor.now();
  std::string seen;
  reactor.after(20ms, [&] {
    seen += 'b';
    CHECK(reactor.now() - start == 20ms);
    reactor.after(5ms, [&] { seen += 'c'; });
  });
  reactor.after(10ms, [&] { seen += 'a'; });
  reactor.after(40ms, [&] { seen += 'd'; });
  CHECK(reactor.run_until_idle() == 0);
  CHECK(reactor.until_next() == 10ms);
  reactor.advance(30ms);
  CHECK(seen == "abc");
  CHECK(reactor.now() - start == 30ms);
  CHECK(reactor.waiting() == 1);
}

TEST_CASE("a cancelled timer never fires, and a late cancel is harmless") {
  std::function<void()> late;
  {
    FakeReactor reactor;
    bool fired = false;
    const auto cancel = reactor.after(1ms, [&] { fired = true; });
    cancel();
    cancel();
    late = reactor.after(1ms, [] {});
    reactor.advance(5ms);
    CHECK_FALSE(fired);
  }
  late();
}
