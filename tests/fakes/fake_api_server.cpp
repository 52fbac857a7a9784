#include "fakes/fake_api_server.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "fakes/fake_api_server_inside.hpp"

namespace haetae::fakes {

using kube::HttpRequest;
using kube::HttpResponse;

FakeApiServer::FakeApiServer() : impl_(std::make_shared<Impl>()) {
  impl_->store.on_change = [impl = impl_.get()](Collection& collection, const Change& change) {
    impl->changed(collection, change);
  };
}
FakeApiServer::~FakeApiServer() = default;

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
