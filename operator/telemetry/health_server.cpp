#include "telemetry/health_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <thread>

namespace haetae::telemetry {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr int kMostConnections = 64;
constexpr auto kPatience = std::chrono::seconds(10);

struct Shared {
  HealthPages pages;
  int connections{0};
};

http::response<http::string_body> answer(const http::request<http::empty_body>& request, const HealthPages& pages) {
  http::response<http::string_body> response{http::status::ok, request.version()};
  response.set(http::field::content_type, "text/plain; charset=utf-8");
  response.keep_alive(request.keep_alive());
  const auto path = request.target().substr(0, request.target().find('?'));
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    response.result(http::status::method_not_allowed);
  } else if (path == "/healthz" || path == "/readyz") {
    const auto why = path == "/healthz" ? pages.healthz() : pages.readyz();
    if (!why.empty()) response.result(http::status::service_unavailable);
    response.body() = why.empty() ? "ok\n" : why + "\n";
  } else if (path == "/metrics") {
    response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    response.body() = pages.metrics();
  } else {
    response.result(http::status::not_found);
    response.body() = "not found: /healthz, /readyz and /metrics are here\n";
  }
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

// One connection: read, answer, again while the client keeps it alive.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)), shared_(std::move(shared)) {
    ++shared_->connections;
  }
  ~Session() { --shared_->connections; }

  void read() {
    parser_.emplace();
    parser_->header_limit(16 * 1024);
    parser_->body_limit(0);
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code failed, std::size_t) {
      if (!failed) self->write();
    });
  }

 private:
  void write() {
    response_ = answer(parser_->get(), shared_->pages);
    stream_.expires_after(kPatience);
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code failed, std::size_t) {
      if (!failed && self->response_.keep_alive()) self->read();
    });
  }

  beast::tcp_stream stream_;
  std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
};

Result<asio::ip::tcp::endpoint> endpoint_of(const std::string& listen) {
  const auto colon = listen.rfind(':');
  const auto refuse = [&](const std::string& why) {
    return Error{Code::Rejected, "cannot listen on " + listen + ": " + why};
  };
  if (colon == std::string::npos) return refuse("want HOST:PORT");
  auto host = listen.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  unsigned port = 0;
  const auto* end = listen.data() + listen.size();
  if (const auto read = std::from_chars(listen.data() + colon + 1, end, port); read.ptr != end || port > 65535)
    return refuse("port is not 0 to 65535");
  beast::error_code failed;
  const auto address = host.empty() ? asio::ip::address(asio::ip::address_v4::any()) : asio::ip::make_address(host, failed);
  if (failed) return refuse("host is not an IP address");
  return asio::ip::tcp::endpoint{address, static_cast<std::uint16_t>(port)};
}

}  // namespace

struct HealthServer::Impl {
  asio::io_context io{1};
  asio::ip::tcp::acceptor acceptor{io};
  std::shared_ptr<Shared> shared;
  std::thread thread;

  void accept() {
    acceptor.async_accept([this](beast::error_code failed, asio::ip::tcp::socket socket) {
      if (failed == asio::error::operation_aborted) return;
      if (!failed && shared->connections < kMostConnections) std::make_shared<Session>(std::move(socket), shared)->read();
      accept();
    });
  }
};

HealthServer::HealthServer() : impl_(std::make_unique<Impl>()) {}

Result<std::unique_ptr<HealthServer>> HealthServer::start(const std::string& listen, HealthPages pages) {
  const auto endpoint = endpoint_of(listen);
  if (!endpoint) return endpoint.error();
  std::unique_ptr<HealthServer> server(new HealthServer());
  auto& impl = *server->impl_;
  impl.shared = std::make_shared<Shared>(Shared{std::move(pages)});
  beast::error_code failed;
  impl.acceptor.open(endpoint->protocol(), failed);
  if (!failed) impl.acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) impl.acceptor.bind(*endpoint, failed);
  if (!failed) impl.acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) return Error{Code::Unreachable, "cannot listen on " + listen + ": " + failed.message()};
  impl.accept();
  impl.thread = std::thread([&impl] { impl.io.run(); });
  return server;
}

HealthServer::~HealthServer() {
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

std::uint16_t HealthServer::port() const { return impl_->acceptor.local_endpoint().port(); }

}  // namespace haetae::telemetry
