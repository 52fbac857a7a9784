#pragma once
// A Transport that sends through a Client, so that the requests of watches are named and counted like all others.

#include "kube/client.hpp"
#include "kube/transport.hpp"

namespace haetae::controllers {

/// Requires: the client outlives it.
class ThroughClient final : public kube::Transport {
 public:
  explicit ThroughClient(kube::Client& client) : client_(client) {}
  kube::Cancel send(kube::HttpRequest request, std::chrono::milliseconds deadline,
                    std::function<void(Result<kube::HttpResponse>)> answer) override {
    return client_.send(std::move(request), std::move(answer), deadline);
  }
  kube::Cancel stream(kube::HttpRequest request, kube::StreamLimits limits, kube::StreamEvents events) override {
    return client_.stream(std::move(request), limits, std::move(events));
  }
  void close() override {}  // the client's own affair

 private:
  kube::Client& client_;
};

}  // namespace haetae::controllers
