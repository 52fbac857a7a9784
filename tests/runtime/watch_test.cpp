// A watch: what it shows of a server, come what may.

#include <doctest/doctest.h>

#include <set>

#include "runtime/watch_bench.hpp"

using namespace haetae;
using namespace haetae::runtime;
using namespace haetae::runtime::testing;
using namespace std::chrono_literals;

TEST_CASE("the present objects come first, then every change") {
  WatchBench bench;
  bench.put("a");
  bench.put("b");
  bench.start();
  CHECK(bench.taken() == Words{"+default/a", "+default/b"});
  CHECK(bench.watch->state().synced);
  CHECK(bench.watch->state().connected);
  CHECK(bench.freshness.size() == 1);
  CHECK(bench.store.freshness().synced);
  bench.put("a", "2");
  bench.put("c");
  bench.remove("b");
  CHECK(bench.taken() == Words{"~default/a", "+default/c", "-default/b"});
  CHECK(bench.asked() == Words{"stream"});
}

TEST_CASE("nothing is synced before the end of the initial events, and an empty kind is synced too") {
  WatchBench bench;
  bench.put("a");
  bench.server.on_request([](const auto&, std::size_t) { return Fault{Fault::Kind::Hang, {}}; });
  bench.start();
  CHECK_FALSE(bench.store.freshness().synced);
  WatchBench empty;
  empty.start();
  CHECK(empty.store.freshness().synced);
}

TEST_CASE("events come out the same whatever the pieces they arrive in") {
  for (const std::size_t piece : {1, 7, 64, 1000}) {
    WatchBench bench;
    bench.server.chunk(piece);
    bench.put("가나", "값");
    bench.start();
    bench.put("b", "\"}{\\n");
    CHECK(bench.agrees());
  }
}

TEST_CASE("a cut is resumed without a list, and nothing that happened meanwhile is missed") {
  WatchBench bench;
  bench.put("a");
  bench.put("b");
  bench.start();
  bench.put("c");
  bench.reactor.advance(1min);
  (void)bench.asked();
  (void)bench.taken();
  bench.server.cut_streams();
  bench.server.remove(kConfigMaps, {"default", "a"});
  bench.put("d");
  CHECK(bench.asked() == Words{"watch"});
  CHECK(bench.taken() == Words{"-default/a", "+default/d"});
  CHECK(bench.agrees());
  CHECK(bench.watch->state().relists == 0);
}

TEST_CASE("a stream that the server ends in order and that opens again shows nothing of it") {
  WatchBench bench;
  bench.put("a");
  bench.start();
  const auto told = bench.freshness.size();
  for (int i = 0; i < 20; ++i) {
    bench.reactor.advance(10min);  // longer than any timeoutSeconds
    bench.server.bookmark();
    bench.reactor.run_until_idle();
  }
  CHECK(bench.asked().size() >= 20);
  CHECK(bench.freshness.size() == told);
  CHECK(bench.watch->state().relists == 0);
}

TEST_CASE("the timeouts asked for are spread over five to ten minutes") {
  WatchBench bench;
  bench.start();
  std::set<int> seconds;
  for (int i = 0; i < 30; ++i) {
    bench.reactor.advance(10min);
    bench.server.bookmark();
    bench.reactor.run_until_idle();
  }
  for (const auto& one : bench.server.requests()) {
    const auto at = one.target.find("timeoutSeconds=");
    REQUIRE(at != std::string::npos);
    seconds.insert(std::stoi(one.target.substr(at + 15)));
  }
  CHECK(*seconds.begin() >= 300);
  CHECK(*seconds.rbegin() <= 600);
  CHECK(seconds.size() > 15);
}

TEST_CASE("an object that cannot be decoded keeps its last known row, in events and over a relist") {
  WatchBench bench;
  bench.put("a", "1");
  bench.put("b", "1");
  bench.start();
  bench.put("a", "unreadable");
  CHECK(bench.value("a") == "1");
  CHECK(bench.watch->state().undecodable == 1);
  CHECK(bench.watch->state().last_error == "cannot read the object: bad value");
  bench.reactor.advance(1min);
  bench.server.cut_streams();
  bench.server.lift_version();
  bench.server.compact();
  bench.reactor.advance(10s);
  CHECK(bench.watch->state().relists == 1);
  CHECK(bench.value("a") == "1");
  bench.remove("a");
  CHECK(bench.value("a").empty());
}

TEST_CASE("an object that was deleted and made anew under its name shows the new one") {
  WatchBench bench;
  bench.put("a");
  bench.start();
  const auto before = bench.store.get("default/a")->uid;
  bench.reactor.advance(1min);
  bench.server.refuse_connections(true);
  bench.server.cut_streams();
  bench.remove("a");
  bench.put("a", "new");
  bench.server.compact();
  bench.server.refuse_connections(false);
  bench.reactor.advance(10s);
  CHECK(bench.value("a") == "new");
  CHECK(bench.store.get("default/a")->uid != before);
}

TEST_CASE("doubled events change nothing, a stopped watch says nothing, and a stop before the start holds") {
  WatchBench bench;
  bench.server.copies([](const Json&) { return 2; });
  bench.put("a");
  bench.start();
  bench.put("b");
  bench.remove("a");
  CHECK(bench.agrees());
  bench.watch->stop();
  bench.reactor.run_until_idle();
  CHECK_FALSE(bench.watch->state().connected);
  CHECK(bench.server.open_streams() == 0);
  (void)bench.taken();
  bench.put("c");
  bench.reactor.advance(1min);
  CHECK(bench.taken().empty());
  WatchBench late;
  late.watch->stop();
  late.start();
  CHECK(late.server.requests().empty());
}

TEST_CASE("a selector limits what is seen, and an object that leaves it is erased") {
  WatchBench bench({.label_selector = "team=a"});
  const auto put = [&](const char* name, const char* team) {
    bench.server.put(kConfigMaps,
                     {{"metadata", {{"name", name}, {"namespace", "default"}, {"labels", {{"team", team}}}}},
                      {"data", {{"value", "1"}}}});
    bench.reactor.run_until_idle();
  };
  put("x", "a");
  put("y", "b");
  bench.start();
  CHECK(bench.store.size() == 1);
  put("x", "b");
  CHECK(bench.store.size() == 0);
  put("y", "a");
  CHECK(bench.taken() == Words{"+default/x", "-default/x", "+default/y"});
}

TEST_CASE("whatever is cut, refused or forgotten at random, the store agrees with the server in the end") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::uint64_t dice = seed * 0x9e3779b97f4a7c15ULL;
    const auto below = [&](std::uint64_t n) {
      dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
      return (dice >> 33U) % n;
    };
    WatchBench bench({.page = 4, .seed = seed});
    bench.server.watch_list(seed % 3 != 0);
    bench.server.gone_as_event(seed % 2 == 0);
    bench.server.chunk(seed % 5 == 0 ? 13 : 0);
    bench.watch->start();
    for (int step = 0; step < 300; ++step) {
      const auto name = "o" + std::to_string(below(12));
      switch (below(12)) {
        case 0:
        case 1:
        case 2:
          bench.server.put(kConfigMaps, {{"metadata", {{"name", name}, {"namespace", "default"}}},
                                         {"data", {{"value", std::to_string(step)}}}});
          break;
        case 3: case 4: bench.server.remove(kConfigMaps, {"default", name}); break;
        case 5: bench.server.cut_streams(); break;
        case 6: bench.server.cut_streams_after(below(400)); break;
        case 7: bench.server.refuse_connections(below(2) == 0); break;
        case 8: bench.server.compact(); break;
        case 9: bench.server.bookmark(); break;
        case 10: bench.server.end_streams(); break;
        default: bench.reactor.advance(std::chrono::milliseconds(below(20'000)));
      }
      if (below(2) == 0) bench.reactor.run_until_idle();
    }
    bench.server.refuse_connections(false);
    bench.reactor.advance(10min);
    CHECK_MESSAGE(bench.agrees(), "seed ", seed);
    CHECK_FALSE(bench.unknown());
  }
}
