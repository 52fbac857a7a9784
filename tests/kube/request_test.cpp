#include "kube/request.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

using namespace haetae::kube;

namespace {
const Resource kPods{"", "v1", "pods", "Pod", true};
const Resource kDeployments{"apps", "v1", "deployments", "Deployment", true};
const Resource kNodes{"", "v1", "nodes", "Node", false};
}  // namespace

TEST_CASE("core kinds live under /api, all others under /apis") {
  CHECK(collection_path(kPods, "mois") == "/api/v1/namespaces/mois/pods");
  CHECK(collection_path(kDeployments, "") == "/apis/apps/v1/deployments");
  CHECK(object_path(kDeployments, {"mois", "web"}, "status") == "/apis/apps/v1/namespaces/mois/deployments/web/status");
  CHECK(object_path(kNodes, {"ignored", "n1"}) == "/api/v1/nodes/n1");
}

TEST_CASE("what a name holds cannot leave its place in the path") {
  CHECK(object_path(kPods, {"ns", "x?force=true#"}) == "/api/v1/namespaces/ns/pods/x%3Fforce%3Dtrue%23");
  CHECK(escape("가 a~") == "%EA%B0%80%20a~");
  for (const char* name : {".", "..", "a/status", "a%2Fstatus", ""}) {
    CAPTURE(name);
    CHECK(object_path(kPods, {"ns", name}).empty());
    CHECK(remove(kPods, {"ns", name}, {}).target.empty());
    CHECK(apply(kPods, {"ns", name}, "{}", {"m", true, true}).target.empty());
  }
  CHECK(collection_path(kPods, "..").empty());
  CHECK(list(kPods, "a/b", {{}, 5, "", "", ""}).target.empty());
}

TEST_CASE(
    "an object of a namespaced kind without namespace is no target, lest a delete reach the namespaces themselves") {
  CHECK(object_path(kPods, {"", "p"}).empty());
  CHECK(object_path(kNodes, {"", "n1"}) == "/api/v1/nodes/n1");
}

TEST_CASE("a get asks for JSON and nothing else") {
  const auto request = get(kPods, {"ns", "p"});
  CHECK(request.verb == Verb::Get);
  CHECK(request.target == "/api/v1/namespaces/ns/pods/p");
  CHECK(header(request.headers, "accept") == "application/json");
  CHECK(request.body.empty());
}

TEST_CASE("a list names its page, its version and its selectors, each escaped") {
  ListOptions options;
  options.of.labels = "haetae.io/system=a,!b";
  options.limit = 500;
  options.resource_version = "12";
  options.resource_version_match = "NotOlderThan";
  CHECK(list(kPods, "ns", options).target ==
        "/api/v1/namespaces/ns/pods?labelSelector=haetae.io%2Fsystem%3Da%2C%21b&limit=500&resourceVersion=12"
        "&resourceVersionMatch=NotOlderThan");
  CHECK(list(kPods, "").target == "/api/v1/pods");
}

TEST_CASE("a streaming list asks for initial events, which need a match rule and bookmarks") {
  WatchOptions options;
  options.initial_events = true;
  options.timeout = std::chrono::seconds(420);
  CHECK(watch(kPods, "", options).target ==
        "/api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
        "&timeoutSeconds=420");
  options.initial_events = false;
  options.timeout = {};
  options.resource_version = "7";
  CHECK(watch(kPods, "", options).target == "/api/v1/pods?watch=true&resourceVersion=7&allowWatchBookmarks=true");
}

TEST_CASE("metadata alone is asked for in the Accept header") {
  ListOptions options;
  options.of.metadata_only = true;
  CHECK(header(list(kPods, "", options).headers, "Accept").find("as=PartialObjectMetadataList;") != std::string::npos);
  WatchOptions events;
  events.of.metadata_only = true;
  CHECK(header(watch(kPods, "", events).headers, "Accept").find("as=PartialObjectMetadata;") != std::string::npos);
}

TEST_CASE("an apply names its manager and forces only when told") {
  const WriteOptions as{"haetae-delivery", false, false};
  const auto polite = apply(kDeployments, {"ns", "web"}, "{}", as);
  CHECK(polite.verb == Verb::Patch);
  CHECK(polite.target == "/apis/apps/v1/namespaces/ns/deployments/web?fieldManager=haetae-delivery");
  CHECK(header(polite.headers, "Content-Type") == "application/apply-patch+yaml");
  CHECK(
      apply(kDeployments, {"ns", "web"}, "{}", {"m", true, true}, true, "status").target ==
      "/apis/apps/v1/namespaces/ns/deployments/web/status?fieldManager=m&force=true&dryRun=All&fieldValidation=Strict");
}

TEST_CASE("the three patches differ by content type") {
  CHECK(header(json_patch(kPods, {"n", "p"}, "[]").headers, "Content-Type") == "application/json-patch+json");
  CHECK(header(merge_patch(kPods, {"n", "p"}, "{}").headers, "Content-Type") == "application/merge-patch+json");
  CHECK(create(kPods, "n", "{}").verb == Verb::Post);
}

TEST_CASE("a delete carries its preconditions and always says what becomes of dependents") {
  const auto exact = remove(kPods, {"ns", "p"}, {"u-1", "77", Propagation::Foreground, true});
  CHECK(exact.verb == Verb::Delete);
  CHECK(exact.target == "/api/v1/namespaces/ns/pods/p");
  const auto body = nlohmann::json::parse(exact.body);
  CHECK(body["preconditions"]["uid"] == "u-1");
  CHECK(body["preconditions"]["resourceVersion"] == "77");
  CHECK(body["propagationPolicy"] == "Foreground");
  CHECK(body["dryRun"][0] == "All");
  const auto loose = nlohmann::json::parse(remove(kPods, {"ns", "p"}, {}).body);
  CHECK_FALSE(loose.contains("preconditions"));
  CHECK(loose["propagationPolicy"] == "Background");
  CHECK_NOTHROW((void)remove(kPods, {"ns", "p"}, {"\xff", "", Propagation::Background, false}));
}
