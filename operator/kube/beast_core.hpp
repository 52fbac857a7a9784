#pragma once
// The part of the Beast transport that lives as long as the cluster is known; a Call (beast_transport.cpp) is one
// request.

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "kube/beast_lookup.hpp"
#include "kube/beast_wire.hpp"
#include "kube/gate.hpp"
#include "kube/transport.hpp"

namespace haetae::kube {

/// Something under way that close() must end.
class Cancellable {
 public:
  virtual ~Cancellable() = default;
  virtual void cancel() = 0;
};

/// What the calls to one cluster share: trust, addresses, quiet connections. Thread: the reactor's.
class Core : public std::enable_shared_from_this<Core> {
 public:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

  Core(IoReactor& io, Endpoint to, TransportLimits bounds, TlsContext context)
      : reactor(io),
        asio(*static_cast<boost::asio::io_context*>(io.native())),
        endpoint(std::move(to)),
        limits(bounds),
        tls(std::move(context)),
        gate(std::make_shared<Gate>(io)),
        lookup(std::make_shared<Lookup>(io, gate, endpoint.host, endpoint.port)) {}

  IoReactor& reactor;
  boost::asio::io_context& asio;
  const Endpoint endpoint;
  const TransportLimits limits;
  const TlsContext tls;
  const std::shared_ptr<Gate> gate;
  const std::shared_ptr<Lookup> lookup;
  std::array<char, 16 * 1024> scratch{};  ///< one TLS record; used by one read at a time

  [[nodiscard]] std::string where() const { return endpoint.host + ":" + endpoint.port; }
  /// A connection not yet made.
  [[nodiscard]] std::shared_ptr<Wire> fresh() {
    return std::make_shared<Wire>(asio, tls.get(), endpoint.server_name.empty() ? endpoint.host : endpoint.server_name);
  }
  /// A quiet connection that still seems alive, the youngest first; null where there is none.
  [[nodiscard]] std::shared_ptr<Wire> take();
  /// Takes back a connection that is between two requests.
  void keep(std::shared_ptr<Wire> wire);

  void enter(const std::shared_ptr<Cancellable>& call) { calls_.push_back(call); }
  void leave(const Cancellable* call);
  /// Cancels all that entered and did not leave; for good.
  void close();
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  struct Quiet {
    std::shared_ptr<Wire> wire;
    std::chrono::steady_clock::time_point since;
  };
  void listen(const std::shared_ptr<Wire>& wire);
  [[nodiscard]] bool alive(Wire& wire);

  std::list<Quiet> quiet_;                       // oldest first
  std::list<std::weak_ptr<Cancellable>> calls_;  // weak: a stopped reactor must be able to drop them
  bool closed_{false};
};

}  // namespace haetae::kube
