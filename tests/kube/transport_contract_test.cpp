// What every Transport promises (operator/kube/transport.hpp), held against the one that this build has.

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <semaphore>
#include <thread>

#include "kube/script_server.hpp"
#include "kube/transport.hpp"

using namespace haetae;
using namespace haetae::kube;
using namespace std::chrono_literals;
using test::Authority;
using test::Identity;
using test::ScriptServer;
using test::Session;

namespace {

const bool kCpprest = std::string_view(transport_name()) == "cpprest";

// A promise that cpprestsdk cannot keep. The test says so; nothing is skipped in silence.
bool hole_of_cpprest(const std::string& reason) {
  if (kCpprest) MESSAGE("not kept by cpprest: " << reason);
  return kCpprest;
}

const Authority& authority() {
  static const Authority one;
  return one;
}
const Identity& server_identity() {
  static const Identity one = authority().issue("server", "DNS:localhost,IP:127.0.0.1,IP:::1");
  return one;
}
ScriptServer::Options tls() { return {server_identity(), "", false}; }

Endpoint at(const ScriptServer& server) {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = server.port();
  endpoint.ca_pem = authority().pem();
  return endpoint;
}

std::unique_ptr<Transport> open(IoReactor& reactor, Endpoint endpoint, TransportLimits limits = {}) {
  auto made = make_transport(reactor, std::move(endpoint), limits);
  if (!made) FAIL(made.error().message);
  return std::move(made).value();
}

HttpRequest request(Verb verb, std::string target, std::string body = {}) {
  HttpRequest one;
  one.verb = verb;
  one.target = std::move(target);
  one.body = std::move(body);
  return one;
}

Result<HttpResponse> ask(Transport& transport, HttpRequest what, std::chrono::milliseconds deadline = 10s) {
  auto answer = std::make_shared<std::promise<Result<HttpResponse>>>();
  transport.send(std::move(what), deadline, [answer](Result<HttpResponse> got) { answer->set_value(std::move(got)); });
  return answer->get_future().get();
}

// Everything that a stream told, safe to wait for.
struct Heard {
  std::promise<int> head;
  std::promise<Status> end;
  std::promise<void> first;
  std::mutex mutex;
  std::string bytes;
  bool any{false};

  static StreamEvents events(const std::shared_ptr<Heard>& heard) {
    return {[heard](int status, const Headers&) { heard->head.set_value(status); },
            [heard](std::string_view piece) {
              const std::lock_guard lock(heard->mutex);
              heard->bytes.append(piece);
              if (!std::exchange(heard->any, true)) heard->first.set_value();
            },
            [heard](Status how) { heard->end.set_value(std::move(how)); }};
  }
};

void answer_all(Session& session) {
  while (auto seen = session.next()) {
    if (!session.answer(200, seen->line)) return;
  }
}

bool is(const Status& status, Code code, const std::string& part) {
  if (status || status.error().code != code) return false;
  INFO(status.error().message);
  const bool found = status.error().message.find(part) != std::string::npos;
  if (!found) MESSAGE(status.error().message);
  return found;
}
template <class T>
bool is(const Result<T>& result, Code code, const std::string& part) {
  if (result) return false;
  return is(Status(result.error()), code, part);
}

}  // namespace

// --- who is there -------------------------------------------------------------------------------------------------

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

// --- connections ----------------------------------------------------------------------------------------------------

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

// --- bodies ---------------------------------------------------------------------------------------------------------

TEST_CASE("a stream hands on bytes as they come, and its end") {
  std::promise<void> heard_first;
  ScriptServer server(tls(), [&](Session& session) {
    if (!session.next()) return;
    session.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    session.chunk("{\"one\":1}\n");
    heard_first.get_future().wait();  // the first chunk must arrive while there is no second
    session.chunk("{\"two\":");
    session.chunk("2}\n");
    session.write("0\r\n\r\n");
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  auto heard = std::make_shared<Heard>();
  transport->stream(request(Verb::Get, "/watch"), {}, Heard::events(heard));
  CHECK(heard->head.get_future().get() == 200);
  heard->first.get_future().wait();
  heard_first.set_value();
  CHECK(heard->end.get_future().get().has_value());
  CHECK(heard->bytes == "{\"one\":1}\n{\"two\":2}\n");
}

TEST_CASE("a reader that stands still makes the server stand still") {
  constexpr std::size_t kAll = 64U << 20U;
  constexpr std::size_t kBuffers = 32U << 20U;  // what both kernels may hold on loopback, generously
  std::atomic<std::size_t> sent{0};
  ScriptServer server(tls(), [&](Session& session) {
    if (!session.next()) return;
    session.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string piece(64 * 1024, 'x');
    while (sent < kAll && session.chunk(piece)) sent += piece.size();
    session.write("0\r\n\r\n");
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  auto heard = std::make_shared<Heard>();
  auto events = Heard::events(heard);
  std::promise<void> go_on;
  auto count = std::make_shared<std::size_t>(0);
  events.on_bytes = [released = go_on.get_future().share(), count](std::string_view bytes) {
    released.wait();
    *count += bytes.size();
  };
  transport->stream(request(Verb::Get, "/"), {}, events);
  std::size_t before = 1;
  while (sent != before || before == 0) {  // until the server moves no more
    before = sent;
    std::this_thread::sleep_for(200ms);
  }
  CHECK(before < kBuffers);
  go_on.set_value();
  CHECK(heard->end.get_future().get().has_value());
  CHECK(*count == kAll);
}

TEST_CASE("an answer without content is whole") {
  ScriptServer server(tls(), [](Session& session) {
    while (session.next()) session.write("HTTP/1.1 204 No Content\r\n\r\n");
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  for (int i = 0; i < 2; ++i) {
    const auto answer = ask(*transport, request(Verb::Delete, "/"));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 204);
  }
}

TEST_CASE("a body that ends with the connection is whole only after a goodbye") {
  for (const bool polite : {true, false}) {
    CAPTURE(polite);
    ScriptServer server(tls(), [polite](Session& session) {
      if (!session.next()) return;
      session.write("HTTP/1.1 200 OK\r\n\r\nall of it");
      if (polite) session.goodbye();
    });
    IoReactor reactor;
    const auto answer = ask(*open(reactor, at(server)), request(Verb::Get, "/"));
    if (polite) {
      if (!answer) FAIL(answer.error().message);
      CHECK(answer->body == "all of it");
    } else if (!hole_of_cpprest("takes a TLS truncation for the end of a body without length")) {
      CHECK(answer.error().code == Code::Unreachable);
    }
  }
}

TEST_CASE("a truncated body is no answer") {
  for (const char* answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhel", "HTTP/1.1 200 OK\r\nContent-Le"}) {
    CAPTURE(answer);
    ScriptServer server(tls(), [answer](Session& session) {
      if (!session.next()) return;
      session.write(answer);
      session.goodbye();
    });
    IoReactor reactor;
    const auto got = ask(*open(reactor, at(server)), request(Verb::Get, "/"));
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().code == Code::Unreachable);
  }
}

TEST_CASE("what is not HTTP is refused") {
  for (const char* noise : {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\0\1\2\3 garbage\r\n\r\n"}) {
    CAPTURE(noise);
    ScriptServer server(tls(), [noise](Session& session) {
      if (!session.next()) return;
      session.write(std::string_view(noise, 16));
      session.goodbye();
    });
    IoReactor reactor;
    const auto got = ask(*open(reactor, at(server)), request(Verb::Get, "/"));
    REQUIRE_FALSE(got.has_value());
    CHECK((got.error().code == Code::Malformed || got.error().code == Code::Unreachable));
  }
}

TEST_CASE("a header beyond the limit is refused, one long field or many short ones") {
  for (const bool many : {false, true}) {
    CAPTURE(many);
    std::string fields = "X-Long: " + std::string(200'000, 'x') + "\r\n";
    if (many) {
      fields.clear();
      for (int i = 0; i < 20'000; ++i) fields += "X-" + std::to_string(i) + ": y\r\n";
    }
    ScriptServer server(tls(), [&](Session& session) {
      if (session.next()) session.answer(200, "", fields);
    });
    IoReactor reactor;
    CHECK(is(ask(*open(reactor, at(server)), request(Verb::Get, "/")), Code::Malformed,
             "header is larger than 65536 bytes"));
  }
}

TEST_CASE("a body beyond the limit is refused, with and without announced length") {
  TransportLimits limits;
  limits.body_bytes = 100'000;
  for (const bool chunked : {false, true}) {
    CAPTURE(chunked);
    ScriptServer server(tls(), [chunked](Session& session) {
      if (!session.next()) return;
      if (!chunked) {
        session.answer(200, std::string(200'000, 'x'));
        return;
      }
      session.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (session.chunk(std::string(10'000, 'x'))) continue;
    });
    IoReactor reactor;
    CHECK(is(ask(*open(reactor, at(server), limits), request(Verb::Get, "/")), Code::Malformed,
             "larger than 100000 bytes"));
  }
}

TEST_CASE("a redirect is an answer like any other, and takes no token elsewhere") {
  ScriptServer server(tls(), [](Session& session) {
    while (auto seen = session.next()) session.answer(307, "", "Location: /elsewhere\r\n");
  });
  IoReactor reactor;
  const auto answer = ask(*open(reactor, at(server)), request(Verb::Get, "/"));
  REQUIRE(answer.has_value());
  CHECK(answer->status == 307);
  CHECK(header(answer->headers, "Location") == "/elsewhere");
  CHECK(server.connections() == 1);
}

// --- time -----------------------------------------------------------------------------------------------------------

TEST_CASE("the deadline of a send is for everything: a dribbling server does not stretch it") {
  ScriptServer server(tls(), [](Session& session) {
    if (!session.next()) return;
    session.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (!session.sees_close(20ms)) session.write("x");
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  const auto start = std::chrono::steady_clock::now();
  CHECK(is(ask(*transport, request(Verb::Get, "/"), 400ms), Code::Unreachable, "no answer within 400 ms"));
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(took >= 400ms);
  CHECK(took < 3s);
}

TEST_CASE("a server that accepts and never speaks TLS costs the deadline and no more") {
  ScriptServer server({}, [](Session& session) { (void)session.sees_close(5s); });  // plain: swallows the hello
  IoReactor reactor;
  CHECK(is(ask(*open(reactor, at(server)), request(Verb::Get, "/"), 300ms), Code::Unreachable, "within 300 ms"));
  auto heard = std::make_shared<Heard>();
  StreamLimits limits;
  limits.connect = 300ms;
  open(reactor, at(server));
  const auto transport = open(reactor, at(server));
  transport->stream(request(Verb::Get, "/"), limits, Heard::events(heard));
  CHECK(is(heard->end.get_future().get(), Code::Unreachable, "within 300 ms"));
}

TEST_CASE("a black hole costs the deadline and no more") {
  // A listener whose queue is full drops new connections without a word.
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(listen(listener, 0) == 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::vector<int> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    (void)connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), size);
  }
  IoReactor reactor;
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = std::to_string(ntohs(address.sin_port));
  endpoint.ca_pem = authority().pem();
  const auto start = std::chrono::steady_clock::now();
  CHECK(is(ask(*open(reactor, endpoint), request(Verb::Get, "/"), 300ms), Code::Unreachable, "within 300 ms"));
  CHECK(std::chrono::steady_clock::now() - start < 3s);
  for (const int one : fillers) ::close(one);
  ::close(listener);
}

TEST_CASE("a stream may last for ever, but not be silent for ever") {
  ScriptServer server(tls(), [](Session& session) {
    if (!session.next()) return;
    session.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 6; ++i) {
      session.chunk("x");
      if (session.sees_close(150ms)) return;
    }
    (void)session.sees_close(5s);
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  auto heard = std::make_shared<Heard>();
  StreamLimits limits;
  limits.connect = 600ms;  // for the head; the stream itself outlives it
  limits.silence = 600ms;
  const auto start = std::chrono::steady_clock::now();
  transport->stream(request(Verb::Get, "/"), limits, Heard::events(heard));
  CHECK(is(heard->end.get_future().get(), Code::Unreachable, "silent for 600 ms"));
  CHECK(heard->bytes == "xxxxxx");
  CHECK(std::chrono::steady_clock::now() - start >= 1200ms);
}

// --- cancelling -----------------------------------------------------------------------------------------------------

TEST_CASE("a cancelled stream ends once, and its socket is closed within a second") {
  std::promise<bool> closed;
  ScriptServer server(tls(), [&](Session& session) {
    if (!session.next()) return;
    session.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    session.chunk("first");
    closed.set_value(session.sees_close(1s));
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  auto heard = std::make_shared<Heard>();
  const auto cancel = transport->stream(request(Verb::Get, "/"), {}, Heard::events(heard));
  heard->first.get_future().wait();
  cancel();
  cancel();
  CHECK(is(heard->end.get_future().get(), Code::Unreachable, "cancelled"));
  CHECK(closed.get_future().get());
  cancel();
}

TEST_CASE("a cancelled send answers at once, whatever it was waiting for") {
  ScriptServer silent({}, [](Session& session) { (void)session.sees_close(10s); });
  IoReactor reactor;
  const auto transport = open(reactor, at(silent));
  std::promise<Status> answered;
  const auto start = std::chrono::steady_clock::now();
  const auto cancel = transport->send(request(Verb::Get, "/"), 30s, [&](Result<HttpResponse> got) {
    answered.set_value(got ? Status(Done{}) : Status(got.error()));
  });
  cancel();
  CHECK(is(answered.get_future().get(), Code::Unreachable, "cancelled"));
  CHECK(std::chrono::steady_clock::now() - start < 1s);
}

TEST_CASE("a cancel after the end, or after the transport, is harmless") {
  ScriptServer server(tls(), answer_all);
  IoReactor reactor;
  Cancel cancel;
  {
    const auto transport = open(reactor, at(server));
    std::promise<void> answered;
    cancel = transport->send(request(Verb::Get, "/"), 10s, [&](const Result<HttpResponse>&) { answered.set_value(); });
    answered.get_future().wait();
    cancel();
    CHECK(ask(*transport, request(Verb::Get, "/")).has_value());
  }
  cancel();
}

TEST_CASE("close ends everything under way and all that comes later") {
  std::atomic<int> waiting{0};
  ScriptServer server(tls(), [&](Session& session) {
    if (!session.next()) return;
    session.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    session.chunk("x");
    ++waiting;
    (void)session.sees_close(10s);
  });
  IoReactor reactor;
  const auto transport = open(reactor, at(server));
  std::vector<std::shared_ptr<Heard>> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(std::make_shared<Heard>());
    transport->stream(request(Verb::Get, "/"), {}, Heard::events(all.back()));
  }
  for (auto& one : all) one->first.get_future().wait();
  const auto start = std::chrono::steady_clock::now();
  transport->close();
  transport->close();
  for (auto& one : all) CHECK(is(one->end.get_future().get(), Code::Unreachable, "cancelled"));
  CHECK(is(ask(*transport, request(Verb::Get, "/")), Code::Unreachable, "cancelled"));
  CHECK(std::chrono::steady_clock::now() - start < 1s);
}

TEST_CASE("a destroyed transport still answers what was under way") {
  ScriptServer silent({}, [](Session& session) { (void)session.sees_close(10s); });
  IoReactor reactor;
  std::promise<Status> answered;
  {
    const auto transport = open(reactor, at(silent));
    transport->send(request(Verb::Get, "/"), 30s,
                    [&](Result<HttpResponse> got) { answered.set_value(got ? Status(Done{}) : Status(got.error())); });
  }
  CHECK(is(answered.get_future().get(), Code::Unreachable, "cancelled"));
}

TEST_CASE("a reactor that stops with work under way leaves nothing behind") {
  ScriptServer silent({}, [](Session& session) { (void)session.sees_close(10s); });
  auto reactor = std::make_unique<IoReactor>();
  auto transport = open(*reactor, at(silent));
  transport->send(request(Verb::Get, "/"), 30s, [](const Result<HttpResponse>&) {});
  reactor->stop();
  transport.reset();
  reactor.reset();  // the leak checker is the judge
}

// --- what is not sent
// -------------------------------------------------------------------------------------------------

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
