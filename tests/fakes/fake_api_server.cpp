#include "fakes/fake_api_server.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace haetae::fakes {

using kube::HttpRequest;
using kube::HttpResponse;

namespace {

bool is_watch(const HttpRequest& request) { return request.target.find("watch=true") != std::string::npos; }

/// One open watch. Thread: under the server's lock, but the calls to its owner, which are posted.
struct Stream {
  kube::Reactor* reactor{nullptr};
  kube::StreamEvents events{};
  kube::StreamLimits limits{};
  Route route{};
  bool metadata_only{false}, bookmarks{false};
  bool open{true}, muted{false};
  std::optional<std::size_t> bytes_left{};
  std::function<void()> cancel_silence{}, cancel_timeout{};
};
using StreamRef = std::shared_ptr<Stream>;

std::string event_line(const char* type, const Json& object) {
  return nlohmann::ordered_json{{"type", type}, {"object", object}}.dump() + "\n";
}

void stop_timer(std::function<void()>& cancel) {
  if (cancel) std::exchange(cancel, nullptr)();
}

}  // namespace

struct FakeApiServer::Impl : std::enable_shared_from_this<Impl> {
  mutable std::mutex mutex;
  ObjectStore store;
  std::vector<StreamRef> streams;
  std::vector<SeenRequest> log;
  std::size_t numbers{0};
  std::function<std::optional<Fault>(const HttpRequest&, std::size_t)> fault;
  std::function<int(const Json&)> how_often;
  bool refuse{false}, offers_watch_list{true}, gone_as_event{true};
  std::size_t chunk{0};

  // Requires of all below: the lock is held.

  std::optional<Fault> befalls(const HttpRequest& request) {
    const auto number = numbers++;
    if (refuse) return Fault{};
    return fault ? fault(request, number) : std::nullopt;
  }

  void note(const HttpRequest& request, int status) {
    log.push_back({request.verb, request.target, std::string(kube::header(request.headers, "Content-Type")),
                   request.body, status});
  }

  /// The answer, or why there is none; "hang" is told by an empty message.
  Result<HttpResponse> serve(const HttpRequest& request) {
    const auto hit = befalls(request);
    if (request.permit && !request.permit()) return Error{Code::Conflict, "not permitted any more"};
    if (hit && hit->kind == Fault::Kind::Refuse)
      return Error{Code::Unreachable, "connect fake:443: connection refused"};
    if (hit && hit->kind == Fault::Kind::Hang) return Error{Code::Unreachable, ""};
    HttpResponse answer = hit && hit->kind == Fault::Kind::Answer ? hit->with : store.answer(request);
    const bool lost = hit && hit->kind == Fault::Kind::LoseAnswer;
    note(request, lost ? 0 : answer.status);
    if (lost) return Error{Code::Unreachable, "read fake:443: connection reset by peer"};
    return answer;
  }

  void post_bytes(const StreamRef& stream, std::string bytes) {
    if (!stream->open || stream->muted) return;
    bool cut = false;
    if (stream->bytes_left) {
      cut = bytes.size() >= *stream->bytes_left;
      bytes.resize(std::min(bytes.size(), *stream->bytes_left));
      *stream->bytes_left -= bytes.size();
    }
    heard(stream);
    const auto size = chunk == 0 ? bytes.size() : chunk;
    for (std::size_t at = 0; at < bytes.size(); at += size)
      stream->reactor->post([stream, part = bytes.substr(at, size)] { stream->events.on_bytes(part); });
    if (cut) finish(stream, Error{Code::Unreachable, "read fake:443: connection reset by peer"});
  }

  void finish(const StreamRef& stream, Status how) {
    if (!stream->open) return;
    stream->open = false;
    stop_timer(stream->cancel_silence);
    stop_timer(stream->cancel_timeout);
    stream->reactor->post([stream, how] { stream->events.on_end(how); });
    std::erase(streams, stream);
  }

  void heard(const StreamRef& stream) {
    stop_timer(stream->cancel_silence);
    stream->cancel_silence = stream->reactor->after(stream->limits.silence, [weak = weak_from_this(), stream] {
      const auto self = weak.lock();
      if (!self) return;
      const std::lock_guard lock(self->mutex);
      self->finish(stream, Error{Code::Unreachable, "read fake:443: silent for too long"});
    });
  }

  [[nodiscard]] static Json shown(const Stream& stream, const Json& object) {
    if (!stream.metadata_only) return object;
    return {{"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", object["metadata"]}};
  }

  /// What a watcher of `route` hears of a change. Source: api-concepts "Efficient detection of changes": an object
  /// that leaves the selection is DELETED, one that enters it ADDED.
  std::string told(const Stream& stream, const Change& change) const {
    const bool was = ObjectStore::selected(change.before, stream.route);
    const bool is = ObjectStore::selected(change.after, stream.route);
    if (!was && !is) return "";
    Json object = is ? change.after : change.before;
    object["metadata"]["resourceVersion"] = std::to_string(change.version);
    const int times = how_often ? how_often(object) : 1;
    const auto line = event_line(!was ? "ADDED" : is ? "MODIFIED" : "DELETED", shown(stream, object));
    std::string out;
    for (int i = 0; i < times; ++i) out += line;
    return out;
  }

  [[nodiscard]] Json bookmark_of(const Stream& stream) const {
    const auto& resource = stream.route.collection->resource;
    return {{"kind", resource.kind}, {"apiVersion", resource.api_version()},
            {"metadata", {{"resourceVersion", std::to_string(store.version())}}}};
  }

  void changed(const Collection& collection, const Change& change) {
    const auto now = streams;  // a cut while telling takes one out
    for (const auto& stream : now)
      if (stream->route.collection == &collection) post_bytes(stream, told(*stream, change));
  }

  void answer_stream(const StreamRef& stream, const HttpRequest& request, const HttpResponse& answer) {
    note(request, answer.status);
    streams.push_back(stream);
    stream->reactor->post([stream, answer] { stream->events.on_head(answer.status, answer.headers); });
    if (!answer.body.empty()) post_bytes(stream, answer.body);
    if (answer.status != 200 || !is_watch(request)) finish(stream, Done{});
  }

  void open(const StreamRef& stream, const HttpRequest& request) {
    if (!stream->open) return;  // cancelled before it was sent
    const auto hit = befalls(request);
    if (hit && hit->kind != Fault::Kind::Answer && hit->kind != Fault::Kind::Hang) {
      streams.push_back(stream);
      return finish(stream, Error{Code::Unreachable, "connect fake:443: connection refused"});
    }
    if (hit && hit->kind == Fault::Kind::Hang) {
      stream->limits.silence = stream->limits.connect;
      streams.push_back(stream);
      return heard(stream);
    }
    if (hit) return answer_stream(stream, request, hit->with);
    auto route = store.route(request.target);
    if (!is_watch(request) || !route) return answer_stream(stream, request, store.answer(request));
    stream->route = *route;
    watch(stream, request);
  }

  // Source: api-concepts "Efficient detection of changes", "Streaming lists", "Watch bookmarks"
  void watch(const StreamRef& stream, const HttpRequest& request) {
    const Route& route = stream->route;
    stream->bookmarks = route.flag("allowWatchBookmarks");
    const auto version = route.param("resourceVersion");
    const bool initial = route.flag("sendInitialEvents");
    if (initial && !offers_watch_list)
      return answer_stream(stream, request,
                           status_answer(422, "Invalid",
                                         "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch "
                                         "unless the WatchList feature gate is enabled"));
    if (initial && route.param("resourceVersionMatch") != "NotOlderThan")
      return answer_stream(stream, request,
                           status_answer(422, "Invalid",
                                         "resourceVersionMatch: Forbidden: sendInitialEvents requires setting "
                                         "resourceVersionMatch to NotOlderThan"));
    const auto from = std::strtoull(version.c_str(), nullptr, 10);
    const bool state_first = initial || version.empty() || version == "0";
    if (!state_first && from < store.oldest()) {
      const auto gone = status_answer(
          410, "Expired", "too old resource version: " + version + " (" + std::to_string(store.oldest()) + ")");
      if (!gone_as_event) return answer_stream(stream, request, gone);
      answer_stream(stream, request, {200, {{"Content-Type", "application/json"}}, ""});
      post_bytes(stream, event_line("ERROR", Json::parse(gone.body)));
      return finish(stream, Done{});
    }
    answer_stream(stream, request, {200, {{"Content-Type", "application/json"}}, ""});
    heard(stream);
    if (state_first) {
      const auto objects = route.collection->objects;
      for (const auto& [name, object] : objects)
        if (ObjectStore::selected(object, route)) post_bytes(stream, event_line("ADDED", shown(*stream, object)));
      if (initial && stream->bookmarks) {
        auto mark = bookmark_of(*stream);
        mark["metadata"]["annotations"]["k8s.io/initial-events-end"] = "true";
        post_bytes(stream, event_line("BOOKMARK", mark));
      }
    } else {
      for (const auto& change : route.collection->history)
        if (change.version > from) post_bytes(stream, told(*stream, change));
    }
    if (const auto seconds = std::atoi(route.param("timeoutSeconds").c_str()); seconds > 0 && stream->open)
      stream->cancel_timeout = stream->reactor->after(std::chrono::seconds(seconds), [weak = weak_from_this(), stream] {
        const auto self = weak.lock();
        if (!self) return;
        const std::lock_guard lock(self->mutex);
        if (!stream->muted) self->finish(stream, Done{});
      });
  }
};

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
    mine_.push_back(stream);
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

FakeApiServer::FakeApiServer() : impl_(std::make_shared<Impl>()) {
  impl_->store.on_change = [impl = impl_.get()](Collection& collection, const Change& change) {
    impl->changed(collection, change);
  };
}
FakeApiServer::~FakeApiServer() = default;

std::unique_ptr<kube::Transport> FakeApiServer::connect(kube::Reactor& reactor, Answers answers) {
  return std::make_unique<Connection>(impl_, reactor, answers);
}

void FakeApiServer::serve(const kube::Resource& resource, bool has_status) {
  const std::lock_guard lock(impl_->mutex);
  impl_->store.serve(resource, has_status);
}

void FakeApiServer::stop_serving(const kube::Resource& resource) {
  const std::lock_guard lock(impl_->mutex);
  impl_->store.stop_serving(resource);
}

HttpResponse FakeApiServer::perform(const HttpRequest& request) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->store.answer(request);
}

Json FakeApiServer::put(const kube::Resource& resource, Json object, const std::string& manager) {
  const kube::ObjectKey key{object["metadata"].value("namespace", ""), object["metadata"]["name"]};
  const auto live = get(resource, key);
  const bool has_status = object.contains("status");
  const kube::WriteOptions options{.field_manager = manager};
  auto request = live ? kube::merge_patch(resource, key, object.dump(), options)
                      : kube::create(resource, key.ns, object.dump(), options);
  auto answer = perform(request);
  if (has_status && answer.status < 300) {
    const auto status = kube::merge_patch(resource, key, Json{{"status", object["status"]}}.dump(), options, "status");
    if (const auto told = perform(status); told.status < 300) answer = told;
  }
  if (answer.status >= 300) {
    std::fprintf(stderr, "FakeApiServer::put: %s\n", answer.body.c_str());
    std::abort();
  }
  return Json::parse(answer.body);
}

std::optional<Json> FakeApiServer::get(const kube::Resource& resource, const kube::ObjectKey& key) {
  const auto answer = perform(kube::get(resource, key));
  if (answer.status != 200) return std::nullopt;
  return Json::parse(answer.body);
}

std::vector<Json> FakeApiServer::all(const kube::Resource& resource) {
  return Json::parse(perform(kube::list(resource, "")).body)["items"];
}

void FakeApiServer::remove(const kube::Resource& resource, const kube::ObjectKey& key) {
  (void)perform(kube::remove(resource, key, {}));
}

void FakeApiServer::admission(std::function<Json(const Json&)> refuse) {
  const std::lock_guard lock(impl_->mutex);
  impl_->store.admission = std::move(refuse);
}

void FakeApiServer::hold_namespaces(bool hold) {
  const std::lock_guard lock(impl_->mutex);
  impl_->store.hold_namespaces = hold;
}

std::vector<SeenRequest> FakeApiServer::requests() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->log;
}

std::size_t FakeApiServer::writes() const {
  const std::lock_guard lock(impl_->mutex);
  return static_cast<std::size_t>(
      std::count_if(impl_->log.begin(), impl_->log.end(), [](const auto& one) { return one.writes(); }));
}

void FakeApiServer::forget_requests() {
  const std::lock_guard lock(impl_->mutex);
  impl_->log.clear();
}

void FakeApiServer::on_request(std::function<std::optional<Fault>(const HttpRequest&, std::size_t)> fault) {
  const std::lock_guard lock(impl_->mutex);
  impl_->fault = std::move(fault);
}

void FakeApiServer::refuse_connections(bool refuse) {
  const std::lock_guard lock(impl_->mutex);
  impl_->refuse = refuse;
}

void FakeApiServer::end_streams() {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& stream : std::vector(impl_->streams)) impl_->finish(stream, Done{});
}

void FakeApiServer::cut_streams() {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& stream : std::vector(impl_->streams))
    impl_->finish(stream, Error{Code::Unreachable, "read fake:443: connection reset by peer"});
}

void FakeApiServer::mute_streams() {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& stream : impl_->streams) stream->muted = true;
}

void FakeApiServer::cut_streams_after(std::size_t bytes) {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& stream : impl_->streams) stream->bytes_left = bytes;
}

void FakeApiServer::bookmark() {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& stream : std::vector(impl_->streams))
    if (stream->bookmarks) impl_->post_bytes(stream, event_line("BOOKMARK", impl_->bookmark_of(*stream)));
}

void FakeApiServer::compact() {
  const std::lock_guard lock(impl_->mutex);
  impl_->store.compact();
}

void FakeApiServer::lift_version() {
  const std::lock_guard lock(impl_->mutex);
  impl_->store.lift(10);
}

void FakeApiServer::error_event(const Json& status) {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& stream : std::vector(impl_->streams)) impl_->post_bytes(stream, event_line("ERROR", status));
}

void FakeApiServer::copies(std::function<int(const Json&)> how_often) {
  const std::lock_guard lock(impl_->mutex);
  impl_->how_often = std::move(how_often);
}

void FakeApiServer::watch_list(bool offered) {
  const std::lock_guard lock(impl_->mutex);
  impl_->offers_watch_list = offered;
}

void FakeApiServer::gone_as_event(bool as_event) {
  const std::lock_guard lock(impl_->mutex);
  impl_->gone_as_event = as_event;
}

void FakeApiServer::chunk(std::size_t bytes) {
  const std::lock_guard lock(impl_->mutex);
  impl_->chunk = bytes;
}

std::size_t FakeApiServer::open_streams() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->streams.size();
}

}  // namespace haetae::fakes
