// Transport contract: deadlines, silence, cancelling.

#include <doctest/doctest.h>

#include <vector>

#include "kube/transport_bench.hpp"

using namespace haetae;
using namespace haetae::kube;
using namespace haetae::test;
using namespace std::chrono_literals;

// --- time ---

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

// --- cancelling ---

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
