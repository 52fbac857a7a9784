#pragma once
// What the transport contract's tests share. The contract is operator/kube/transport.hpp; each part of it is held
// against the one transport that this build has.

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "kube/script_server.hpp"
#include "kube/transport.hpp"

namespace haetae::test {

using namespace haetae::kube;
using namespace std::chrono_literals;

inline const bool kCpprest = std::string_view(transport_name()) == "cpprest";

// A promise that cpprestsdk cannot keep. The test says so; nothing is skipped in silence.
inline bool hole_of_cpprest(const std::string& reason) {
  if (kCpprest) MESSAGE("not kept by cpprest: " << reason);
  return kCpprest;
}

inline const Authority& authority() {
  static const Authority one;
  return one;
}
inline const Identity& server_identity() {
  static const Identity one = authority().issue("server", "DNS:localhost,IP:127.0.0.1,IP:::1");
  return one;
}
inline ScriptServer::Options tls() { return {server_identity(), "", false}; }

inline Endpoint at(const ScriptServer& server) {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = server.port();
  endpoint.ca_pem = authority().pem();
  return endpoint;
}

inline std::unique_ptr<Transport> open(IoReactor& reactor, Endpoint endpoint, TransportLimits limits = {}) {
  auto made = make_transport(reactor, std::move(endpoint), limits);
  if (!made) FAIL(made.error().message);
  return std::move(made).value();
}

inline HttpRequest request(Verb verb, std::string target, std::string body = {}) {
  HttpRequest one;
  one.verb = verb;
  one.target = std::move(target);
  one.body = std::move(body);
  return one;
}

inline Result<HttpResponse> ask(Transport& transport, HttpRequest what, std::chrono::milliseconds deadline = 10s) {
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

inline void answer_all(Session& session) {
  while (auto seen = session.next()) {
    if (!session.answer(200, seen->line)) return;
  }
}

inline bool is(const Status& status, Code code, const std::string& part) {
  if (status || status.error().code != code) return false;
  INFO(status.error().message);
  const bool found = status.error().message.find(part) != std::string::npos;
  if (!found) MESSAGE(status.error().message);
  return found;
}
template <class T>
inline bool is(const Result<T>& result, Code code, const std::string& part) {
  if (result) return false;
  return is(Status(result.error()), code, part);
}

}  // namespace haetae::test
