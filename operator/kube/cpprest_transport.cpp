// Transport over cpprestsdk 2.10.18, which its maintainers have archived: the second implementation, so that the first
// can be compared and replaced. Six guard rails keep it safe; each is marked (1) to (6) where it stands, with the
// failure that it prevents.
//
// Promises of transport.hpp that it cannot keep (the contract suite names each): IPv6 literals; the reason of a failed
// certificate verification; a retry on *reused* connections only (it cannot tell, so a fresh one that dies is retried
// too); the TLS end of a body without length. Weaker than with Beast: `permit` is asked before connecting, not after;
// idle_connections is the library's own; half-open connections are noticed by silence only; a header is measured after
// it was read; each new connection costs the io thread milliseconds.

#include <cpprest/http_client.h>
#include <cpprest/rawptrstream.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pplx/threadpool.h>

#include <cstdlib>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

#include "kube/call_terms.hpp"
#include "kube/cpprest_sink.hpp"
#include "kube/gate.hpp"
#include "kube/http1.hpp"
#include "kube/tls.hpp"
#include "kube/transport_over.hpp"

namespace haetae::kube {

namespace {

namespace wh = web::http;
using std::chrono::milliseconds;

// (4) Two threads are enough where no continuation blocks, and ours only post. The library would start forty.
// (3) It reads the system's authorities for each connection, before we replace them: 17 ms unless they are empty.
void set_up_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    setenv("SSL_CERT_FILE", "/dev/null", 1);
    setenv("SSL_CERT_DIR", "/nonexistent", 1);
    crossplat::threadpool::initialize_with_threads(2);
  });
}

// Its codes are all "generic" and often wrong; what can be told apart is.
Error explain(const wh::http_exception& failure, const std::string& where) {
  const auto code = static_cast<unsigned long>(failure.error_code().value());
  std::string why = in_grammar(failure.what());
  if (failure.error_code().value() == EHOSTUNREACH) why = "connection refused or host unreachable";
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_reason_error_string(code) != nullptr) why = ERR_reason_error_string(code);
  return {Code::Unreachable, "reach " + where + ": " + why};
}

class Call;

struct Core : std::enable_shared_from_this<Core> {
  Core(IoReactor& io, Endpoint to, TransportLimits bounds)
      : reactor(io), endpoint(std::move(to)), limits(bounds), gate(std::make_shared<Gate>(io)), pooled(connections()) {}

  [[nodiscard]] std::shared_ptr<wh::client::http_client> connections() const;
  [[nodiscard]] std::string where() const { return endpoint.host + ":" + endpoint.port; }
  void close();

  IoReactor& reactor;
  const Endpoint endpoint;
  const TransportLimits limits;
  const std::shared_ptr<Gate> gate;
  const std::shared_ptr<wh::client::http_client> pooled;  // (3) one per cluster, kept
  std::list<std::weak_ptr<Call>> calls;                   // the reactor's thread only
  bool closed{false};
};

// One request. Everything but the tasks' first lines runs on the reactor's thread.
class Call : public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<Core> core, HttpRequest request, Terms terms, StreamEvents events)
      : core_(std::move(core)),
        request_(std::move(request)),
        terms_(terms),
        events_(std::move(events)),
        asked_(core_->reactor.now()) {}

  void start();
  void cancel() { end(Error{Code::Unreachable, "cancelled"}); }

 private:
  struct Piece {
    std::string_view bytes;
    pplx::task_completion_event<std::size_t> taken;
  };
  void attempt();
  [[nodiscard]] wh::http_request as_library_sees_it();
  [[nodiscard]] pplx::task<std::size_t> push(const std::uint8_t* bytes, std::size_t count);
  void watch_body(const wh::http_response& response);
  void got_head(int status, const Headers& headers);
  void got_piece(Piece piece);
  void failed(const Error& why);
  void end(Status how);
  void arm();

  const std::shared_ptr<Core> core_;
  const HttpRequest request_;
  const Terms terms_;
  StreamEvents events_;
  const Terms::Moment asked_;
  Terms::Moment last_byte_{};
  Stage stage_{Stage::Head};
  pplx::cancellation_token_source stop_;
  std::shared_ptr<wh::client::http_client> client_;
  std::optional<Piece> early_;  // bytes may overtake the head on their way to the reactor
  std::size_t received_{0};
  std::function<void()> disarm_;
  bool retried_{false};
  bool ended_{false};
};

// --- Core ---------------------------------------------------------------------------------------------------------

std::shared_ptr<wh::client::http_client> Core::connections() const {
  wh::client::http_client_config config;
  config.set_max_redirects(0);                // (1) a data race, and credentials that follow
  config.set_timeout(std::chrono::hours(1));  // its timeout is per step; ours are in Terms
  config.set_ssl_context_callback([to = endpoint](boost::asio::ssl::context& context) {
    // (3) replaces the system's authorities; checked once in make_transport, so it cannot fail here for another reason
    // than memory, and then nothing is trusted.
    const auto* name = to.server_name.empty() ? &to.host : &to.server_name;
    if (!equip(context.native_handle(), to) || !expect_name(SSL_CTX_get0_param(context.native_handle()), *name)) {
      SSL_CTX_set_cert_store(context.native_handle(), X509_STORE_new());
    }
  });
  const std::string base = (endpoint.tls ? "https://" : "http://") + endpoint.host + ":" + endpoint.port;
  return std::make_shared<wh::client::http_client>(web::uri(base), config);
}

void Core::close() {
  closed = true;
  for (const auto& one : std::exchange(calls, {})) {
    if (const auto call = one.lock()) call->cancel();
  }
}

// --- Call: the way out --------------------------------------------------------------------------------------------

void Call::start() {
  if (core_->closed) return cancel();
  core_->calls.remove_if([](const std::weak_ptr<Call>& one) { return one.expired(); });
  core_->calls.push_back(weak_from_this());
  if (auto fit = sendable(request_); !fit) return end(std::move(fit));
  arm();
  attempt();
}

wh::http_request Call::as_library_sees_it() {
  wh::http_request request(method(request_.verb));
  request.set_request_uri(web::uri(request_.target));
  std::string type = "application/json";
  for (const auto& [key, value] : request_.headers) {
    if (header({{key, value}}, "Content-Type") == value) type = value;
    request.headers().add(key, value);
  }
  if (!request_.body.empty()) request.set_body(request_.body, type);
  // It takes the TLS server name from the Host field, and takes a port there for a part of the name.
  if (const auto& name = core_->endpoint.server_name; !name.empty()) request.headers()["Host"] = name;
  const auto token = core_->endpoint.bearer_token ? core_->endpoint.bearer_token() : std::string();
  if (!token.empty()) request.headers()["Authorization"] = "Bearer " + token;
  // (2) the push sink only
  const auto sink = std::make_shared<PushSink>(
      [self = shared_from_this()](const std::uint8_t* bytes, std::size_t count) { return self->push(bytes, count); });
  request.set_response_stream(concurrency::streams::streambuf<std::uint8_t>(sink).create_ostream());
  return request;
}

void Call::attempt() {
  if (request_.permit && !request_.permit()) return end(Error{Code::Conflict, "not permitted any more"});
  // (6) It sends a request twice, POST too, where a reused connection dies under it. What must not arrive twice gets a
  // connection of its own; so does a retry, since more than one quiet connection may be dead.
  client_ = repeatable(request_) && !retried_ ? core_->pooled : core_->connections();
  try {
    client_->request(as_library_sees_it(), stop_.get_token())
        .then([self = shared_from_this(), gate = core_->gate](const pplx::task<wh::http_response>& done) {
          // (4) `done` is complete: nothing in here waits.
          try {
            self->watch_body(done.get());
          } catch (const wh::http_exception& failure) {
            gate->post([self, why = explain(failure, self->core_->where())] { self->failed(why); });
          } catch (const std::exception&) {
            gate->post([self] {
              self->failed({Code::Unreachable, "reach " + self->core_->where() + ": request failed"});
            });
          }
        });
  } catch (const std::exception& refused) {
    end(Error{Code::Rejected, "cannot send a request: " + in_grammar(refused.what())});
  }
}

// --- Call: the way back, first on the library's threads -------------------------------------------------------------

void Call::watch_body(const wh::http_response& response) {
  Headers headers;
  for (const auto& [key, value] : response.headers()) headers.emplace_back(key, value);
  const auto self = shared_from_this();
  core_->gate->post(
      [self, status = static_cast<int>(response.status_code()), headers] { self->got_head(status, headers); });
  response.content_ready().then([self, gate = core_->gate](const pplx::task<wh::http_response>& done) {
    try {
      done.get();
      gate->post([self] { self->end(Done{}); });
    } catch (const wh::http_exception&) {
      gate->post([self] { self->failed({Code::Unreachable, "read " + self->core_->where() + ": answer cut short"}); });
    } catch (const std::exception&) {
      gate->post([self] { self->failed({Code::Malformed, "answer is not HTTP/1.1"}); });
    }
  });
}

pplx::task<std::size_t> Call::push(const std::uint8_t* bytes, std::size_t count) {
  const pplx::task_completion_event<std::size_t> taken;
  const Piece piece{{reinterpret_cast<const char*>(bytes), count}, taken};
  if (!core_->gate->post([self = shared_from_this(), piece] { self->got_piece(piece); })) taken.set(0);
  return pplx::create_task(taken);
}

// --- Call: on the reactor's thread ----------------------------------------------------------------------------------

void Call::got_head(int status, const Headers& headers) {
  if (ended_) return;
  std::size_t size = 0;
  for (const auto& [key, value] : headers) size += key.size() + value.size() + 4;
  if (size > core_->limits.header_bytes) {
    return end(Error{Code::Malformed, "read " + core_->where() + ": answer's header is larger than " +
                                          std::to_string(core_->limits.header_bytes) + " bytes"});
  }
  last_byte_ = core_->reactor.now();
  stage_ = Stage::Body;
  if (!terms_.total) arm();
  if (events_.on_head) events_.on_head(status, headers);
  if (auto piece = std::exchange(early_, std::nullopt)) got_piece(std::move(*piece));
}

void Call::got_piece(Piece piece) {
  if (!ended_ && stage_ == Stage::Head) {
    early_ = std::move(piece);  // the library waits for `taken`, so there is never a second
    return;
  }
  received_ += piece.bytes.size();
  if (!ended_ && terms_.body_bytes > 0 && received_ > terms_.body_bytes) {
    end(Error{Code::Malformed,
              "read " + core_->where() + ": answer is larger than " + std::to_string(terms_.body_bytes) + " bytes"});
  }
  if (!ended_ && events_.on_bytes) events_.on_bytes(piece.bytes);
  last_byte_ = core_->reactor.now();
  piece.taken.set(piece.bytes.size());
}

void Call::failed(const Error& why) {
  if (!ended_ && stage_ == Stage::Head && repeatable(request_) && !std::exchange(retried_, true)) return attempt();
  end(why);
}

void Call::end(Status how) {
  if (std::exchange(ended_, true)) return;
  if (disarm_) disarm_();
  if (!how) stop_.cancel();
  if (auto piece = std::exchange(early_, std::nullopt)) piece->taken.set(piece->bytes.size());
  const StreamEvents events = std::exchange(events_, {});
  if (events.on_end) events.on_end(std::move(how));
}

void Call::arm() {
  if (disarm_) disarm_();
  const auto left = terms_.due(stage_, asked_, last_byte_) - core_->reactor.now();
  disarm_ = core_->reactor.after(std::chrono::ceil<milliseconds>(left), [self = shared_from_this()] {
    if (self->ended_) return;
    if (self->core_->reactor.now() < self->terms_.due(self->stage_, self->asked_, self->last_byte_)) return self->arm();
    self->end(self->terms_.too_late(self->stage_, self->core_->where()));
  });
}

}  // namespace

const char* transport_name() { return "cpprest"; }

Result<std::unique_ptr<Transport>> make_transport(IoReactor& reactor, Endpoint endpoint, TransportLimits limits) {
  set_up_library();
  if (endpoint.tls) {  // the same check as with Beast, before any connection
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> trial(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!trial) return Error{Code::Malformed, "cannot set up TLS: out of memory"};
    if (auto ready = equip(trial.get(), endpoint); !ready) return std::move(ready).error();
  }
  try {
    return std::unique_ptr<Transport>(
        std::make_unique<TransportOver<Core, Call>>(std::make_shared<Core>(reactor, std::move(endpoint), limits)));
  } catch (const std::exception& refused) {
    return Error{Code::Malformed, "cannot use the server's address: " + in_grammar(refused.what())};
  }
}

}  // namespace haetae::kube
