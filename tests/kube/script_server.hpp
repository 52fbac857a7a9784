#pragma once
// A TLS server whose every connection follows a script of the test, in plain blocking calls. It shares no code with
// the transports under test.

#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "kube/certificates.hpp"

namespace haetae::test {

struct SeenRequest {
  std::string line;  ///< "GET /x HTTP/1.1"
  std::string head;  ///< the header lines
  std::string body;
  [[nodiscard]] std::string value(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ":");
    if (at == std::string::npos) return {};
    const auto start = head.find_first_not_of(' ', at + name.size() + 3);
    return head.substr(start, head.find("\r\n", start) - start);
  }
};

/// One accepted connection. Thread: its own.
class Session {
 public:
  Session(int socket, SSL_CTX* tls) : socket_(socket), ssl_(tls == nullptr ? nullptr : SSL_new(tls), SSL_free) {
    if (ssl_) SSL_set_fd(ssl_.get(), socket_);
  }
  ~Session() { ::close(socket_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] bool accept() { return !ssl_ || SSL_accept(ssl_.get()) == 1; }

  /// The next request; nothing where the client has gone.
  [[nodiscard]] std::optional<SeenRequest> next() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return std::nullopt;
    }
    SeenRequest request;
    const auto line = buffer_.find("\r\n");
    request.line = buffer_.substr(0, line);
    request.head = buffer_.substr(line, end - line + 2);
    buffer_.erase(0, end + 4);
    const auto length = request.value("Content-Length");
    const std::size_t body = length.empty() ? 0 : std::stoul(length);
    while (buffer_.size() < body) {
      if (!fill()) return std::nullopt;
    }
    request.body = buffer_.substr(0, body);
    buffer_.erase(0, body);
    return request;
  }

  /// False once the client has gone.
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto moved = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                              : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (moved <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(moved));
    }
    return true;
  }
  bool answer(int status, const std::string& body, const std::string& headers = {}) {
    return write("HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
                 "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  bool chunk(const std::string& bytes) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return write(size + bytes + "\r\n");
  }

  /// Waits until the client closes; false where it does not within the limit.
  [[nodiscard]] bool sees_close(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < until) {
      pollfd one{socket_, POLLIN, 0};
      if (poll(&one, 1, 20) > 0 && !fill()) return true;
    }
    return false;
  }
  void goodbye() {  // close_notify, so that an end is an end
    if (ssl_) SSL_shutdown(ssl_.get());
  }
  void reset_on_close() {
    const linger now{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  [[nodiscard]] std::string client_name() const {
    const std::unique_ptr<X509, decltype(&X509_free)> cert(ssl_ ? SSL_get1_peer_certificate(ssl_.get()) : nullptr,
                                                           X509_free);
    if (!cert) return {};
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(cert.get()), NID_commonName, name, sizeof name);
    return name;
  }

 private:
  bool fill() {
    char room[4096];
    const auto got =
        ssl_ ? SSL_read(ssl_.get(), room, sizeof room) : static_cast<int>(recv(socket_, room, sizeof room, 0));
    if (got <= 0) return false;
    buffer_.append(room, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::string buffer_;
};

/// Listens on a loopback port of the kernel's choice until destroyed, which ends all sessions.
class ScriptServer {
 public:
  using Script = std::function<void(Session&)>;
  struct Options {
    Identity identity{};          ///< empty = plain TCP
    std::string client_ca_pem{};  ///< where given, clients must show a certificate of it
    bool v6{false};
  };

  ScriptServer(Options options, Script script) : script_(std::move(script)) {
    if (!options.identity.cert_pem.empty()) set_up_tls(options);
    listen_on(options.v6);
    if (port_ != 0) acceptor_ = std::thread([this] { accept_all(); });  // its sessions inherit its signal mask
  }
  ~ScriptServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    if (acceptor_.joinable()) acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : sessions_) thread.join();
    ::close(listener_);
  }
  ScriptServer(const ScriptServer&) = delete;
  ScriptServer& operator=(const ScriptServer&) = delete;

  /// "" where the machine lacks the address family.
  [[nodiscard]] std::string port() const { return port_ == 0 ? "" : std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void set_up_tls(const Options& options) {
    tls_.reset(SSL_CTX_new(TLS_server_method()));
    const auto read = [](const std::string& pem) {
      return std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                       BIO_free);
    };
    const std::unique_ptr<X509, decltype(&X509_free)> cert(
        PEM_read_bio_X509(read(options.identity.cert_pem).get(), nullptr, nullptr, nullptr), X509_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(read(options.identity.key_pem).get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    SSL_CTX_use_certificate(tls_.get(), cert.get());
    SSL_CTX_use_PrivateKey(tls_.get(), key.get());
    if (options.client_ca_pem.empty()) return;
    const std::unique_ptr<X509, decltype(&X509_free)> ca(
        PEM_read_bio_X509(read(options.client_ca_pem).get(), nullptr, nullptr, nullptr), X509_free);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(tls_.get()), ca.get());
    SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }

  void listen_on(bool v6) {
    sockaddr_storage address{};
    socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (v6) {
      auto& in = reinterpret_cast<sockaddr_in6&>(address);
      in.sin6_family = AF_INET6;
      in.sin6_addr = in6addr_loopback;
    } else {
      auto& in = reinterpret_cast<sockaddr_in&>(address);
      in.sin_family = AF_INET;
      in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    listener_ = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 512) != 0) return;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(v6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                     : reinterpret_cast<sockaddr_in&>(address).sin_port);
  }

  void accept_all() {
    // A write to a client that has gone must fail here, while the client's own guard stays under test.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (!stopping_) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) continue;
      ++connections_;
      const std::lock_guard lock(mutex_);
      open_.push_back(socket);
      sessions_.emplace_back([this, socket] { run(socket); });
    }
  }

  void run(int socket) {
    {
      Session session(socket, tls_.get());
      if (session.accept()) script_(session);
      const std::lock_guard lock(mutex_);
      std::erase(open_, socket);
    }
    ERR_clear_error();
  }

  Script script_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls_{nullptr, SSL_CTX_free};
  int listener_{-1};
  int port_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> sessions_;
};

}  // namespace haetae::test
