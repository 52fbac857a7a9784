// Transport contract: who is there, and what is never sent.

#include <doctest/doctest.h>

#include <thread>

#include "kube/transport_bench.hpp"

using namespace haetae;
using namespace haetae::kube;
using namespace haetae::test;
using namespace std::chrono_literals;

TEST_CASE("a request and its answer pass whole, on the reactor's thread") {
  ScriptServer server(tls(), [](Session& session) {
    const auto seen = session.next();
    session.answer(201, seen->line + "|" + seen->value("X-Test") + "|" + seen->body, "X-Back: yes\r\n");
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  auto what = request(Verb::Post, "/a%2Fb?c=d%3De", "body");
  what.headers = {{"X-Test", "1"}};
  std::promise<std::thread::id> io;
  reactor.post([&] { io.set_value(std::this_thread::get_id()); });
  std::promise<std::pair<Result<HttpResponse>, std::thread::id>> answered;
  transport->send(what, 10s, [&](Result<HttpResponse> got) {
    answered.set_value({std::move(got), std::this_thread::get_id()});
  });
  const auto [got, where] = answered.get_future().get();
  REQUIRE(got.has_value());
  CHECK(got->status == 201);
  CHECK(got->body == "POST /a%2Fb?c=d%3De HTTP/1.1|1|body");
  CHECK(header(got->headers, "x-back") == "yes");
  CHECK(where == io.get_future().get());
}

TEST_CASE("the client certificate is shown to a server that asks for one") {
  auto options = tls();
  options.client_ca_pem = authority().pem();
  ScriptServer server(options, [](Session& session) {
    if (session.next()) session.answer(200, session.client_name());
  });
  IoReactor reactor;
  auto endpoint = at(server);
  const auto me = authority().issue("haetae", "");
  endpoint.client_cert_pem = me.cert_pem;
  endpoint.client_key_pem = me.key_pem;
  const auto answer = ask(*open(reactor, endpoint), request(Verb::Get, "/"));
  REQUIRE(answer.has_value());
  CHECK(answer->body == "haetae");
  endpoint.client_cert_pem.clear();
  endpoint.client_key_pem.clear();
  CHECK(ask(*open(reactor, endpoint), request(Verb::Get, "/")).error().code == Code::Unreachable);
}

TEST_CASE("a server of another authority is refused") {
  ScriptServer server(tls(), answer_all);
  IoReactor reactor;
  auto endpoint = at(server);
  endpoint.ca_pem = Authority("another CA").pem();
  CHECK(is(ask(*open(reactor, endpoint), request(Verb::Get, "/")), Code::Unreachable, "certificate verify failed"));
  endpoint.ca_pem = Authority().pem();  // of the same name, as when a cluster is made anew
  CHECK(is(ask(*open(reactor, endpoint), request(Verb::Get, "/")), Code::Unreachable,
           kCpprest ? "SSL handshake" : "certificate verify failed"));
}

TEST_CASE("a server with another name is refused, and server_name says which name is meant") {
  const auto id = authority().issue("server", "DNS:hub.example");
  ScriptServer server({id, "", false}, answer_all);
  IoReactor reactor;
  auto endpoint = at(server);
  CHECK(is(ask(*open(reactor, endpoint), request(Verb::Get, "/")), Code::Unreachable, "certificate verify failed"));
  endpoint.server_name = "other.example";
  CHECK(is(ask(*open(reactor, endpoint), request(Verb::Get, "/")), Code::Unreachable, "certificate verify failed"));
  endpoint.server_name = "hub.example";
  CHECK(ask(*open(reactor, endpoint), request(Verb::Get, "/")).has_value());
}

TEST_CASE("a common name is no name") {
  const auto id = authority().issue("localhost", "DNS:elsewhere");
  ScriptServer server({id, "", false}, answer_all);
  IoReactor reactor;
  auto endpoint = at(server);
  endpoint.host = "localhost";
  CHECK(is(ask(*open(reactor, endpoint), request(Verb::Get, "/")), Code::Unreachable, "certificate verify failed"));
}

TEST_CASE("an expired certificate is refused") {
  ScriptServer server({authority().issue("server", "IP:127.0.0.1", {-7200, -3600}), "", false}, answer_all);
  IoReactor reactor;
  CHECK(is(ask(*open(reactor, at(server)), request(Verb::Get, "/")), Code::Unreachable,
           kCpprest ? "certificate verify failed" : "certificate verify failed: certificate has expired"));
}

TEST_CASE("unusable certificates are refused before any connection, without their text") {
  IoReactor reactor;
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  const auto me = authority().issue("haetae", "");
  const auto refused = [&](const std::string& part) {
    return is(make_transport(reactor, endpoint), Code::Malformed, part);
  };
  CHECK(refused("certificate authority"));
  endpoint.ca_pem = "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n";
  CHECK(refused("certificate authority"));
  endpoint.ca_pem = authority().pem();
  endpoint.client_cert_pem = me.cert_pem;
  CHECK(refused("client key"));
  endpoint.client_key_pem = "hunter2";
  CHECK(make_transport(reactor, endpoint).error().message.find("hunter2") == std::string::npos);
  endpoint.client_key_pem = authority().issue("other", "").key_pem;
  CHECK(refused("does not belong"));
  endpoint.client_key_pem = me.key_pem;
  CHECK(make_transport(reactor, endpoint).has_value());
}

TEST_CASE("each request carries the token of its moment") {
  ScriptServer server(tls(), [](Session& session) {
    while (auto seen = session.next()) session.answer(200, seen->value("Authorization"));
  });
  IoReactor reactor;
  auto endpoint = at(server);
  std::atomic<int> turn{0};
  endpoint.bearer_token = [&turn] { return turn == 3 ? std::string() : "t" + std::to_string(turn); };
  const auto transport = open(reactor, endpoint);
  for (const char* expected : {"Bearer t1", "Bearer t2", ""}) {
    ++turn;
    const auto answer = ask(*transport, request(Verb::Get, "/"));
    REQUIRE(answer.has_value());
    CHECK(answer->body == expected);
  }
}

TEST_CASE("an IPv6 literal is an address") {
  if (hole_of_cpprest("\"Error resolving address\" for [::1]; use a DNS name")) return;
  auto options = tls();
  options.v6 = true;
  ScriptServer server(options, [](Session& session) {
    if (auto seen = session.next()) session.answer(200, seen->value("Host"));
  });
  if (server.port().empty()) {
    MESSAGE("this machine has no IPv6 loopback");
    return;
  }
  IoReactor reactor;
  auto endpoint = at(server);
  endpoint.host = "::1";
  const auto answer = ask(*open(reactor, endpoint), request(Verb::Get, "/"));
  REQUIRE(answer.has_value());
  CHECK(answer->body == "[::1]:" + server.port());
}

TEST_CASE("a name is looked up, and one that does not exist is Unreachable") {
  ScriptServer server(tls(), answer_all);
  IoReactor reactor;
  auto endpoint = at(server);
  endpoint.host = "localhost";
  CHECK(ask(*open(reactor, endpoint), request(Verb::Get, "/")).has_value());
  endpoint.host = "no-such-host.invalid";
  CHECK(ask(*open(reactor, endpoint), request(Verb::Get, "/")).error().code == Code::Unreachable);
}

TEST_CASE("plain HTTP works where TLS is off") {
  ScriptServer server({}, answer_all);
  IoReactor reactor;
  auto endpoint = at(server);
  endpoint.tls = false;
  CHECK(ask(*open(reactor, endpoint), request(Verb::Get, "/plain"))->body == "GET /plain HTTP/1.1");
}

TEST_CASE("a request that is not permitted any more is never sent") {
  std::atomic<int> arrived{0};
  ScriptServer server(tls(), [&](Session& session) {
    while (session.next()) {
      ++arrived;
      session.answer(200, "");
    }
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  auto what = request(Verb::Post, "/", "{}");
  std::atomic<bool> leading{true};
  what.permit = [&leading] { return leading.load(); };
  CHECK(ask(*transport, what).has_value());
  leading = false;
  CHECK(is(ask(*transport, what), Code::Conflict, "not permitted any more"));
  CHECK(arrived == 1);
}

TEST_CASE("a request that could hide another one is never sent") {
  ScriptServer server(tls(), answer_all);
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  auto what = request(Verb::Get, "/");
  what.headers = {{"X-A", "1\r\nAuthorization: Bearer x"}};
  CHECK(is(ask(*transport, what), Code::Rejected, "X-A"));
  for (const char* target : {"", "relative", "/a b", "/a\r\nHost: x", "/\x01"}) {
    CAPTURE(target);
    CHECK(is(ask(*transport, request(Verb::Get, target)), Code::Rejected, "target"));
  }
  CHECK(is(ask(*transport, request(Verb::Post, "/", std::string((3U << 20U) + 1, 'x'))), Code::Rejected, "3 MiB"));
}
