#include "runtime/watch.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <random>
#include <utility>

#include "kube/framing.hpp"
#include "kube/response.hpp"
#include "runtime/lifeline.hpp"

namespace haetae::runtime {
namespace {

using std::chrono::milliseconds;
using Moment = std::chrono::steady_clock::time_point;

/// Of the first byte of a full state, which a loaded server has to gather; and between the bytes of a page.
constexpr milliseconds kListPatience{30'000};
constexpr std::size_t kMostErrorBytes = 64U << 10U;
/// A server under load may break every long stream: then pages, which go on where they broke.
/// Source: operators.md §0 finding 6.
constexpr unsigned kMostBrokenStreams = 2;

/// True for the bookmark that closes the initial events. Source: KEP-3157.
bool ends_initial_events(std::string_view object) {
  const auto metadata = member_text(object, "metadata");
  const auto annotations = metadata ? member_text(*metadata, "annotations") : std::nullopt;
  return annotations && member_text(*annotations, "k8s.io/initial-events-end") == "\"true\"";
}

}  // namespace

struct Watch::Impl : std::enable_shared_from_this<Impl> {
  enum class Mode {
    Stopped,
    Waiting,    ///< for a backoff or its turn on the reactor
    Paging,     ///< a page of the list is open
    Streaming,  ///< a WatchList before its end mark
    Watching
  };

  Impl(kube::Reactor& reactor_, kube::Transport& transport_, const Clock& clock, WatchSink& sink_, WatchSpec spec_)
      : reactor(reactor_),
        transport(transport_),
        sink(sink_),
        spec(std::move(spec_)),
        lifeline(reactor, clock, {spec.grace, spec.silence},
                 "cannot watch " + spec.resource.kind + " in cluster " + spec.cluster,
                 [this](const Freshness& freshness) { sink.freshness(freshness); }),
        random(spec.seed) {}

  kube::Reactor& reactor;
  kube::Transport& transport;
  WatchSink& sink;
  const WatchSpec spec;
  Lifeline lifeline;

  // Thread of all down to `mutex`: the reactor's.
  std::mt19937_64 random;
  Mode mode{Mode::Stopped};
  bool over{false};           ///< stopped for good
  std::uint64_t attempt{0};   ///< what an earlier attempt still says is not heard
  kube::Cancel cancel_stream{}, cancel_retry{};
  std::optional<kube::LineSplitter> lines{};
  std::optional<kube::ItemSplitter> items{};
  kube::HttpResponse head{};  ///< of the open stream; the body only where it is an error
  Moment opened{};

  std::string resume{};       ///< the resourceVersion to go on from; "" = a full state is needed
  std::string page_token{}, page_version{};
  bool unpaged{false};        ///< this list comes whole: its continue token was too old
  bool full_before{false};
  unsigned broken_streams{0};
  bool streams_refused{false};///< the server knows no WatchList
  bool gone_before{false};    ///< the last resourceVersion was too old too
  milliseconds backoff{0};
  Moment not_before{Moment::min()};  ///< the server asked for that much patience

  mutable std::mutex mutex;
  WatchState state{};

  void note(const auto& change) {
    const std::lock_guard lock(mutex);
    change(state);
  }
  [[nodiscard]] double share() { return static_cast<double>(random() >> 11U) * 0x1p-53; }

  // --- attempts ---------------------------------------------------------------------------------------------

  void begin() {
    if (mode != Mode::Stopped || over) return;
    lifeline.begin();
    note([&](WatchState& s) { s.last_byte = reactor.now(); });
    again_in(milliseconds(0));
  }

  void end() {
    if (over) return;  // a destructor on another thread, after a stop, touches nothing
    over = true;
    mode = Mode::Stopped;
    abandon();
    stop_timer(cancel_retry);
    lifeline.stop();
    note([](WatchState& s) { s.connected = false; });
  }

  static void stop_timer(kube::Cancel& cancel) {
    if (cancel) std::exchange(cancel, nullptr)();
  }

  /// Ends the open stream, if any, without hearing of its end.
  void abandon() {
    ++attempt;
    if (cancel_stream) std::exchange(cancel_stream, nullptr)();
  }

  void again_in(milliseconds delay) {
    mode = Mode::Waiting;
    const auto act = [weak = weak_from_this(), mine = attempt] {
      const auto self = weak.lock();
      if (self && self->mode == Mode::Waiting && self->attempt == mine) self->attempt_now();
    };
    stop_timer(cancel_retry);
    if (delay.count() > 0) {
      cancel_retry = reactor.after(delay, act);
    } else {
      reactor.post(act);  // never from within a callback: its splitter is still in use
    }
  }

  void attempt_now() {
    stop_timer(cancel_retry);
    if (!resume.empty()) return open_watch();
    if (page_token.empty()) {
      if (full_before) note([](WatchState& s) { ++s.relists; });
      full_before = true;
      sink.begin_sweep();
    }
    const bool pages = streams_refused || broken_streams >= kMostBrokenStreams || !page_token.empty() || unpaged;
    pages ? open_page() : open_stream();
  }

  [[nodiscard]] kube::Selection selection() const { return {spec.label_selector, spec.field_selector, false}; }
  [[nodiscard]] std::chrono::seconds random_timeout() {
    const auto range = static_cast<double>((spec.most_timeout - spec.least_timeout).count());
    return spec.least_timeout + std::chrono::seconds(static_cast<std::int64_t>(share() * range));
  }

  void open_watch() {
    kube::WatchOptions options{selection(), resume, false, true, random_timeout()};
    open(Mode::Watching, kube::watch(spec.resource, spec.ns, options), {.silence = spec.silence});
  }
  void open_stream() {
    kube::WatchOptions options{selection(), "", true, true, random_timeout()};
    open(Mode::Streaming, kube::watch(spec.resource, spec.ns, options), {kListPatience, spec.silence});
  }
  void open_page() {
    kube::ListOptions options;
    options.of = selection();
    options.limit = unpaged ? 0 : static_cast<int>(spec.page);
    options.continue_token = page_token;
    open(Mode::Paging, kube::list(spec.resource, spec.ns, options), {kListPatience, kListPatience});
  }

  void open(Mode next, kube::HttpRequest request, kube::StreamLimits limits) {
    mode = next;
    head = {};
    opened = reactor.now();
    if (next == Mode::Paging) {
      items.emplace();
    } else {
      lines.emplace();
    }
    const auto mine = ++attempt;
    const auto current = [weak = weak_from_this(), mine]() -> std::shared_ptr<Impl> {
      auto self = weak.lock();
      return self && self->attempt == mine ? self : nullptr;
    };
    kube::StreamEvents events;
    events.on_head = [current](int status, const kube::Headers& headers) {
      if (const auto self = current()) self->headed(status, headers);
    };
    events.on_bytes = [current](std::string_view bytes) {
      if (const auto self = current()) self->received(bytes);
    };
    events.on_end = [current](Status how) {
      if (const auto self = current()) self->ended(std::move(how));
    };
    cancel_stream = transport.stream(std::move(request), limits, std::move(events));
  }

  // --- what comes in ----------------------------------------------------------------------------------------

  void headed(int status, const kube::Headers& headers) {
    head = {status, headers, {}};
    const bool fine = status == 200;
    note([&](WatchState& s) {
      s.last_byte = reactor.now();
      s.connected = fine && mode != Mode::Paging;
    });
    if (fine && mode == Mode::Watching) lifeline.resumed(spec.settle);
  }

  void received(std::string_view bytes) {
    note([&](WatchState& s) { s.last_byte = reactor.now(); });
    if (head.status != 200) {
      head.body.append(bytes.substr(0, kMostErrorBytes - std::min(kMostErrorBytes, head.body.size())));
      return;
    }
    const auto mine = attempt;
    const auto go_on = [&]() -> Status {  // an event may have ended the stream
      if (attempt == mine) return Done{};
      return Error{Code::Unreachable, "ended"};
    };
    auto taken = mode == Mode::Paging
                     ? items->feed(bytes, [&](std::string_view item) { return take_in(item), go_on(); })
                     : lines->feed(bytes, [&](std::string_view line) { return event(line), go_on(); });
    if (!taken && attempt == mine) failed(std::move(taken).error());
  }

  void take_in(std::string_view object) {
    const auto taken = sink.upsert(object);
    note([&](WatchState& s) {
      ++s.events;
      if (taken) return;
      ++s.undecodable;
      s.last_error = taken.error().message;
    });
  }

  void event(std::string_view line) {
    const auto type_text = member_text(line, "type");
    const auto type = type_text ? plain_string(*type_text).value_or("") : std::string_view();
    const auto object = member_text(line, "object");
    if (type.empty() || !object) return failed({Code::Malformed, "an event has no type or no object"});
    if (type == "ERROR") return failed(kube::error_of_status(*object));
    if (type == "BOOKMARK") return bookmark(*object);
    if (type == "ADDED" || type == "MODIFIED") take_in(*object);
    if (type == "DELETED") {
      const auto gone = sink.erase(*object);
      note([&](WatchState& s) { ++s.events, s.undecodable += gone ? 0 : 1; });
    }
    // Initial events come in no order of resourceVersion: nothing can be resumed from them.
    if (mode == Mode::Watching) advance(resource_version_in(*object));
  }

  void bookmark(std::string_view object) {
    const auto version = resource_version_in(object);
    if (mode == Mode::Watching) {
      advance(version);
      lifeline.caught_up();
    } else if (ends_initial_events(object)) {
      if (version.empty()) return failed({Code::Malformed, "the initial events end without a resourceVersion"});
      full_state(version);
      mode = Mode::Watching;
    }
  }

  void advance(const std::string& version) {
    if (version.empty()) return;
    resume = version;
    gone_before = false;
  }

  void full_state(const std::string& version) {
    sink.end_sweep();
    resume = version;
    broken_streams = 0;
    page_token.clear();
    page_version.clear();
    unpaged = false;
    note([](WatchState& s) { s.synced = true; });
    lifeline.full_state();
  }

  void ended(Status how) {
    cancel_stream = nullptr;
    note([](WatchState& s) { s.connected = false; });
    if (head.status == 0)
      return failed(how ? Error{Code::Unreachable, "the answer ended before it began"} : std::move(how).error());
    if (head.status != 200) return failed(kube::error_of(head));
    if (mode == Mode::Paging) return page_ended(std::move(how));
    if (mode == Mode::Streaming)
      return failed(how ? Error{Code::Unreachable, "it ended within the initial events"} : std::move(how).error());
    lifeline.lost(state.last_byte);
    const auto lived = reactor.now() - opened;
    if (lived >= spec.backoff_reset) backoff = milliseconds(0);
    if (lived >= spec.brief) gone_before = false;
    ++attempt;
    // A stream that dies young is waited for, so that a server that cuts every stream at once is not stormed.
    again_in(lived >= spec.brief ? milliseconds(0) : longer_backoff());
  }

  void page_ended(Status how) {
    if (!how) return failed(std::move(how).error());
    const auto end = items->finish();
    if (!end) return failed(end.error());
    if (page_version.empty()) page_version = end->resource_version;  // all pages show the state of the first
    if (page_version.empty()) return failed({Code::Malformed, "the list has no resourceVersion"});
    ++attempt;
    page_token = end->continue_token;
    if (page_token.empty()) full_state(std::string(page_version));
    again_in(milliseconds(0));
  }

  // --- what goes wrong --------------------------------------------------------------------------------------

  void failed(Error error) {
    note([&](WatchState& s) {
      ++s.failures;
      s.connected = false;
      s.last_error = error.message;
    });
    const bool answered = head.status != 0;
    const Mode was = mode;
    lifeline.lost(state.last_byte);
    abandon();
    if (error.code == Code::Gone && gone(was)) return again_in(milliseconds(0));
    if (was == Mode::Streaming && answered && error.code != Code::Throttled) ++broken_streams;
    if (was == Mode::Streaming && error.code == Code::Rejected && !streams_refused) {
      streams_refused = true;  // an older server, or the feature is off: ask in the old way at once
      return again_in(milliseconds(0));
    }
    // The kind itself went (or is not there yet): what comes back is another list.
    if (error.code == Code::NotFound) start_over();
    lifeline.failed(error);
    const auto patience = error.retry_after.value_or(milliseconds(0));
    not_before = reactor.now() + patience;
    again_in(std::max(longer_backoff(), patience));
  }

  void start_over() {
    resume.clear();
    page_token.clear();
    page_version.clear();
  }

  /// What we held is too old. True where a list is worth a try at once: not when the last list's version was too
  /// old already, which would make a storm of lists.
  bool gone(Mode was) {
    const bool token_too_old = was == Mode::Paging && !page_token.empty();
    const bool version_too_old = was == Mode::Watching && !gone_before;
    if (token_too_old) unpaged = true;
    if (was == Mode::Watching) gone_before = true;
    start_over();
    return token_too_old || version_too_old;
  }

  [[nodiscard]] milliseconds longer_backoff() {
    backoff = backoff.count() == 0 ? spec.first_backoff : std::min(backoff * 2, spec.longest_backoff);
    return backoff + milliseconds(static_cast<std::int64_t>(share() * static_cast<double>(backoff.count())));
  }

};

Watch::Watch(kube::Reactor& reactor, kube::Transport& transport, const Clock& clock, WatchSink& sink, WatchSpec spec)
    : impl_(std::make_shared<Impl>(reactor, transport, clock, sink, std::move(spec))) {}

Watch::~Watch() { impl_->end(); }

void Watch::start() {
  impl_->reactor.post([weak = std::weak_ptr(impl_)] {
    if (const auto impl = weak.lock()) impl->begin();
  });
}

void Watch::stop() {
  impl_->reactor.post([weak = std::weak_ptr(impl_)] {
    if (const auto impl = weak.lock()) impl->end();
  });
}

void Watch::retry_now() {
  impl_->reactor.post([weak = std::weak_ptr(impl_)] {
    const auto impl = weak.lock();
    if (!impl || impl->mode != Impl::Mode::Waiting || impl->reactor.now() < impl->not_before) return;
    impl->stop_timer(impl->cancel_retry);
    impl->attempt_now();
  });
}

WatchState Watch::state() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->state;
}

}  // namespace haetae::runtime
