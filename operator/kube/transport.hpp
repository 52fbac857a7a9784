#pragma once
// The one door to the network. Two implementations, one contract (tests/kube/transport_*contract_test.cpp):
// beast_*.cpp (default) and cpprest_*.cpp (-DHAETAE_TRANSPORT=cpprest).

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "kube/reactor.hpp"

namespace haetae::kube {

enum class Verb { Get, Post, Put, Patch, Delete };

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One request as a value; built without any connection (kube/request.hpp).
struct HttpRequest {
  Verb verb{Verb::Get};
  std::string target;  ///< path and query, already escaped
  Headers headers{};   ///< without Authorization, Host and Content-Length: the transport adds those
  std::string body{};
  /// Asked on the reactor's thread when the connection stands and nothing is sent yet, before each attempt; false ends
  /// the call with Conflict "not permitted any more". It is the fence of invariant 6. Empty = always.
  std::function<bool()> permit{};
};

struct HttpResponse {
  int status{0};
  Headers headers{};
  std::string body{};
};

/// The value of a header, compared without case; "" where absent.
[[nodiscard]] std::string_view header(const Headers& headers, std::string_view name);

/// What a stream tells its owner. Thread: the reactor's. Each member may be called after cancel() was asked for,
/// but never after `on_end`, which comes exactly once; where stream() is called on the reactor's
/// thread, none before it has returned.
struct StreamEvents {
  std::function<void(int status, const Headers&)> on_head;
  /// Bytes as they arrive, de-chunked. The next read starts when this returns: that is the back-pressure.
  std::function<void(std::string_view bytes)> on_bytes;
  /// Done = the server ended the body in order; Error otherwise (Unreachable: cut, silent, cancelled).
  std::function<void(Status)> on_end;
};

/// Time limits of a stream.
struct StreamLimits {
  std::chrono::milliseconds connect{10'000};  ///< resolve + connect + TLS + response head
  std::chrono::milliseconds silence{
      150'000};  ///< longest gap between bytes. Source: operators.md §1, 2.5 × the 60 s bookmark interval
};

/// Asks one call to stop. Copyable, idempotent, harmless after the end. Thread: any.
/// A cancelled send() answers Unreachable "cancelled"; its socket is closed within a second.
using Cancel = std::function<void()>;

/// Where a cluster is and how it is entered. Holds secrets: never logged, never printed.
struct Endpoint {
  std::string host;  ///< name, IPv4 or IPv6 literal without brackets
  std::string port{"443"};
  bool tls{true};             ///< false only for tests on loopback
  std::string server_name{};  ///< TLS name to verify; empty = host
  std::string ca_pem{};       ///< the only trust; empty is refused when tls
  std::string client_cert_pem{};
  std::string client_key_pem{};
  /// Asked before each request, so that a rotated token is taken up at once; empty text = no Authorization. Called
  /// on the reactor's thread: it must not wait for anything but a small local file.
  std::function<std::string()> bearer_token{};
};

/// Bounds that hold for every call. Source: cpp-stack.md §2.2 (64 KB header limit).
struct TransportLimits {
  std::size_t header_bytes{64 * 1024};
  std::size_t body_bytes{64u * 1024 * 1024};  ///< of a send(); a stream has no limit
  std::size_t idle_connections{4};
};

/// Connections to one cluster. Thread: any for the calls; callbacks run on the reactor's thread.
/// A reused connection that dies before a response byte is retried once on a fresh one, for GET, PUT, and PATCH
/// (server-side apply) only; never for POST or DELETE. Redirects are returned, not followed.
/// The destructor is close(): answers of what was under way still come, on the reactor's thread.
class Transport {
 public:
  virtual ~Transport() = default;
  /// One request, one answer. Any HTTP status is an answer; Error means that there was none.
  /// Errors: Unreachable (resolve, connect, TLS, deadline, cut), Malformed (not HTTP, too large), Rejected (the
  /// request holds characters that HTTP forbids). The message is `<stage> <host>:<port>: <why>`, such as
  /// "connect 10.0.0.1:6443: connection refused" or "TLS hub:6443: certificate verify failed: hostname mismatch".
  /// `deadline` counts from this call and covers everything, connecting and the retry included.
  virtual Cancel send(HttpRequest request, std::chrono::milliseconds deadline,
                      std::function<void(Result<HttpResponse>)> answer) = 0;
  /// One request, a body of any length.
  virtual Cancel stream(HttpRequest request, StreamLimits limits, StreamEvents events) = 0;
  /// Cancels everything that is under way, and all that is asked for later. Idempotent.
  virtual void close() = 0;
};

/// "beast" or "cpprest": which of the two this build has.
[[nodiscard]] const char* transport_name();

/// Makes the transport that this build was configured with. Errors: Malformed (certificates or key unreadable);
/// the message never holds key material. Requires: `reactor` outlives the transport.
[[nodiscard]] Result<std::unique_ptr<Transport>> make_transport(IoReactor& reactor, Endpoint endpoint,
                                                                TransportLimits limits = {});

}  // namespace haetae::kube
