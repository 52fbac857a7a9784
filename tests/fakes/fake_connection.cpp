// A connection to the fake API server, as a client has it.

#include <algorithm>
#include <atomic>

#include "fakes/fake_api_server_inside.hpp"

namespace haetae::fakes {

using kube::HttpRequest;
using kube::HttpResponse;

class FakeApiServer::Connection final : public kube::Transport {
 public:
  Connection(std::shared_ptr<Impl> server, kube::Reactor& reactor, Answers answers)
      : server_(std::move(server)), reactor_(reactor), answers_(answers) {}
  ~Connection() override { close(); }

  kube::Cancel send(HttpRequest request, std::chrono::milliseconds deadline,
                    std::function<void(Result<HttpResponse>)> answer) override {
    auto call = std::make_shared<Call>(Call{std::move(request), deadline, std::move(answer)});
    auto act = [server = server_, &reactor = reactor_, closed = closed_, call, at_once = answers_ == Answers::AtOnce] {
      if (call->over || *closed) return tell(*call, Error{Code::Unreachable, "cancelled"});
      auto result = [&] {
        const std::lock_guard lock(server->mutex);
        return server->serve(call->request);
      }();
      const bool hangs = !result && result.error().message.empty();
      if (hangs) result = Error{Code::Unreachable, "read fake:443: deadline"};
      if (at_once) return tell(*call, std::move(result));
      const auto late = [call, result = std::move(result)] { tell(*call, result); };
      if (hangs) (void)reactor.after(call->deadline, late);
      else reactor.post(late);
    };
    if (answers_ == Answers::AtOnce) act();
    else reactor_.post(act);
    return [&reactor = reactor_, call] {
      reactor.post([call] { tell(*call, Error{Code::Unreachable, "cancelled"}); });
    };
  }

  kube::Cancel stream(HttpRequest request, kube::StreamLimits limits, kube::StreamEvents events) override {
    auto stream = std::make_shared<Stream>();
    stream->reactor = &reactor_;
    stream->events = std::move(events);
    stream->limits = limits;
    stream->metadata_only = kube::header(request.headers, "Accept").find("as=PartialObject") != std::string_view::npos;
    reactor_.post([server = server_, stream, request = std::move(request), closed = closed_] {
      const std::lock_guard lock(server->mutex);
      if (*closed) return server->finish(stream, Error{Code::Unreachable, "cancelled"});
      server->open(stream, request);
    });
    {
      const std::lock_guard lock(server_->mutex);
      mine_.push_back(stream);
    }
    return [server = server_, weak = std::weak_ptr(stream)] {
      const auto open = weak.lock();
      if (!open) return;
      const std::lock_guard lock(server->mutex);
      server->finish(open, Error{Code::Unreachable, "cancelled"});
    };
  }

  void close() override {
    const std::lock_guard lock(server_->mutex);
    *closed_ = true;
    for (const auto& weak : mine_)
      if (const auto open = weak.lock()) server_->finish(open, Error{Code::Unreachable, "cancelled"});
    mine_.clear();
  }

 private:
  struct Call {
    HttpRequest request;
    std::chrono::milliseconds deadline;
    std::function<void(Result<HttpResponse>)> answer;
    bool over{false};
  };
  static void tell(Call& call, Result<HttpResponse> result) {
    if (std::exchange(call.over, true)) return;
    call.answer(std::move(result));
  }

  std::shared_ptr<Impl> server_;
  kube::Reactor& reactor_;
  Answers answers_;
  std::shared_ptr<std::atomic<bool>> closed_{std::make_shared<std::atomic<bool>>(false)};
  std::vector<std::weak_ptr<Stream>> mine_;
};

std::unique_ptr<kube::Transport> FakeApiServer::connect(kube::Reactor& reactor, Answers answers) {
  return std::make_unique<Connection>(impl_, reactor, answers);
}

}  // namespace haetae::fakes
