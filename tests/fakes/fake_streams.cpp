// Requests as they arrive, the faults that befall them, and the watches that stay open.

#include <algorithm>
#include <cstdlib>

#include "fakes/fake_api_server_inside.hpp"

namespace haetae::fakes {

using kube::HttpRequest;
using kube::HttpResponse;

namespace {

bool is_watch(const HttpRequest& request) { return request.target.find("watch=true") != std::string::npos; }

void stop_timer(std::function<void()>& cancel) {
  if (cancel) std::exchange(cancel, nullptr)();
}

}  // namespace

std::string event_line(const char* type, const Json& object) {
  return nlohmann::ordered_json{{"type", type}, {"object", object}}.dump() + "\n";
}

std::optional<Fault> FakeApiServer::Impl::befalls(const HttpRequest& request) {
  const auto number = numbers++;
  if (refuse) return Fault{};
  return fault ? fault(request, number) : std::nullopt;
}

void FakeApiServer::Impl::note(const HttpRequest& request, int status) {
  log.push_back({request.verb, request.target, std::string(kube::header(request.headers, "Content-Type")),
                 request.body, status});
}

Result<HttpResponse> FakeApiServer::Impl::serve(const HttpRequest& request) {
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

void FakeApiServer::Impl::post_bytes(const StreamRef& stream, std::string bytes) {
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

void FakeApiServer::Impl::finish(const StreamRef& stream, Status how) {
  if (!stream->open) return;
  stream->open = false;
  stop_timer(stream->cancel_silence);
  stop_timer(stream->cancel_timeout);
  stream->reactor->post([stream, how] { stream->events.on_end(how); });
  std::erase(streams, stream);
}

void FakeApiServer::Impl::heard(const StreamRef& stream) {
  stop_timer(stream->cancel_silence);
  stream->cancel_silence = stream->reactor->after(stream->limits.silence, [weak = weak_from_this(), stream] {
    const auto self = weak.lock();
    if (!self) return;
    const std::lock_guard lock(self->mutex);
    self->finish(stream, Error{Code::Unreachable, "read fake:443: silent for too long"});
  });
}

Json FakeApiServer::Impl::shown(const Stream& stream, const Json& object) {
  if (!stream.metadata_only) return object;
  return {{"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", object["metadata"]}};
}

std::string FakeApiServer::Impl::told(const Stream& stream, const Change& change) const {
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

Json FakeApiServer::Impl::bookmark_of(const Stream& stream) const {
  const auto& resource = stream.route.collection->resource;
  return {{"kind", resource.kind}, {"apiVersion", resource.api_version()},
          {"metadata", {{"resourceVersion", std::to_string(store.version())}}}};
}

void FakeApiServer::Impl::changed(const Collection& collection, const Change& change) {
  const auto now = streams;  // a cut while telling takes one out
  for (const auto& stream : now)
    if (stream->route.collection == &collection) post_bytes(stream, told(*stream, change));
}

void FakeApiServer::Impl::answer_stream(const StreamRef& stream, const HttpRequest& request,
                                        const HttpResponse& answer) {
  note(request, answer.status);
  streams.push_back(stream);
  stream->reactor->post([stream, answer] { stream->events.on_head(answer.status, answer.headers); });
  if (!answer.body.empty()) post_bytes(stream, answer.body);
  if (answer.status != 200 || !is_watch(request)) finish(stream, Done{});
}

void FakeApiServer::Impl::open(const StreamRef& stream, const HttpRequest& request) {
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
void FakeApiServer::Impl::watch(const StreamRef& stream, const HttpRequest& request) {
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

}  // namespace haetae::fakes
