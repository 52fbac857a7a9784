#include "runtime/event_recorder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "fakes/each_server.hpp"
#include "fakes/fake_api_server.hpp"
#include "fakes/fake_reactor.hpp"

using namespace haetae;
using namespace haetae::runtime;
using fakes::Fault;
using fakes::Json;
using namespace std::chrono_literals;

namespace {

const kube::Resource kEvents{"events.k8s.io", "v1", "events", "Event"};

struct Bench final : Clock {
  fakes::FakeReactor reactor;
  fakes::FakeApiServer server;
  kube::Client client{server.connect(reactor), {}};
  EventRecorder recorder;
  explicit Bench(EventOptions options = {}) : recorder(client, *this, std::move(options)) {}
  [[nodiscard]] Timestamp now() const override {
    return Timestamp(std::chrono::floor<std::chrono::seconds>(reactor.now().time_since_epoch()));
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return reactor.now(); }
  void record(const EventNote& event) {
    recorder.record(event);
    reactor.run_until_idle();
  }
};

EventNote note(std::string name = "gov24", std::string text = "2 of 2 copies are Ready") {
  return {.api_version = "haetae.io/v1alpha1",
          .kind = "TenantSystem",
          .ns = "default",
          .name = name,
          .uid = "u-" + name,
          .warning = false,
          .reason = "Ready",
          .action = "Observed",
          .note = std::move(text)};
}

}  // namespace

TEST_CASE("an event says what happened to which object, beside that object") {
  Bench bench;
  bench.record(note());
  const auto all = bench.server.all(kEvents);
  REQUIRE(all.size() == 1);
  CHECK(all[0]["metadata"]["namespace"] == "default");
  CHECK(all[0]["regarding"]["name"] == "gov24");
  CHECK(all[0]["regarding"]["uid"] == "u-gov24");
  CHECK(all[0]["reason"] == "Ready");
  CHECK(all[0]["type"] == "Normal");
  CHECK(all[0]["eventTime"] == "1970-01-01T01:00:00.000000Z");
  CHECK(bench.recorder.counts().sent == 1);
}

TEST_CASE("a repeat becomes a series that is written at its second time and then seldom") {
  Bench bench;
  for (int i = 0; i < 50; ++i) {
    bench.record(note());
    bench.reactor.advance(1min);
  }
  const auto all = bench.server.all(kEvents);
  REQUIRE(all.size() == 1);
  CHECK(all[0]["series"]["count"] == 32);  // written at the second, and half an hour after
  CHECK(bench.server.writes() == 3);
  CHECK(bench.recorder.counts().repeated == 49);
  bench.reactor.advance(7min);  // the series has ended
  bench.record(note());
  CHECK(bench.server.all(kEvents).size() == 2);
}

TEST_CASE("other words or another object are another event") {
  Bench bench;
  bench.record(note());
  bench.record(note("gov24", "1 of 2 copies is Ready"));
  bench.record(note("hometax"));
  CHECK(bench.server.all(kEvents).size() == 3);
}

TEST_CASE("over the budget events are dropped and counted, and time brings the budget back") {
  Bench bench({.burst = 3, .refill = 1s});
  for (int i = 0; i < 10; ++i) bench.record(note("s" + std::to_string(i)));
  CHECK(bench.recorder.counts().sent == 3);
  CHECK(bench.recorder.counts().dropped == 7);
  bench.reactor.advance(2s);
  for (int i = 0; i < 10; ++i) bench.record(note("t" + std::to_string(i)));
  CHECK(bench.recorder.counts().sent == 5);
}

TEST_CASE("a server that does not answer holds up nobody") {
  Bench bench({.in_flight = 2});
  bench.server.on_request([](const auto&, std::size_t) { return Fault{Fault::Kind::Hang, {}}; });
  for (int i = 0; i < 10; ++i) bench.record(note("s" + std::to_string(i)));
  CHECK(bench.recorder.counts().dropped == 8);
  bench.reactor.advance(1min);
  CHECK(bench.recorder.counts().failed == 2);
  bench.server.on_request(nullptr);
  bench.record(note("s0"));  // it never came, so it is made and not continued
  CHECK(bench.server.all(kEvents).size() == 1);
}

TEST_CASE("an answer that comes after the recorder has gone is dropped") {
  fakes::FakeReactor reactor;
  fakes::FakeApiServer server;
  kube::Client client{server.connect(reactor), {}};
  const SystemClock clock;
  {
    EventRecorder recorder(client, clock, {});
    recorder.record(note());
  }
  reactor.run_until_idle();
  CHECK(server.all(kEvents).size() == 1);
}

TEST_CASE("a real server takes events, their series, and long notes cut between characters") {
  fakes::on_each_server([](fakes::Server& server) {
    const kube::Resource namespaces{"", "v1", "namespaces", "Namespace", false};
    CHECK(server.ask(kube::create(namespaces, "", Json{{"metadata", {{"name", server.ns()}}}}.dump())).status == 201);
    const SystemClock clock;
    EventRecorder recorder(server.client(), clock, {.instance = "test-0"});
    auto event = note();
    event.ns = server.ns();
    event.name = std::string(63, 'a');
    event.note.clear();
    for (int i = 0; i < 500; ++i) event.note += "가";  // 1500 bytes
    recorder.record(event);
    while (recorder.counts().sent + recorder.counts().failed < 1) std::this_thread::yield();
    recorder.record(event);
    while (recorder.counts().sent + recorder.counts().failed < 2) std::this_thread::yield();
    CHECK(recorder.counts().failed == 0);
    const auto all = server.ask(kube::list(kEvents, server.ns())).body["items"];
    REQUIRE(all.size() == 1);
    CHECK(all[0]["note"].get<std::string>().size() == 1023);
    CHECK(all[0]["series"]["count"] == 2);
  });
}
