#pragma once
// The fake API server and, where HAETAE_TEST_KUBECONFIG names the kubeconfig of a real one, that too: for tests whose
// sentences must be true of both.

#include <functional>
#include <memory>
#include <string>

#include "fakes/field_sets.hpp"
#include "kube/client.hpp"

namespace haetae::fakes {

struct Answer {
  int status{0};
  Json body{};
  [[nodiscard]] std::string version() const { return body["metadata"]["resourceVersion"]; }
};

/// One server, and a namespace name in it that nobody else uses.
class Server {
 public:
  virtual ~Server() = default;
  [[nodiscard]] virtual kube::Client& client() = 0;
  /// Another connection to it, on reactor(). Requires: gone before the server.
  [[nodiscard]] virtual std::unique_ptr<kube::Transport> connect() = 0;
  [[nodiscard]] virtual kube::Reactor& reactor() = 0;
  [[nodiscard]] virtual std::size_t writes() const = 0;  ///< requests so far that were neither reads nor unanswered
  [[nodiscard]] virtual bool real() const = 0;
  [[nodiscard]] const std::string& ns() const { return ns_; }
  /// Any status is an answer. Requires: the server answers.
  Answer ask(kube::HttpRequest request);

 protected:
  Server();

 private:
  std::string ns_;
};

/// Runs `rule` on each; the namespace is deleted at the end, if it was made.
void on_each_server(const std::function<void(Server&)>& rule);

}  // namespace haetae::fakes
