#pragma once
// One cluster's API, as workers and watches use it. Decoding bodies belongs above.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "kube/request.hpp"
#include "kube/transport.hpp"

namespace haetae::kube {

/// Sends requests through one Transport, names us, counts, and lets writes pass only while they may.
///
///   auto body = client.ask(get(kDeployments, {"ts-mois-gov24", "web"}));
///   if (!body && body.error().code == Code::NotFound) …
///
/// Thread: any; the hooks and asynchronous answers run on the reactor's thread.
class Client {
 public:
  struct Options {
    std::string user_agent{"haetae"};            ///< "haetae/<version>"
    std::chrono::milliseconds deadline{10'000};  ///< of a request that names none
    /// The lease fence: every request but GET is asked about just before its first byte, dry runs included. A refusal
    /// is Conflict, and nothing was sent. Empty = nobody else writes.
    std::function<bool()> may_write{};
    /// Told of each answer, of a stream at its head; `status` 0 = there was none.
    std::function<void(const char* method, int status, std::chrono::nanoseconds took)> answered{};
    /// Told the text of each Warning header: deprecated versions, dropped fields.
    std::function<void(const std::string& text)> warned{};
  };

  Client(std::unique_ptr<Transport> transport, Options options);
  /// Cancels what is under way; blocked callers get Unreachable "cancelled".
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Any status is an answer. `deadline` 0 = the default.
  Cancel send(HttpRequest request, std::function<void(Result<HttpResponse>)> answer,
              std::chrono::milliseconds deadline = {});
  Cancel stream(HttpRequest request, StreamLimits limits, StreamEvents events);

  /// send() and wait. Requires: not on the reactor's thread, which would wait for itself.
  [[nodiscard]] Result<HttpResponse> call(HttpRequest request, std::chrono::milliseconds deadline = {});
  /// call(), then the body of a 2xx answer or the Error that the answer means (response.hpp).
  [[nodiscard]] Result<std::string> ask(HttpRequest request, std::chrono::milliseconds deadline = {});

  /// Cancels everything, for good. Idempotent.
  void close();

 private:
  struct Hooks;
  void prepare(HttpRequest& request) const;

  std::chrono::milliseconds deadline_;
  std::string user_agent_;
  std::function<bool()> may_write_;
  std::shared_ptr<const Hooks> hooks_;  // answers may come after us
  std::unique_ptr<Transport> transport_;
};

}  // namespace haetae::kube
