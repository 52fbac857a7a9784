#include "fakes/each_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "base/time.hpp"
#include "fakes/fake_api_server.hpp"
#include "kube/credentials.hpp"

namespace haetae::fakes {
namespace {

const kube::Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};

class EitherServer final : public Server {
 public:
  explicit EitherServer(const char* kubeconfig) : kubeconfig_(kubeconfig) {
    kube::Client::Options options;
    options.answered = [this](const char* method, int status, std::chrono::nanoseconds) {
      if (status != 0 && std::strcmp(method, "GET") != 0) ++writes_;
    };
    client_ = std::make_unique<kube::Client>(connect(), std::move(options));
  }
  ~EitherServer() override { (void)ask(kube::remove(kNamespaces, {"", ns()}, {})); }
  [[nodiscard]] kube::Client& client() override { return *client_; }
  [[nodiscard]] std::size_t writes() const override { return writes_; }
  [[nodiscard]] bool real() const override { return kubeconfig_ != nullptr; }
  [[nodiscard]] kube::Reactor& reactor() override { return reactor_; }
  [[nodiscard]] std::unique_ptr<kube::Transport> connect() override {
    if (!real()) return fake_.connect(reactor_, FakeApiServer::Answers::AtOnce);  // no waiting for threads
    auto endpoint = kube::from_kubeconfig_file(kubeconfig_, clock_);
    REQUIRE_MESSAGE(endpoint, (endpoint ? "" : endpoint.error().message));
    auto transport = kube::make_transport(reactor_, std::move(*endpoint));
    REQUIRE_MESSAGE(transport, (transport ? "" : transport.error().message));
    return std::move(*transport);
  }

 private:
  const char* kubeconfig_;
  SystemClock clock_;
  FakeApiServer fake_;
  kube::IoReactor reactor_;
  std::atomic<std::size_t> writes_{0};
  std::unique_ptr<kube::Client> client_;
};

}  // namespace

Server::Server() {
  static std::atomic<int> made{0};
  ns_ = "haetae-test-" + std::to_string(getpid()) + "-" + std::to_string(++made);
}

Answer Server::ask(kube::HttpRequest request) {
  auto got = client().call(std::move(request));
  REQUIRE_MESSAGE(got, (got ? "" : got.error().message));
  return {got->status, Json::parse(got->body, nullptr, false)};
}

void on_each_server(const std::function<void(Server&)>& rule) {
  {
    INFO("on the fake");
    EitherServer server(nullptr);
    rule(server);
  }
  const char* kubeconfig = std::getenv("HAETAE_TEST_KUBECONFIG");
  if (kubeconfig == nullptr || *kubeconfig == '\0') return;
  INFO("on the real server");
  EitherServer server(kubeconfig);
  rule(server);
}

}  // namespace haetae::fakes
