// A watch: when it says Unknown, since when, and how it finds back.

#include <doctest/doctest.h>

#include <algorithm>

#include "runtime/watch_bench.hpp"

using namespace haetae;
using namespace haetae::runtime;
using namespace haetae::runtime::testing;
using namespace std::chrono_literals;

TEST_CASE("a lost connection that cannot be had again is Unknown since it was lost, and Known again after") {
  WatchBench bench;
  bench.put("a");
  bench.start();
  bench.reactor.advance(1min);
  const auto lost_at = bench.clock.now();
  bench.server.refuse_connections(true);
  bench.server.cut_streams();
  bench.reactor.run_until_idle();
  CHECK(bench.unknown());
  CHECK(bench.store.freshness().unknown_since == lost_at);
  CHECK(bench.store.freshness().synced);
  CHECK(bench.store.freshness().why ==
        "cannot watch ConfigMap in cluster daejeon-a: connect fake:443: connection refused");
  CHECK(bench.value("a") == "1");  // the last known, and said to be no more than that
  const auto told = bench.freshness.size();
  bench.reactor.advance(10min);
  CHECK(bench.store.freshness().unknown_since == lost_at);
  CHECK(bench.freshness.size() == told);  // the same trouble is told once
  bench.server.put(kConfigMaps, {{"metadata", {{"name", "b"}, {"namespace", "default"}}}, {"data", {{"value", "1"}}}});
  bench.server.refuse_connections(false);
  bench.reactor.advance(62s);  // the longest backoff with its jitter, and the settling
  CHECK_FALSE(bench.unknown());
  CHECK(bench.agrees());
  CHECK(bench.watch->state().relists == 0);
}

TEST_CASE("a reconnected watch is Known only when what it missed must have come") {
  WatchBench bench;
  bench.start();
  bench.reactor.advance(1min);
  bench.server.refuse_connections(true);
  bench.server.cut_streams();
  bench.reactor.run_until_idle();
  bench.server.refuse_connections(false);
  bench.watch->retry_now();
  bench.reactor.run_until_idle();
  CHECK(bench.watch->state().connected);
  CHECK(bench.unknown());
  SUBCASE("after it has settled") { bench.reactor.advance(1s); }
  SUBCASE("at the first bookmark") {
    bench.server.bookmark();
    bench.reactor.run_until_idle();
  }
  CHECK_FALSE(bench.unknown());
}

TEST_CASE("a silent connection is given up, and Unknown counts from its last byte") {
  WatchBench bench;
  bench.put("a");
  bench.start();
  bench.reactor.advance(1min);
  bench.server.bookmark();
  bench.reactor.run_until_idle();
  const auto last_byte = bench.clock.now();
  bench.server.mute_streams();
  bench.server.refuse_connections(true);
  bench.reactor.advance(149s);
  CHECK_FALSE(bench.unknown());
  bench.reactor.advance(2s);
  CHECK(bench.unknown());
  CHECK(bench.store.freshness().unknown_since == last_byte);
}

TEST_CASE("without a connection for the grace time it is Unknown though nothing has failed yet") {
  WatchBench bench;
  bench.start();
  bench.reactor.advance(1min);
  bench.server.on_request([](const auto&, std::size_t) { return Fault{Fault::Kind::Hang, {}}; });
  bench.server.cut_streams();
  bench.reactor.advance(4s);
  CHECK_FALSE(bench.unknown());
  bench.reactor.advance(2s);
  CHECK(bench.unknown());
}

TEST_CASE("the backoff doubles with jitter up to its longest, is this watch's own, and retry_now ends it") {
  WatchBench bench;
  bench.server.refuse_connections(true);
  std::vector<std::chrono::steady_clock::time_point> tries;
  bench.server.on_request([&](const auto&, std::size_t) { return tries.push_back(bench.reactor.now()), Fault{}; });
  bench.server.refuse_connections(false);
  bench.start();
  bench.reactor.advance(10min);
  auto whole = 800ms;
  for (std::size_t i = 1; i < tries.size(); ++i, whole = std::min(whole * 2, 30'000ms)) {
    CHECK(tries[i] - tries[i - 1] >= whole);
    CHECK(tries[i] - tries[i - 1] <= 2 * whole);
  }
  CHECK(tries.size() > 12);
  const auto before = tries.size();
  bench.server.on_request(nullptr);
  bench.watch->retry_now();
  bench.reactor.run_until_idle();
  CHECK(tries.size() == before);
  CHECK(bench.watch->state().synced);
}

TEST_CASE("a kind that is not served yet is found when it comes") {
  WatchBench bench({.resource = kRooms});
  bench.start();
  CHECK_FALSE(bench.store.freshness().synced);
  CHECK(bench.unknown());
  CHECK(bench.store.freshness().why.find("404") != std::string::npos);
  bench.server.serve(kRooms);
  bench.server.put(kRooms, {{"metadata", {{"name", "r"}, {"namespace", "default"}}}});
  bench.reactor.advance(5s);
  CHECK(bench.store.freshness().synced);
  CHECK(bench.store.size() == 1);
  // The CRD goes: what was there is the last known, not absent.
  bench.server.stop_serving(kRooms);
  bench.server.cut_streams();
  bench.reactor.advance(1min);
  CHECK(bench.unknown());
  CHECK(bench.store.size() == 1);
  bench.server.serve(kRooms);
  bench.reactor.advance(2min);
  CHECK_FALSE(bench.unknown());
  CHECK(bench.store.size() == 1);
}

TEST_CASE("a right that was taken away and comes back is no reason to die") {
  WatchBench bench;
  bench.put("a");
  bench.start();
  bench.reactor.advance(1min);
  bench.server.on_request([](const auto&, std::size_t) {
    return Fault{Fault::Kind::Answer, fakes::status_answer(403, "Forbidden", "configmaps is forbidden")};
  });
  bench.server.cut_streams();
  bench.reactor.advance(1min);
  CHECK(bench.unknown());
  CHECK(bench.store.freshness().why.find("403") != std::string::npos);
  CHECK(bench.store.size() == 1);
  bench.server.on_request(nullptr);
  bench.put("b");
  bench.reactor.advance(1min);
  CHECK_FALSE(bench.unknown());
  CHECK(bench.agrees());
}

TEST_CASE("the patience that a server asks for is kept, also against retry_now") {
  WatchBench bench;
  int asked = 0;
  bench.server.on_request([&](const auto&, std::size_t) -> std::optional<Fault> {
    auto answer = fakes::status_answer(429, "TooManyRequests", "slow down");
    answer.headers.emplace_back("Retry-After", "20");
    return ++asked == 1 ? std::optional(Fault{Fault::Kind::Answer, answer}) : std::nullopt;
  });
  bench.start();
  bench.reactor.advance(19s);
  bench.watch->retry_now();
  bench.reactor.run_until_idle();
  CHECK(asked == 1);
  bench.reactor.advance(2s);
  CHECK(asked == 2);
  CHECK(bench.watch->state().synced);
}
