// Transport contract: connections, kept and lost.

#include <doctest/doctest.h>

#include <semaphore>

#include "kube/transport_bench.hpp"

using namespace haetae;
using namespace haetae::kube;
using namespace haetae::test;
using namespace std::chrono_literals;

TEST_CASE("a quiet connection is used again") {
  ScriptServer server(tls(), answer_all);
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  for (int i = 0; i < 20; ++i) REQUIRE(ask(*transport, request(Verb::Get, "/")).has_value());
  CHECK(server.connections() < 5);
  if (!hole_of_cpprest("a connection is back in its pool only some time after the answer"))
    CHECK(server.connections() == 1);
}

TEST_CASE("a quiet connection that the server closes or resets costs no GET") {
  for (const bool reset : {false, true}) {
    CAPTURE(reset);
    std::counting_semaphore<> read(0);  // a reset would take an answer with it that is not read yet
    ScriptServer server(tls(), [&](Session& session) {
      if (!session.next()) return;
      session.answer(200, "once");
      read.acquire();
      if (reset) session.reset_on_close();
    });
    IoReactor reactor;
    const auto transport = open(reactor, at(server));
    for (int i = 0; i < 10; ++i) {
      const auto answer = ask(*transport, request(Verb::Get, "/"));
      read.release();
      if (!answer) FAIL(answer.error().message);
      CHECK(answer->body == "once");
    }
    CHECK(server.connections() == 10);
  }
}

TEST_CASE("a reused connection that dies before an answer is retried only for what may arrive twice") {
  struct Row {
    Verb verb;
    const char* type;
    bool retried;
  };
  for (const Row& row :
       {Row{Verb::Get, "", true}, Row{Verb::Put, "application/json", true},
        Row{Verb::Patch, "application/apply-patch+yaml", true}, Row{Verb::Patch, "application/json-patch+json", false},
        Row{Verb::Post, "application/json", false}, Row{Verb::Delete, "", false}}) {
    CAPTURE(static_cast<int>(row.verb));
    CAPTURE(row.type);
    std::atomic<int> arrived{0};
    ScriptServer server(tls(), [&](Session& session) {
      while (auto seen = session.next()) {
        if (seen->line.find("/warm") != std::string::npos) {
          session.answer(200, "");
          continue;
        }
        if (++arrived == 1) return;  // taken, and gone without a word
        session.answer(200, "second");
      }
    });
    IoReactor reactor;
    const auto transport = open(reactor, at(server));
    REQUIRE(ask(*transport, request(Verb::Get, "/warm")).has_value());
    auto what = request(row.verb, "/x", row.verb == Verb::Get ? "" : "{}");
    if (*row.type != '\0') what.headers = {{"Content-Type", row.type}};
    const auto answer = ask(*transport, what);
    if (row.retried) {
      if (!answer) FAIL(answer.error().message);
      CHECK(answer->body == "second");
      CHECK(arrived == 2);
    } else {
      CHECK(answer.error().code == Code::Unreachable);
      CHECK(arrived == 1);
    }
  }
}

TEST_CASE("a fresh connection that dies is not retried") {
  ScriptServer server(tls(), [](Session& session) { (void)session.next(); });
  IoReactor reactor;
  CHECK(ask(*open(reactor, at(server)), request(Verb::Get, "/")).error().code == Code::Unreachable);
  const bool knows = !hole_of_cpprest("does not tell fresh connections from reused ones, so we repeat on both");
  CHECK(server.connections() == (knows ? 1 : 2));
}

TEST_CASE("many requests at once are all answered, and few connections stay") {
  ScriptServer server(tls(), answer_all);
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  constexpr int kMany = 200;
  int right = 0;  // counted on the reactor's thread
  int left = kMany;
  std::string odd;
  std::promise<void> all;
  for (int i = 0; i < kMany; ++i) {
    const std::string target = "/" + std::to_string(i);
    transport->send(request(Verb::Get, target), 20s, [&, target](Result<HttpResponse> got) {
      if (got && got->body == "GET " + target + " HTTP/1.1") ++right;
      if (!got) odd = got.error().message;
      if (--left == 0) all.set_value();
    });
  }
  all.get_future().wait();
  CAPTURE(odd);
  CHECK(right == kMany);
}

TEST_CASE("a refused connection says so") {
  std::string port;
  {
    const ScriptServer gone(tls(), answer_all);
    port = gone.port();
  }
  IoReactor reactor;
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  endpoint.ca_pem = authority().pem();
  CHECK(is(ask(*open(reactor, endpoint), request(Verb::Get, "/")), Code::Unreachable, "connection refused"));
}
