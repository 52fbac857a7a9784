// A watch: where it resumes, and how it lists anew when it cannot.

#include <doctest/doctest.h>

#include <algorithm>

#include "runtime/watch_bench.hpp"

using namespace haetae;
using namespace haetae::runtime;
using namespace haetae::runtime::testing;
using namespace std::chrono_literals;

TEST_CASE("too old a resourceVersion lists anew, keeps the old rows meanwhile and sweeps what is gone") {
  for (const bool as_event : {true, false}) {
    WatchBench bench;
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
  WatchBench bench;
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
  WatchBench bench;
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
  WatchBench bench({.page = 3});
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
  WatchBench bench({.page = 3});
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
  WatchBench bench;
  bench.server.watch_list(false);
  bench.put("a");
  bench.start();
  CHECK(bench.agrees());
  CHECK(bench.asked() == Words{"stream", "list", "watch"});
  CHECK_FALSE(bench.unknown());
}

TEST_CASE("the resourceVersion of an initial event is never resumed from") {
  WatchBench bench;
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
  WatchBench bench;
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
