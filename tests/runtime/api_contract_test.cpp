// What the fake API server claims about Kubernetes. Every sentence here must be true of a real server too
// (fakes/each_server.hpp).

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>
#include <set>

#include "fakes/each_server.hpp"
#include "kube/framing.hpp"

using namespace haetae;
using fakes::Answer;
using fakes::Json;
using fakes::Server;
using namespace std::chrono_literals;

namespace {

const kube::Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
const kube::Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap"};
const kube::Resource kDeployments{"apps", "v1", "deployments", "Deployment"};

/// The server's namespace for one test, and short words for what is asked in it.
class Place {
 public:
  explicit Place(Server& server) : server_(server) {
    REQUIRE(ask(kube::create(kNamespaces, "", Json{{"metadata", {{"name", ns()}}}}.dump())).status == 201);
  }
  Answer ask(kube::HttpRequest request) { return server_.ask(std::move(request)); }
  [[nodiscard]] const std::string& ns() const { return server_.ns(); }
  [[nodiscard]] kube::ObjectKey key(const std::string& name) const { return {ns(), name}; }
  kube::Client& client() { return server_.client(); }

  Json config_map(const std::string& name, Json values, Json labels = Json::object()) const {
    Json out{{"apiVersion", "v1"},
             {"kind", "ConfigMap"},
             {"data", std::move(values)},
             {"metadata", {{"name", name}, {"namespace", ns()}}}};
    if (!labels.empty()) out["metadata"]["labels"] = std::move(labels);
    return out;
  }
  Answer create(const Json& object) {
    return ask(kube::create(kConfigMaps, ns(), object.dump(), {.field_manager = "poster"}));
  }
  Answer apply(const kube::Resource& resource, const Json& object, const std::string& manager, bool force = false) {
    return ask(
        kube::apply(resource, key(object["metadata"]["name"]), object.dump(), {.field_manager = manager}, force));
  }
  Answer get(const kube::Resource& resource, const std::string& name) { return ask(kube::get(resource, key(name))); }

 private:
  Server& server_;
};

void on_each(const std::function<void(Place&)>& rule) {
  fakes::on_each_server([&](Server& server) {
    Place place(server);
    rule(place);
  });
}

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

std::set<std::string> owners(const Json& object) {
  std::set<std::string> out;
  for (const auto& entry : object["metadata"]["managedFields"])
    out.insert(entry["manager"].get<std::string>() + " " + entry["operation"].get<std::string>());
  return out;
}

std::size_t entry_index(const Json& object, const std::string& manager) {
  const auto& list = object["metadata"]["managedFields"];
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i]["manager"] == manager) return i;
  return list.size();
}

Json deployment(const Place& place, Json spec) {
  const Json labels{{"app", "web"}};
  spec["selector"] = {{"matchLabels", labels}};
  spec["template"] = {
      {"metadata", {{"labels", labels}}},
      {"spec", {{"containers", {{{"name", "web"}, {"image", "web:1"}, {"ports", {{{"containerPort", 80}}}}}}}}}};
  return {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"spec", spec},
          {"metadata", {{"name", "web"}, {"namespace", place.ns()}}}};
}

std::vector<std::string> types_of(const std::vector<Json>& events) {
  std::vector<std::string> out;
  for (const auto& event : events) out.push_back(event["type"]);
  return out;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("contract: a create gives identity, is refused twice, without a namespace and for an unknown kind") {
  on_each([](Place& place) {
    const auto made = place.create(place.config_map("a", {{"x", "1"}}));
    CHECK(made.status == 201);
    CHECK_FALSE(made.body["metadata"]["uid"].get<std::string>().empty());
    CHECK_FALSE(made.version().empty());
    const auto twice = place.create(place.config_map("a", {{"x", "2"}}));
    CHECK(twice.status == 409);
    CHECK(twice.body["reason"] == "AlreadyExists");
    CHECK(place.ask(kube::create(kConfigMaps, "contract-nowhere", place.config_map("a", {}).dump())).status != 201);
    CHECK(place.get(kConfigMaps, "b").status == 404);
    CHECK(place.ask(kube::list({"haetae.io", "v1", "nothings", "Nothing"}, "")).status == 404);
  });
}

TEST_CASE("contract: pages of a list show the state of the first page, each object once") {
  on_each([](Place& place) {
    for (const char* name : {"a", "b", "c", "d", "e"}) (void)place.create(place.config_map(name, {}, {{"set", "x"}}));
    std::vector<std::string> names;
    kube::ListOptions options{{.labels = "set=x"}, 2};
    std::string version;
    do {
      const auto page = place.ask(kube::list(kConfigMaps, place.ns(), options));
      REQUIRE(page.status == 200);
      for (const auto& item : page.body["items"]) names.push_back(item["metadata"]["name"]);
      if (version.empty()) {
        version = page.version();
        (void)place.create(place.config_map("late", {}, {{"set", "x"}}));
      }
      CHECK(page.version() == version);
      options.continue_token = page.body["metadata"].value("continue", "");
    } while (!options.continue_token.empty());
    CHECK(names == Words{"a", "b", "c", "d", "e"});
  });
}

TEST_CASE("contract: a delete may name the very object and state that it is meant for") {
  on_each([](Place& place) {
    const auto made = place.create(place.config_map("a", {{"x", "1"}}));
    CHECK(place.ask(kube::remove(kConfigMaps, place.key("a"), {.uid = "other"})).status == 409);
    CHECK(place.ask(kube::remove(kConfigMaps, place.key("a"), {.resource_version = "1"})).status == 409);
    CHECK(place
              .ask(kube::remove(kConfigMaps, place.key("a"),
                                {.uid = made.body["metadata"]["uid"], .resource_version = made.version()}))
              .status == 200);
    CHECK(place.get(kConfigMaps, "a").status == 404);
    CHECK(place.ask(kube::remove(kConfigMaps, place.key("a"), {})).status == 404);
  });
}

TEST_CASE("contract: a finalizer holds a deleted object until it is taken off") {
  on_each([](Place& place) {
    auto object = place.config_map("a", {});
    object["metadata"]["finalizers"] = {"haetae.io/hold"};
    (void)place.create(object);
    CHECK(place.ask(kube::remove(kConfigMaps, place.key("a"), {})).status == 200);
    CHECK(place.get(kConfigMaps, "a").body["metadata"].contains("deletionTimestamp"));
    const Json off = {{{"op", "test"}, {"path", "/metadata/finalizers/0"}, {"value", "haetae.io/hold"}},
                      {{"op", "remove"}, {"path", "/metadata/finalizers/0"}}};
    CHECK(place.ask(kube::json_patch(kConfigMaps, place.key("a"), off.dump())).status == 200);
    CHECK(place.get(kConfigMaps, "a").status == 404);
  });
}

TEST_CASE("contract: a patch whose test fails changes nothing, and one with an old resourceVersion is a conflict") {
  on_each([](Place& place) {
    const auto made = place.create(place.config_map("a", {{"x", "1"}}));
    const Json wrong = {{{"op", "test"}, {"path", "/data/x"}, {"value", "7"}}, {{"op", "remove"}, {"path", "/data/x"}}};
    CHECK(place.ask(kube::json_patch(kConfigMaps, place.key("a"), wrong.dump())).status == 422);
    CHECK(place.ask(kube::merge_patch(kConfigMaps, place.key("a"), R"({"data":{"x":"2"}})")).status == 200);
    const Json old{{"metadata", {{"resourceVersion", made.version()}}}, {"data", {{"x", "3"}}}};
    CHECK(place.ask(kube::merge_patch(kConfigMaps, place.key("a"), old.dump())).status == 409);
    CHECK(place.get(kConfigMaps, "a").body["data"]["x"] == "2");
  });
}

TEST_CASE("contract: an apply creates, and the same apply again changes not even the resourceVersion") {
  on_each([](Place& place) {
    const auto first = place.apply(kConfigMaps, place.config_map("a", {{"x", "1"}}), "one");
    CHECK(first.status == 201);
    CHECK(owners(first.body) == std::set<std::string>{"one Apply"});
    const auto again = place.apply(kConfigMaps, place.config_map("a", {{"x", "1"}}), "one");
    CHECK(again.status == 200);
    CHECK(again.version() == first.version());
    CHECK(place.apply(kConfigMaps, place.config_map("a", {{"x", "2"}}), "one").version() != first.version());
  });
}

TEST_CASE("contract: an apply with a uid neither creates nor touches another object") {
  on_each([](Place& place) {
    auto object = place.config_map("a", {{"x", "1"}});
    object["metadata"]["uid"] = "11111111-2222-3333-4444-555555555555";
    CHECK(place.apply(kConfigMaps, object, "one", true).status == 409);
    CHECK(place.get(kConfigMaps, "a").status == 404);
    (void)place.create(place.config_map("a", {{"x", "2"}}));
    const auto no = place.apply(kConfigMaps, object, "one", true);
    CHECK(no.status == 422);
    CHECK(no.body["details"]["causes"][0]["field"] == "metadata.uid");
    CHECK(place.get(kConfigMaps, "a").body["data"]["x"] == "2");
  });
}

TEST_CASE("contract: a field of another manager is a conflict unless equal or forced") {
  on_each([](Place& place) {
    (void)place.apply(kConfigMaps, place.config_map("a", {{"x", "1"}, {"y", "1"}}), "one");
    const auto no = place.apply(kConfigMaps, place.config_map("a", {{"x", "2"}}), "two");
    CHECK(no.status == 409);
    CHECK(no.body["message"].get<std::string>().find("\"one\"") != std::string::npos);
    CHECK(no.body["details"]["causes"][0]["field"] == ".data.x");
    CHECK(place.apply(kConfigMaps, place.config_map("a", {{"x", "1"}}), "two").status == 200);  // shared now
    CHECK(place.apply(kConfigMaps, place.config_map("a", {{"y", "2"}}), "three", true).status == 200);
    const auto live = place.get(kConfigMaps, "a").body;
    CHECK(live["data"] == Json{{"x", "1"}, {"y", "2"}});
    CHECK(owners(live) == std::set<std::string>{"one Apply", "two Apply", "three Apply"});
  });
}

TEST_CASE("contract: a field that its only owner leaves out goes, one that another owns too stays") {
  on_each([](Place& place) {
    (void)place.apply(kConfigMaps, place.config_map("a", {{"mine", "1"}, {"shared", "1"}}), "one");
    (void)place.apply(kConfigMaps, place.config_map("a", {{"shared", "1"}}), "two");
    const auto live = place.apply(kConfigMaps, place.config_map("a", {{"other", "1"}}), "one").body;
    CHECK(live["data"] == Json{{"other", "1"}, {"shared", "1"}});
  });
}

TEST_CASE("contract: replicas that nobody owns any more fall back to one, a share in them keeps their value") {
  on_each([](Place& place) {
    CHECK(place.apply(kDeployments, deployment(place, {{"replicas", 3}}), "one").status == 201);
    const Json share{{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"spec", {{"replicas", 3}}},
                     {"metadata", {{"name", "web"}, {"namespace", place.ns()}}}};
    CHECK(place.apply(kDeployments, share, "two").status == 200);
    CHECK(place.apply(kDeployments, deployment(place, Json::object()), "one").body["spec"]["replicas"] == 3);
    Json nothing = share;
    nothing.erase("spec");
    CHECK(place.apply(kDeployments, nothing, "two").body["spec"]["replicas"] == 1);
  });
}

TEST_CASE("contract: an autoscaler's write takes the replicas over from who applied them") {
  on_each([](Place& place) {
    (void)place.apply(kDeployments, deployment(place, {{"replicas", 3}}), "one");
    CHECK(place.ask(kube::merge_patch(kDeployments, place.key("web"), R"({"spec":{"replicas":5}})", {.field_manager = "hpa"}, "scale")).status == 200);
    const auto live = place.apply(kDeployments, deployment(place, Json::object()), "one").body;
    CHECK(live["spec"]["replicas"] == 5);
    CHECK(owners(live).contains("hpa Update"));
  });
}

TEST_CASE("contract: what was made by POST is owned by an Update entry, which a patch can turn into an Apply entry") {
  on_each([](Place& place) {
    const auto made = place.create(place.config_map("a", {{"x", "1"}, {"y", "1"}})).body;
    CHECK(owners(made) == std::set<std::string>{"poster Update"});
    // An apply by the same manager does not drop what the POST stated …
    (void)place.apply(kConfigMaps, place.config_map("a", {{"x", "1"}}), "poster");
    CHECK(place.get(kConfigMaps, "a").body["data"].contains("y"));
    // … until its Update entry is gone.
    auto live = place.get(kConfigMaps, "a").body;
    std::size_t update = 0;
    while (live["metadata"]["managedFields"][update]["operation"] != "Update") ++update;
    const auto at = "/metadata/managedFields/" + std::to_string(update);
    const Json off = {{{"op", "test"}, {"path", at + "/operation"}, {"value", "Update"}},
                      {{"op", "remove"}, {"path", at}}};
    live = place.ask(kube::json_patch(kConfigMaps, place.key("a"), off.dump(), {.field_manager = "poster"})).body;
    CHECK(owners(live) == std::set<std::string>{"poster Apply"});

    const auto other = place.create(place.config_map("b", {{"x", "1"}, {"y", "1"}})).body;
    const auto turn_at = "/metadata/managedFields/" + std::to_string(entry_index(other, "poster")) + "/operation";
    const Json turn = {{{"op", "replace"}, {"path", turn_at}, {"value", "Apply"}}};
    live = place.ask(kube::json_patch(kConfigMaps, place.key("b"), turn.dump(), {.field_manager = "poster"})).body;
    CHECK(owners(live) == std::set<std::string>{"poster Apply"});
    live = place.apply(kConfigMaps, place.config_map("b", {{"x", "1"}}), "poster").body;
    CHECK(live["data"] == Json{{"x", "1"}});
  });
}

TEST_CASE(
    "contract: status and the rest are written through doors of their own, and generation counts the spec alone") {
  on_each([](Place& place) {
    (void)place.apply(kDeployments, deployment(place, {{"replicas", 0}, {"paused", true}}), "one");
    auto object = deployment(place, {{"replicas", 0}, {"paused", true}});
    object["metadata"]["labels"] = {{"note", "x"}};
    CHECK(place.apply(kDeployments, object, "one").body["metadata"]["generation"] == 1);
    object["spec"]["minReadySeconds"] = 5;
    CHECK(place.apply(kDeployments, object, "one").body["metadata"]["generation"] == 2);
    object["metadata"]["annotations"] = {{"note", "x"}};  // which count too, for this kind
    CHECK(place.apply(kDeployments, object, "one").body["metadata"]["generation"] == 3);
    CHECK(place.ask(kube::merge_patch(kDeployments, place.key("web"), R"({"spec":{"minReadySeconds":9},"status":{"collisionCount":7}})", {.field_manager = "two"}, "status")).status == 200);
    const auto live = place.get(kDeployments, "web").body;
    CHECK(live["spec"]["minReadySeconds"] == 5);
    CHECK(live["metadata"]["generation"] == 3);
  });
}

TEST_CASE("contract: a dry run answers as if, and stores nothing") {
  on_each([](Place& place) {
    const auto object = place.config_map("a", {{"x", "1"}});
    const kube::WriteOptions dry{.field_manager = "one", .dry_run = true};
    CHECK(place.ask(kube::create(kConfigMaps, place.ns(), object.dump(), dry)).status == 201);
    CHECK(place.ask(kube::apply(kConfigMaps, place.key("a"), object.dump(), dry)).status == 201);
    CHECK(place.get(kConfigMaps, "a").status == 404);
    (void)place.create(object);
    CHECK(place.ask(kube::remove(kConfigMaps, place.key("a"), {.dry_run = true})).status == 200);
    CHECK(place.get(kConfigMaps, "a").status == 200);
  });
}

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

TEST_CASE("contract: a namespace that is being deleted takes no newcomers") {
  on_each([](Place& place) {
    auto held = place.config_map("held", {});
    held["metadata"]["finalizers"] = {"haetae.io/hold"};
    (void)place.create(held);
    CHECK(place.ask(kube::remove(kNamespaces, {"", place.ns()}, {})).status == 200);
    CHECK(place.ask(kube::get(kNamespaces, {"", place.ns()})).body["status"]["phase"] == "Terminating");
    const auto no = place.create(place.config_map("late", {}));
    CHECK(no.status == 403);
    CHECK(no.body["details"]["causes"][0]["reason"] == "NamespaceTerminating");
    CHECK(place.ask(kube::json_patch(kConfigMaps, place.key("held"), R"([{"op":"remove","path":"/metadata/finalizers"}])")).status == 200);
  });
}
