// The API server: objects, their identity, lists, preconditions and deletion.

#include "runtime/api_contract.hpp"

using namespace haetae;
using namespace haetae::fakes::testing;
using fakes::Json;
using Words = std::vector<std::string>;

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
