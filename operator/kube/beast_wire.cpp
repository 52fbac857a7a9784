#include "kube/beast_wire.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

#include "kube/http1.hpp"
#include "kube/tls.hpp"

namespace haetae::kube {

namespace {

using Tcp = boost::asio::ip::tcp;
using boost::system::error_code;

// A half-open connection is noticed within 30 s: probes after 15 s of quiet, each 5 s, and unacknowledged bytes give up
// at the same age. HTTP/2 clients in Go need 45 s. Source: operators.md §2.9.
constexpr int kProbeAfterSeconds = 15;
constexpr int kProbeEverySeconds = 5;
constexpr int kProbes = 3;
constexpr int kUnacknowledgedMs = 30'000;

std::string reason(int number) { return in_grammar(std::generic_category().message(number)); }

void tune(int socket) {
  const auto set = [socket](int level, int option, int value) {
    setsockopt(socket, level, option, &value, sizeof value);  // each is a refinement: without it we still work
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfterSeconds);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kProbeEverySeconds);
  set(IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, kUnacknowledgedMs);
  fcntl(socket, F_SETFD, FD_CLOEXEC);
}

Step plain_outcome(ssize_t moved, Step::Kind busy, bool reading) {
  if (moved > 0) return {Step::Kind::Moved, static_cast<std::size_t>(moved), {}};
  if (moved == 0 && reading) return {Step::Kind::Ended};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {busy};
  return {Step::Kind::Failed, 0, reason(errno)};
}

}  // namespace

Wire::Wire(boost::asio::io_context& context, SSL_CTX* tls, std::string name)
    : socket_(context), context_(tls), name_(std::move(name)) {}

Wire::~Wire() = default;

void Wire::connect(const Tcp::endpoint& to, std::function<void(std::string)> done) {
  error_code failed;
  socket_.open(to.protocol(), failed);
  if (!failed) socket_.native_non_blocking(true, failed);
  if (failed) return done(in_grammar(failed.message()));
  tune(socket_.native_handle());
  socket_.async_connect(to, [self = shared_from_this(), done = std::move(done)](error_code refused) {
    if (self->closed_) return;
    done(refused ? in_grammar(refused.message()) : std::string());
  });
}

Step Wire::handshake() {
  if (context_ == nullptr) return {Step::Kind::Moved};
  ERR_clear_error();
  if (!ssl_) {
    ssl_.reset(SSL_new(context_));
    const bool ready = ssl_ && expect_name(SSL_get0_param(ssl_.get()), name_) &&
                       (is_ip_literal(name_) || SSL_set_tlsext_host_name(ssl_.get(), name_.c_str()) == 1) &&
                       SSL_set_fd(ssl_.get(), socket_.native_handle()) == 1;
    if (!ready) {
      ssl_.reset();
      return {Step::Kind::Failed, 0, "out of memory"};
    }
  }
  errno = 0;
  const auto step = outcome(SSL_connect(ssl_.get()), 0);
  shaken_ = step.kind == Step::Kind::Moved;
  return step;
}

Step Wire::read(char* to, std::size_t room) {
  errno = 0;
  if (!ssl_) return plain_outcome(recv(socket_.native_handle(), to, room, 0), Step::Kind::WaitRead, true);
  ERR_clear_error();
  std::size_t moved = 0;
  const int returned = SSL_read_ex(ssl_.get(), to, room, &moved);
  return outcome(returned, moved);
}

Step Wire::write(std::string_view bytes) {
  errno = 0;
  if (!ssl_) {
    const auto moved = send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return plain_outcome(moved, Step::Kind::WaitWrite, false);
  }
  ERR_clear_error();
  std::size_t moved = 0;
  const int returned = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &moved);
  return outcome(returned, moved);
}

Step Wire::outcome(int returned, std::size_t bytes) {
  const int number = errno;
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_NONE: return {Step::Kind::Moved, bytes, {}};
    case SSL_ERROR_WANT_READ: return {Step::Kind::WaitRead};
    case SSL_ERROR_WANT_WRITE: return {Step::Kind::WaitWrite};
    case SSL_ERROR_ZERO_RETURN: return {Step::Kind::Ended};
    case SSL_ERROR_SYSCALL:
      shaken_ = false;
      return {Step::Kind::Failed, 0, number == 0 ? "connection closed by the server" : reason(number)};
    default: break;
  }
  shaken_ = false;
  if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    ERR_clear_error();
    return {Step::Kind::Failed, 0, "connection closed by the server"};
  }
  return {Step::Kind::Failed, 0, tls_failure(ssl_.get())};
}

void Wire::wait(Step::Kind kind, std::function<void()> ready) {
  const auto what = kind == Step::Kind::WaitWrite ? Tcp::socket::wait_write : Tcp::socket::wait_read;
  socket_.async_wait(what, [self = shared_from_this(), ready = std::move(ready), born = waits_](error_code failed) {
    if (failed == boost::asio::error::operation_aborted || self->closed_ || born != self->waits_) return;
    ready();  // where the socket has failed, the next step says how
  });
}

void Wire::forget_waits() {
  ++waits_;
  error_code ignored;
  socket_.cancel(ignored);
}

void Wire::close() {
  if (std::exchange(closed_, true)) return;
  if (ssl_ && shaken_) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // one alert into the socket's buffer; its answer is not awaited
    ERR_clear_error();
  }
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace haetae::kube
