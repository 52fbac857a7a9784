#include "controllers/pulse.hpp"

#include <doctest/doctest.h>

#include "controllers/resources.hpp"
#include "fakes/fake_api_server.hpp"
#include "fakes/fake_reactor.hpp"

using namespace haetae;
using controllers::Pulse;
using controllers::Vital;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct Fixture {
  fakes::FakeReactor reactor;
  struct ReactorClock final : Clock {
    explicit ReactorClock(const kube::Reactor& r) : reactor(r) {}
    const kube::Reactor& reactor;
    [[nodiscard]] Timestamp now() const override {
      return Timestamp(std::chrono::duration_cast<Seconds>(reactor.now().time_since_epoch()));
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return reactor.now(); }
  } clock{reactor};
  fakes::FakeApiServer server;
  kube::Client client{server.connect(reactor), {}};
  std::vector<Vital> heard;
  Pulse pulse{reactor, client, clock, {}, [this](const Vital& vital) { heard.push_back(vital); }};

  Fixture() {
    server.put(controllers::namespaces(),
               {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "kube-system"}}}});
  }
  ~Fixture() { pulse.stop(); }
  [[nodiscard]] Vital::State state() const { return pulse.vital().state; }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a cluster that answers is Up and tells its uid") {
  pulse.start();
  reactor.run_until_idle();
  CHECK(state() == Vital::State::Up);
  CHECK_FALSE(pulse.vital().uid.empty());
}

TEST_CASE_FIXTURE(Fixture, "one lost answer is a suspicion, a second one in a row is Down, one answer is Up again") {
  pulse.start();
  reactor.run_until_idle();
  server.refuse_connections(true);
  pulse.suspect();
  reactor.run_until_idle();
  CHECK(state() == Vital::State::Down);
  CHECK(pulse.vital().down_since.has_value());
  server.refuse_connections(false);
  reactor.advance(seconds(5));
  CHECK(state() == Vital::State::Up);
  CHECK_FALSE(pulse.vital().down_since.has_value());
}

TEST_CASE_FIXTURE(Fixture, "while nothing is suspected a single failed probe changes nothing") {
  pulse.start();
  reactor.run_until_idle();
  server.refuse_connections(true);
  reactor.advance(milliseconds(10'000));
  CHECK(state() == Vital::State::Up);
  reactor.advance(milliseconds(1'000));
  CHECK(state() == Vital::State::Down);
}

TEST_CASE_FIXTURE(Fixture, "a cluster that never answered is Down at once, with the time of its first failure") {
  server.refuse_connections(true);
  pulse.start();
  reactor.run_until_idle();
  REQUIRE(state() == Vital::State::Down);
  const auto since = pulse.vital().down_since;
  reactor.advance(seconds(60));
  CHECK(pulse.vital().down_since == since);
}

TEST_CASE_FIXTURE(Fixture, "being told to wait is a sign of life") {
  server.on_request([](const kube::HttpRequest&, std::size_t) {
    return fakes::Fault{fakes::Fault::Kind::Answer, fakes::status_answer(429, "TooManyRequests", "later")};
  });
  pulse.start();
  reactor.run_until_idle();
  CHECK(state() == Vital::State::Up);
}

TEST_CASE_FIXTURE(Fixture, "a dead cluster is asked every few seconds and no more") {
  std::size_t asked = 0;
  server.on_request([&](const kube::HttpRequest&, std::size_t) {
    ++asked;
    return fakes::Fault{fakes::Fault::Kind::Refuse, {}};
  });
  pulse.start();
  reactor.advance(seconds(60));
  CHECK(asked >= 12);
  CHECK(asked <= 20);
}

namespace {

using Seen = domain::MemberChart::Seen;

struct WithChart : Fixture {
  void install(const std::string& version) {
    server.serve(controllers::config_maps());
    server.put(controllers::config_maps(), {{"apiVersion", "v1"},
                                            {"kind", "ConfigMap"},
                                            {"metadata", {{"name", "haetae-member"}, {"namespace", "haetae-system"}}},
                                            {"data", {{"version", version}}}});
  }
  WithChart() {
    server.put(controllers::namespaces(),
               {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "haetae-system"}}}});
  }
  [[nodiscard]] domain::MemberChart chart() const { return pulse.vital().chart; }
  void forbid(int times) {
    server.on_request([times, seen = 0](const kube::HttpRequest& request, std::size_t) mutable -> std::optional<fakes::Fault> {
      if (request.target.find("haetae-member") == std::string::npos || seen++ >= times) return std::nullopt;
      return fakes::Fault{fakes::Fault::Kind::Answer, fakes::status_answer(403, "Forbidden", "no")};
    });
  }
};

}  // namespace

TEST_CASE_FIXTURE(WithChart, "a cluster that answers tells the version of its member chart at once, and a new one within a minute") {
  install("0.2.0");
  pulse.start();
  reactor.run_until_idle();
  CHECK(chart().seen == Seen::There);
  CHECK(chart().version == "0.2.0");
  install("0.3.0");
  reactor.advance(seconds(60));
  CHECK(chart().version == "0.3.0");
  server.remove(controllers::config_maps(), {"haetae-system", "haetae-member"});
  reactor.advance(seconds(60));
  CHECK(chart().seen == Seen::Missing);
}

TEST_CASE_FIXTURE(WithChart, "what the member chart says is not known any more once the cluster is Down") {
  install("0.2.0");
  pulse.start();
  reactor.run_until_idle();
  server.refuse_connections(true);
  pulse.suspect();
  reactor.run_until_idle();
  REQUIRE(state() == Vital::State::Down);
  CHECK(chart().seen == Seen::NotAsked);
  server.refuse_connections(false);
  reactor.advance(seconds(5));
  CHECK(chart().seen == Seen::There);
}

TEST_CASE_FIXTURE(WithChart, "one refusal to read the member chart is no verdict, two in a row are") {
  install("0.2.0");
  forbid(1);
  pulse.start();
  reactor.run_until_idle();
  CHECK(chart().seen == Seen::NotAsked);
  reactor.advance(seconds(10));
  CHECK(chart().seen == Seen::There);
  forbid(2);
  reactor.advance(seconds(60));
  CHECK(chart().seen == Seen::There);
  reactor.advance(seconds(10));
  CHECK(chart().seen == Seen::Forbidden);
}

TEST_CASE_FIXTURE(WithChart, "no answer about the member chart leaves what it said last, and the chart is asked for once a minute") {
  install("0.2.0");
  pulse.start();
  reactor.run_until_idle();
  std::size_t asked = 0;
  server.on_request([&](const kube::HttpRequest& request, std::size_t) -> std::optional<fakes::Fault> {
    if (request.target.find("haetae-member") == std::string::npos) return std::nullopt;
    ++asked;
    return fakes::Fault{fakes::Fault::Kind::Answer, fakes::status_answer(503, "ServiceUnavailable", "later")};
  });
  reactor.advance(seconds(600));
  CHECK(chart().version == "0.2.0");
  CHECK(asked >= 8);
  CHECK(asked <= 10);
}
