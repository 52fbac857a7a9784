// Transport contract: heads and bodies.

#include <doctest/doctest.h>

#include <thread>

#include "kube/transport_bench.hpp"

using namespace haetae;
using namespace haetae::kube;
using namespace haetae::test;
using namespace std::chrono_literals;

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
