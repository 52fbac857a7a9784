#include "runtime/watch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "fakes/fake_api_server.hpp"
#include "fakes/fake_reactor.hpp"
#include "runtime/projection.hpp"

using namespace haetae;
using namespace haetae::runtime;
using fakes::Fault;
using fakes::Json;
using namespace std::chrono_literals;

namespace {

const kube::Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap"};
const kube::Resource kRooms{"haetae.io", "v1", "rooms", "Room"};

/// Wall time that follows the reactor's.
struct FollowingClock final : Clock {
  explicit FollowingClock(const kube::Reactor& reactor_) : reactor(reactor_) {}
  const kube::Reactor& reactor;
  [[nodiscard]] Timestamp now() const override {
    return Timestamp(std::chrono::floor<std::chrono::seconds>(reactor.now().time_since_epoch()));
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return reactor.now(); }
};

struct Row {
  std::string value;
  std::string uid;
};

/// A watch of ConfigMaps against a server, and what its store and listeners saw.
struct Bench {
  fakes::FakeReactor reactor;
  fakes::FakeApiServer server;
  FollowingClock clock{reactor};
  std::unique_ptr<kube::Transport> transport{server.connect(reactor)};
  Store<Row> store;
  StoreSink<Row> sink{store, [](std::string_view json) -> Result<Projected<Row>> {
                        static const Paths kKept{"metadata.name", "metadata.namespace", "metadata.uid", "data.value"};
                        auto seen = project(json, kKept);
                        if (!seen) return std::move(seen).error();
                        const auto& tree = seen->kept;
                        if (text_at(tree, {"data", "value"}) == "unreadable")
                          return Error{Code::Malformed, "cannot read the object: bad value"};
                        return Projected<Row>{
                            store_key(text_at(tree, {"metadata", "namespace"}), text_at(tree, {"metadata", "name"})),
                            {text_at(tree, {"data", "value"}), text_at(tree, {"metadata", "uid"})}};
                      }};
  std::vector<std::string> heard;     ///< "+a", "~a", "-a"
  std::vector<Freshness> freshness;
  std::unique_ptr<Watch> watch;

  explicit Bench(WatchSpec spec = {}) {
    if (spec.resource.kind.empty()) spec.resource = kConfigMaps;
    spec.cluster = "daejeon-a";
    store.on_change([this](const StoreKey& key, const auto& before, const auto& after) {
      heard.push_back((!before ? "+" : after ? "~" : "-") + key);
    });
    store.on_freshness([this](const Freshness& f) { freshness.push_back(f); });
    watch = std::make_unique<Watch>(reactor, *transport, clock, sink, spec);
  }
  void start() {
    watch->start();
    reactor.run_until_idle();
  }
  void put(const std::string& name, const std::string& value = "1") {
    server.put(kConfigMaps, {{"metadata", {{"name", name}, {"namespace", "default"}}}, {"data", {{"value", value}}}});
    reactor.run_until_idle();
  }
  void remove(const std::string& name) {
    server.remove(kConfigMaps, {"default", name});
    reactor.run_until_idle();
  }
  std::string value(const std::string& name) const {
    const auto row = store.get("default/" + name);
    return row ? row->value : "";
  }
  std::vector<std::string> taken() { return std::exchange(heard, {}); }
  /// What the server holds and what the store holds.
  bool agrees() {
    std::map<std::string, std::string> live, known;
    for (const auto& object : server.all(kConfigMaps))
      live["default/" + object["metadata"]["name"].get<std::string>()] = object["data"]["value"];
    for (const auto& [name, wanted] : live) known[name] = store.get(name) ? store.get(name)->value : "-";
    return live == known && store.size() == live.size();
  }
  /// Targets of the requests since the last call, short.
  std::vector<std::string> asked() {
    std::vector<std::string> out;
    for (const auto& one : server.requests()) {
      const bool streams = one.target.find("watch=true") != std::string::npos;
      out.push_back(!streams ? one.target.find("continue=") != std::string::npos ? "page" : "list"
                    : one.target.find("sendInitialEvents") != std::string::npos ? "stream" : "watch");
    }
    server.forget_requests();
    return out;
  }
  bool unknown() const { return store.freshness().unknown_since.has_value(); }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the present objects come first, then every change") {
  Bench bench;
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
  Bench bench;
  bench.put("a");
  bench.server.on_request([](const auto&, std::size_t) { return Fault{Fault::Kind::Hang, {}}; });
  bench.start();
  CHECK_FALSE(bench.store.freshness().synced);
  Bench empty;
  empty.start();
  CHECK(empty.store.freshness().synced);
}

TEST_CASE("events come out the same whatever the pieces they arrive in") {
  for (const std::size_t piece : {1, 7, 64, 1000}) {
    Bench bench;
    bench.server.chunk(piece);
    bench.put("가나", "값");
    bench.start();
    bench.put("b", "\"}{\\n");
    CHECK(bench.agrees());
  }
}

TEST_CASE("a cut is resumed without a list, and nothing that happened meanwhile is missed") {
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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

TEST_CASE("a lost connection that cannot be had again is Unknown since it was lost, and Known again after") {
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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

TEST_CASE("too old a resourceVersion lists anew, keeps the old rows meanwhile and sweeps what is gone") {
  for (const bool as_event : {true, false}) {
    Bench bench;
    bench.server.gone_as_event(as_event);
    for (const char* name : {"a", "b", "c"}) bench.put(name);
    bench.start();
    bench.reactor.advance(1min);
    (void)bench.taken();
    (void)bench.asked();
    bench.server.refuse_connections(true);
    bench.server.cut_streams();
    bench.server.remove(kConfigMaps, {"default", "b"});
    bench.put("d");
    bench.server.compact();
    bench.server.refuse_connections(false);
    bench.reactor.advance(10s);
    CHECK(bench.agrees());
    auto heard = bench.taken();
    CHECK(std::count(heard.begin(), heard.end(), "-default/b") == 1);
    CHECK(std::count(heard.begin(), heard.end(), "+default/d") == 1);
    CHECK(std::count_if(heard.begin(), heard.end(), [](const std::string& one) { return one[0] == '-'; }) == 1);
    CHECK(bench.asked() == Words{"watch", "stream"});
    CHECK(bench.watch->state().relists == 1);
    CHECK_FALSE(bench.unknown());
  }
}

TEST_CASE("a server that finds every resourceVersion too old is not stormed with lists") {
  Bench bench;
  bench.put("a");
  bench.start();
  bench.server.on_request([](const kube::HttpRequest& request, std::size_t) -> std::optional<Fault> {
    if (request.target.find("resourceVersion=") == std::string::npos) return std::nullopt;
    return Fault{Fault::Kind::Answer, fakes::status_answer(410, "Expired", "too old resource version")};
  });
  (void)bench.asked();
  for (int i = 0; i < 300; ++i) {
    bench.server.cut_streams();
    bench.reactor.advance(2s);
  }
  const auto asked = bench.asked();
  CHECK(std::count(asked.begin(), asked.end(), "stream") < 60);
  bench.server.on_request(nullptr);
  bench.reactor.advance(2min);
  CHECK(bench.agrees());
}

TEST_CASE("an ERROR event inside the stream counts, 410 or other") {
  Bench bench;
  bench.put("a");
  bench.start();
  bench.reactor.advance(1min);
  (void)bench.asked();
  bench.server.error_event(
      {{"kind", "Status"}, {"status", "Failure"}, {"code", 500}, {"reason", "InternalError"}, {"message", "etcd"}});
  bench.reactor.run_until_idle();
  CHECK(bench.unknown());
  bench.reactor.advance(10s);
  CHECK_FALSE(bench.unknown());
  CHECK(bench.asked() == Words{"watch"});
  bench.server.error_event(
      {{"kind", "Status"}, {"status", "Failure"}, {"code", 410}, {"reason", "Expired"}, {"message", "too old"}});
  bench.reactor.run_until_idle();
  CHECK(bench.asked() == Words{"stream"});
  CHECK_FALSE(bench.unknown());
}

TEST_CASE("after two broken initial streams the state is listed in pages, which go on where they broke") {
  Bench bench({.page = 3});
  for (int i = 0; i < 10; ++i) bench.put("o" + std::to_string(i));
  int broken = 0;
  int pages = 0;
  bench.server.on_request([&](const kube::HttpRequest& request, std::size_t) -> std::optional<Fault> {
    if (request.target.find("sendInitialEvents") != std::string::npos) {
      ++broken;
      // The head and one event, then nothing more.
      return Fault{Fault::Kind::Answer, {200, {}, R"({"type":"ADDED","object":{"metadata":{"name":"o0","namespace":"default"}}})" "\n"}};
    }
    if (request.target.find("watch=true") == std::string::npos && ++pages == 3) return Fault{};  // one page fails once
    return std::nullopt;
  });
  // The bench's fault ends the stream in order after its body.
  bench.start();
  for (int i = 0; i < 20 && !bench.watch->state().synced; ++i) {
    bench.server.end_streams();
    bench.reactor.advance(5s);
  }
  CHECK(bench.watch->state().synced);
  CHECK(broken == 2);
  CHECK(pages == 5);  // four pages of three, one of them twice
  CHECK(bench.agrees());
  bench.put("later");
  CHECK(bench.agrees());
}

TEST_CASE("a continue token that is too old leads to one whole list") {
  Bench bench({.page = 3});
  bench.server.watch_list(false);
  for (int i = 0; i < 10; ++i) bench.put("o" + std::to_string(i));
  bool compacted = false;
  std::vector<std::string> lists;
  bench.server.on_request([&](const kube::HttpRequest& request, std::size_t) -> std::optional<Fault> {
    if (request.target.find("watch=true") != std::string::npos) return std::nullopt;
    lists.push_back(request.target);
    if (request.target.find("continue=") == std::string::npos || std::exchange(compacted, true)) return std::nullopt;
    return Fault{Fault::Kind::Answer,
                 fakes::status_answer(410, "Expired", "The provided continue parameter is too old")};
  });
  bench.start();
  CHECK(bench.agrees());
  REQUIRE(lists.size() == 3);
  CHECK(lists[2].find("limit=") == std::string::npos);
  bench.put("later");
  CHECK(bench.agrees());
}

TEST_CASE("a server without WatchList is asked in the old way at once") {
  Bench bench;
  bench.server.watch_list(false);
  bench.put("a");
  bench.start();
  CHECK(bench.agrees());
  CHECK(bench.asked() == Words{"stream", "list", "watch"});
  CHECK_FALSE(bench.unknown());
}

TEST_CASE("a kind that is not served yet is found when it comes") {
  Bench bench({.resource = kRooms});
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
  Bench bench;
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
  Bench bench;
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

TEST_CASE("an object that cannot be decoded keeps its last known row, in events and over a relist") {
  Bench bench;
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

TEST_CASE("the resourceVersion of an initial event is never resumed from") {
  Bench bench;
  for (int i = 0; i < 5; ++i) bench.put("o" + std::to_string(i));
  bench.server.on_request([](const kube::HttpRequest& request, std::size_t number) -> std::optional<Fault> {
    if (number > 0) return std::nullopt;
    CHECK(request.target.find("sendInitialEvents") != std::string::npos);
    return Fault{Fault::Kind::Answer,
                 {200, {}, R"({"type":"ADDED","object":{"metadata":{"name":"o3","namespace":"default","resourceVersion":"9999"}}})" "\n"}};
  });
  bench.start();
  bench.server.cut_streams();
  bench.reactor.advance(10s);
  CHECK(bench.asked().back() == "stream");
  CHECK(bench.agrees());
}

TEST_CASE("a bookmark moves the place to resume from, so that a quiet kind is not listed again") {
  Bench bench;
  bench.put("a");
  bench.start();
  bench.reactor.advance(1min);
  bench.server.lift_version();
  bench.server.bookmark();
  bench.reactor.run_until_idle();
  bench.server.compact();
  bench.server.cut_streams();
  bench.reactor.advance(10s);
  CHECK(bench.watch->state().relists == 0);
  CHECK(bench.watch->state().connected);
}

TEST_CASE("an object that was deleted and made anew under its name shows the new one") {
  Bench bench;
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
  Bench bench;
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
  Bench late;
  late.watch->stop();
  late.start();
  CHECK(late.server.requests().empty());
}

TEST_CASE("a selector limits what is seen, and an object that leaves it is erased") {
  Bench bench({.label_selector = "team=a"});
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
    Bench bench({.page = 4, .seed = seed});
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
