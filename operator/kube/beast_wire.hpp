#pragma once
// One TCP or TLS connection without blocking and without buffers of its own: each step says what it waits for.

#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace haetae::kube {

/// What one attempt to handshake, read or write came to.
struct Step {
  enum class Kind {
    Moved,      ///< `bytes` went through (a handshake: it is complete)
    WaitRead,   ///< again when the socket can be read
    WaitWrite,  ///< again when the socket can be written
    Ended,      ///< the peer ended in order (TLS: with close_notify)
    Failed,     ///< `why`
  };
  Kind kind{Kind::Failed};
  std::size_t bytes{0};
  std::string why{};
};

/// OpenSSL works on the socket itself: asio's TLS stream would hold four 17 KiB buffers for every quiet watch.
/// Thread: the reactor's. Shared only with its own pending waits; a wait that close() overtakes is never told.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  /// `tls` null = plain. `name` is what the certificate must say. Requires: `tls` outlives the wire.
  Wire(boost::asio::io_context& context, SSL_CTX* tls, std::string name);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// TCP only; `done` gets "" or the reason of the failure.
  void connect(const boost::asio::ip::tcp::endpoint& to, std::function<void(std::string failure)> done);
  [[nodiscard]] Step handshake();
  [[nodiscard]] Step read(char* to, std::size_t room);
  [[nodiscard]] Step write(std::string_view bytes);
  /// Calls `ready` once the socket can do what `kind` (WaitRead or WaitWrite) waits for.
  void wait(Step::Kind kind, std::function<void()> ready);
  /// Drops pending waits; the connection stays.
  void forget_waits();
  /// Says goodbye where that needs no waiting, and closes. Idempotent.
  void close();

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  [[nodiscard]] Step outcome(int returned, std::size_t bytes);

  boost::asio::ip::tcp::socket socket_;
  SSL_CTX* context_;
  std::unique_ptr<SSL, Free> ssl_;
  std::string name_;
  bool shaken_{false};  // the handshake is complete, and no TLS failure came after it
  bool closed_{false};
  unsigned waits_{0};  // how often waits were forgotten; a wait of an older count is dead
};

}  // namespace haetae::kube
