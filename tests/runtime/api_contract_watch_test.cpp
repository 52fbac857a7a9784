// The API server: what watches tell.

#include <condition_variable>
#include <mutex>

#include "kube/framing.hpp"
#include "runtime/api_contract.hpp"

using namespace haetae;
using namespace haetae::fakes::testing;
using fakes::Json;
using namespace std::chrono_literals;

namespace {

/// An open watch, and what it told.
class Listening {
 public:
  Listening(Place& place, const kube::Resource& resource, const kube::WatchOptions& options) {
    kube::StreamEvents events;
    events.on_head = [state = state_](int status, const kube::Headers&) {
      state->told([&] { state->status = status; });
    };
    events.on_bytes = [state = state_](std::string_view bytes) {
      state->told([&] {
        (void)state->lines.feed(bytes, [&](std::string_view line) -> Status {
          state->events.push_back(Json::parse(line, nullptr, false));
          return Done{};
        });
      });
    };
    events.on_end = [state = state_](Status) { state->told([&] { state->ended = true; }); };
    cancel_ = place.client().stream(kube::watch(resource, place.ns(), options), {}, std::move(events));
  }
  ~Listening() {
    cancel_();
    state_->wait([this] { return state_->ended; });
  }
  /// The first `n` events, once they have come.
  std::vector<Json> events(std::size_t n) {
    REQUIRE(state_->wait([&] { return state_->events.size() >= n || state_->ended; }));
    const std::lock_guard lock(state_->mutex);
    REQUIRE(state_->events.size() >= n);
    return state_->events;
  }
  int status() {
    REQUIRE(state_->wait([&] { return state_->status != 0 || state_->ended; }));
    return state_->status;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    kube::LineSplitter lines;
    std::vector<Json> events;
    int status{0};
    bool ended{false};
    void told(const std::function<void()>& change) {
      const std::lock_guard lock(mutex);
      change();
      changed.notify_all();
    }
    bool wait(const std::function<bool()>& until) {
      std::unique_lock lock(mutex);
      return changed.wait_for(lock, 20s, until);
    }
  };
  std::shared_ptr<State> state_{std::make_shared<State>()};
  kube::Cancel cancel_;
};

std::vector<std::string> types_of(const std::vector<Json>& events) {
  std::vector<std::string> out;
  for (const auto& event : events) out.push_back(event["type"]);
  return out;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("contract: a watch tells every change after its resourceVersion, in order, a delete with a newer one") {
  on_each([](Place& place) {
    const auto first = place.create(place.config_map("a", {{"x", "1"}}, {{"set", "w"}}));
    (void)place.ask(kube::merge_patch(kConfigMaps, place.key("a"), R"({"data":{"x":"2"}})"));
    Listening watch(place, kConfigMaps, {.of = {.labels = "set=w"}, .resource_version = first.version()});
    (void)place.create(place.config_map("b", {}, {{"set", "w"}}));
    (void)place.create(place.config_map("unseen", {}, {{"set", "v"}}));
    (void)place.ask(kube::merge_patch(kConfigMaps, place.key("b"), R"({"metadata":{"labels":{"set":"v"}}})"));
    (void)place.ask(kube::remove(kConfigMaps, place.key("a"), {}));
    const auto events = watch.events(4);
    CHECK(types_of(events) == Words{"MODIFIED", "ADDED", "DELETED", "DELETED"});  // b left the selection
    CHECK(events[3]["object"]["metadata"]["name"] == "a");
    CHECK(std::stoull(events[3]["object"]["metadata"]["resourceVersion"].get<std::string>()) >
          std::stoull(events[0]["object"]["metadata"]["resourceVersion"].get<std::string>()));
  });
}

TEST_CASE("contract: a WatchList tells what is there, then a bookmark that says so, then changes") {
  on_each([](Place& place) {
    const auto a = place.create(place.config_map("a", {}, {{"set", "w"}}));
    (void)place.create(place.config_map("b", {}, {{"set", "w"}}));
    Listening watch(place, kConfigMaps, {.of = {.labels = "set=w"}, .initial_events = true});
    auto events = watch.events(3);
    CHECK(types_of(events) == Words{"ADDED", "ADDED", "BOOKMARK"});
    const auto& mark = events[2]["object"]["metadata"];
    CHECK(mark["annotations"]["k8s.io/initial-events-end"] == "true");
    CHECK(std::stoull(mark["resourceVersion"].get<std::string>()) > std::stoull(a.version()));
    (void)place.create(place.config_map("c", {}, {{"set", "w"}}));
    CHECK(watch.events(4)[3]["object"]["metadata"]["name"] == "c");
  });
}

TEST_CASE("contract: what leaves watches and lists as metadata is metadata alone") {
  on_each([](Place& place) {
    (void)place.create(place.config_map("a", {{"secret", "x"}}, {{"set", "w"}}));
    const kube::Selection only{.labels = "set=w", .metadata_only = true};
    const auto list = place.ask(kube::list(kConfigMaps, place.ns(), {.of = only}));
    REQUIRE(list.body["items"].size() == 1);
    CHECK_FALSE(list.body["items"][0].contains("data"));
    Listening watch(place, kConfigMaps, {.of = only, .initial_events = true});
    const auto events = watch.events(2);
    CHECK(events[0]["object"]["metadata"]["name"] == "a");
    CHECK_FALSE(events[0]["object"].contains("data"));
  });
}
