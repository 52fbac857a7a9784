#pragma once
// The Transport that both implementations are: calls that are made on the reactor's thread, over a Core of their own.

#include <memory>
#include <utility>

#include "kube/call_terms.hpp"
#include "kube/transport.hpp"

namespace haetae::kube {

/// Core has `limits`, `gate` and close(); Call(core, request, terms, events) has start() and cancel(). Both are used on
/// the reactor's thread alone: the gate posts there, and drops what comes after the transport's end.
template <class Core, class Call>
class TransportOver final : public Transport {
 public:
  explicit TransportOver(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  ~TransportOver() override {
    close();
    core_->gate->close();
  }
  TransportOver(const TransportOver&) = delete;
  TransportOver& operator=(const TransportOver&) = delete;

  Cancel send(HttpRequest request, std::chrono::milliseconds deadline,
              std::function<void(Result<HttpResponse>)> answer) override {
    Terms terms;
    terms.total = deadline;
    terms.body_bytes = core_->limits.body_bytes;
    return begin(std::move(request), terms, gather(std::move(answer)));
  }
  Cancel stream(HttpRequest request, StreamLimits limits, StreamEvents events) override {
    Terms terms;
    terms.limits = limits;
    return begin(std::move(request), terms, std::move(events));
  }
  void close() override {
    core_->gate->post([core = core_] { core->close(); });
  }

 private:
  Cancel begin(HttpRequest request, Terms terms, StreamEvents events) {
    auto call = std::make_shared<Call>(core_, std::move(request), terms, std::move(events));
    core_->gate->post([call] { call->start(); });
    return [gate = core_->gate, weak = std::weak_ptr<Call>(call)] {
      gate->post([weak] {
        if (const auto alive = weak.lock()) alive->cancel();
      });
    };
  }

  std::shared_ptr<Core> core_;
};

}  // namespace haetae::kube
