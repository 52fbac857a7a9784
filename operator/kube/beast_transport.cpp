// Transport over non-blocking sockets, OpenSSL and Beast's parser. Everything runs on the reactor's thread; one Call
// is one request from lookup to last byte.

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "kube/beast_answer.hpp"
#include "kube/beast_core.hpp"
#include "kube/call_terms.hpp"
#include "kube/http1.hpp"
#include "kube/tls.hpp"
#include "kube/transport_over.hpp"

namespace haetae::kube {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Reads of up to 16 KiB before other connections get their turn.
constexpr int kTurn = 16;

class Call final : public Cancellable, public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<Core> core, HttpRequest request, Terms terms, StreamEvents events)
      : core_(std::move(core)),
        request_(std::move(request)),
        terms_(terms),
        events_(std::move(events)),
        asked_(core_->reactor.now()),
        timer_(core_->asio) {}

  void start();
  void cancel() override { end(Error{Code::Unreachable, "cancelled"}); }

 private:
  void connect_fresh();
  void try_address();
  void shake();
  void begin_exchange();
  void push();
  void pump();
  void received(std::string_view bytes);
  void peer_ended();
  void complete();
  void failed(const char* stage, const std::string& why);
  void end(Status how);

  [[nodiscard]] Clock::time_point due() const;
  void arm();
  void time_is_up();
  template <class Next>
  void wait(Step::Kind kind, Next next) {
    wire_->wait(kind, [self = shared_from_this(), next] {
      if (!self->ended_) (self.get()->*next)();
    });
  }

  const std::shared_ptr<Core> core_;
  const HttpRequest request_;
  const Terms terms_;
  StreamEvents events_;
  const Clock::time_point asked_;
  boost::asio::steady_timer timer_;

  Stage stage_{Stage::Connect};
  std::shared_ptr<Wire> wire_;
  std::optional<Answer> answer_;
  Lookup::Addresses addresses_;  // those not tried yet
  Clock::time_point attempt_due_{Clock::time_point::max()};
  Clock::time_point last_byte_{};
  std::string bytes_;  // the request as sent
  std::size_t sent_{0};
  std::string write_failure_;
  bool reused_{false};
  bool ended_{false};
};

// --- Call: from nothing to a written request ----------------------------------------------------------------------

void Call::start() {
  if (core_->closed()) return cancel();
  core_->enter(shared_from_this());
  arm();
  if (auto quiet = core_->take()) {
    wire_ = std::move(quiet);
    reused_ = true;
    return begin_exchange();
  }
  connect_fresh();
}

void Call::connect_fresh() {
  stage_ = Stage::Connect;
  reused_ = false;
  core_->lookup->find([weak = weak_from_this()](const Result<Lookup::Addresses>& found) {
    const auto self = weak.lock();
    if (!self || self->ended_ || self->wire_) return;
    if (!found) return self->end(found.error());
    self->addresses_ = *found;
    std::reverse(self->addresses_.begin(), self->addresses_.end());  // taken from the back
    self->try_address();
  });
}

void Call::try_address() {
  const auto address = addresses_.back();
  const auto now = core_->reactor.now();
  // Each address gets its share of what is left, so that a black hole leaves time for the next.
  attempt_due_ = now + (due() - now) / static_cast<int>(addresses_.size());
  addresses_.pop_back();
  wire_ = core_->fresh();
  arm();
  wire_->connect(address, [self = shared_from_this(), address, wire = wire_.get()](const std::string& failure) {
    if (self->ended_ || self->wire_.get() != wire) return;
    if (!failure.empty() && !self->addresses_.empty()) {
      self->wire_->close();
      return self->try_address();
    }
    if (!failure.empty()) return self->failed("connect", failure);
    self->core_->lookup->prefer(address);
    self->shake();
  });
}

void Call::shake() {
  const Step step = wire_->handshake();
  switch (step.kind) {
    case Step::Kind::Moved: return begin_exchange();
    case Step::Kind::WaitRead:
    case Step::Kind::WaitWrite: return wait(step.kind, &Call::shake);
    default: return failed("TLS", step.why.empty() ? "connection closed during the handshake" : step.why);
  }
}

void Call::begin_exchange() {
  attempt_due_ = Clock::time_point::max();
  stage_ = Stage::Write;
  if (request_.permit && !request_.permit()) return end(Error{Code::Conflict, "not permitted any more"});
  auto token = core_->endpoint.bearer_token ? core_->endpoint.bearer_token() : std::string();
  auto bytes = serialize(request_, host_field(core_->endpoint), token);
  if (!bytes) return end(std::move(bytes).error());
  bytes_ = std::move(bytes).value();
  sent_ = 0;
  write_failure_.clear();
  answer_.emplace(Answer::Parts{[this](int status, const Headers& headers) {
                                  if (events_.on_head) events_.on_head(status, headers);
                                },
                                [this](std::string_view piece) {
                                  if (events_.on_bytes) events_.on_bytes(piece);
                                }},
                  core_->limits.header_bytes, terms_.body_bytes);
  push();
}

void Call::push() {
  while (sent_ < bytes_.size()) {
    const Step step = wire_->write(std::string_view(bytes_).substr(sent_));
    if (step.kind == Step::Kind::Moved) {
      sent_ += step.bytes;
    } else if (step.kind == Step::Kind::WaitRead || step.kind == Step::Kind::WaitWrite) {
      return wait(step.kind, &Call::push);
    } else {
      // The server may have refused early and closed: its answer can still be there to read.
      write_failure_ = step.why.empty() ? "connection closed by the server" : step.why;
      break;
    }
  }
  stage_ = Stage::Head;
  pump();
}

// --- Call: from the first byte to the last ------------------------------------------------------------------------

void Call::pump() {
  for (int turn = 0; turn < kTurn; ++turn) {
    const Step step = wire_->read(core_->scratch.data(), core_->scratch.size());
    switch (step.kind) {
      case Step::Kind::Moved: {
        received({core_->scratch.data(), step.bytes});
        if (ended_) return;
        break;
      }
      case Step::Kind::WaitRead:
      case Step::Kind::WaitWrite: return wait(step.kind, &Call::pump);
      case Step::Kind::Ended: return peer_ended();
      case Step::Kind::Failed: return failed("read", write_failure_.empty() ? step.why : write_failure_);
    }
  }
  core_->reactor.post([self = shared_from_this()] {
    if (!self->ended_) self->pump();
  });
}

void Call::received(std::string_view bytes) {
  const auto complete_now = answer_->feed(bytes);
  last_byte_ = core_->reactor.now();
  if (!complete_now)
    return end(Error{complete_now.error().code, "read " + core_->where() + ": " + complete_now.error().message});
  if (*complete_now) return complete();
  if (stage_ == Stage::Head && answer_->has_head()) {
    stage_ = Stage::Body;
    if (!terms_.total) arm();
  }
}

void Call::peer_ended() {
  if (!answer_->begun()) return failed("read", "connection closed by the server");
  if (auto ended = answer_->ended(); !ended) return failed("read", ended.error().message);
  end(Done{});
}

void Call::complete() {
  if (answer_->leaves_connection_usable() && sent_ == bytes_.size()) core_->keep(std::exchange(wire_, nullptr));
  end(Done{});
}

void Call::failed(const char* stage, const std::string& why) {
  const bool unanswered = !answer_ || !answer_->begun();
  if (reused_ && unanswered && repeatable(request_)) {
    std::exchange(wire_, nullptr)->close();
    return connect_fresh();
  }
  end(Error{Code::Unreachable, std::string(stage) + " " + core_->where() + ": " + why});
}

void Call::end(Status how) {
  if (std::exchange(ended_, true)) return;
  timer_.cancel();
  if (wire_) wire_->close();
  core_->leave(this);
  // What the owner captured must not live on in us: pending callbacks may hold this Call for a while.
  const StreamEvents events = std::exchange(events_, {});
  if (events.on_end) events.on_end(std::move(how));
}

// --- Call: time -----------------------------------------------------------------------------------------------------

Clock::time_point Call::due() const { return terms_.due(stage_, asked_, last_byte_); }

// Bytes that arrive do not touch the timer: when it fires, it looks how old the last one is. The timer is also what
// keeps a Call alive from start() to end().
void Call::arm() {
  timer_.expires_at(std::min(due(), attempt_due_));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled && !self->ended_) self->time_is_up();
  });
}

void Call::time_is_up() {
  const auto now = core_->reactor.now();
  if (now >= due()) return end(terms_.too_late(stage_, core_->where()));
  if (now >= attempt_due_ && stage_ == Stage::Connect && !addresses_.empty()) {
    wire_->close();
    return try_address();
  }
  arm();
}

}  // namespace

const char* transport_name() { return "beast"; }

Result<std::unique_ptr<Transport>> make_transport(IoReactor& reactor, Endpoint endpoint, TransportLimits limits) {
  Core::TlsContext tls;
  if (endpoint.tls) {
    tls.reset(SSL_CTX_new(TLS_client_method()));
    if (!tls) return Error{Code::Malformed, "cannot set up TLS: out of memory"};
    if (auto ready = equip(tls.get(), endpoint); !ready) return std::move(ready).error();
  }
  auto core = std::make_shared<Core>(reactor, std::move(endpoint), limits, std::move(tls));
  return std::unique_ptr<Transport>(std::make_unique<TransportOver<Core, Call>>(std::move(core)));
}

}  // namespace haetae::kube
