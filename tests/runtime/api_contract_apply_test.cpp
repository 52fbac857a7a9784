// The API server: server-side apply, and who owns a field.

#include <set>

#include "runtime/api_contract.hpp"

using namespace haetae;
using namespace haetae::fakes::testing;
using fakes::Json;

namespace {

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

}  // namespace

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
