#include "runtime/apply.hpp"

#include <doctest/doctest.h>

#include <map>

#include "fakes/fake_api_server.hpp"
#include "fakes/fake_reactor.hpp"
#include "runtime/projection.hpp"

using namespace haetae;
using namespace haetae::runtime;
using fakes::Fault;
using fakes::Json;
using nlohmann::ordered_json;

namespace {

const kube::Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
const kube::Resource kDeployments{"apps", "v1", "deployments", "Deployment"};
const kube::Resource kServices{"", "v1", "services", "Service"};

/// One cluster, its writer, and a cache that follows the cluster only when told.
struct Bench {
  fakes::FakeReactor reactor;
  fakes::FakeApiServer server;
  kube::Client client{server.connect(reactor, fakes::FakeApiServer::Answers::AtOnce), {}};
  std::map<api::ObjectId, std::shared_ptr<const OwnedObject>> cache;
  Applier applier{client, "haetae",
                  [this](const api::ObjectId& id) {
                    const auto found = cache.find(id);
                    return found == cache.end() ? nullptr : found->second;
                  },
                  [](const api::ObjectId& id) { return resource_of(id); }, "daejeon-a"};

  static kube::Resource resource_of(const api::ObjectId& id) {
    return id.kind == "Namespace" ? kNamespaces : id.kind == "Deployment" ? kDeployments : kServices;
  }
  /// The cache sees what is there now.
  void see() {
    cache.clear();
    for (const auto& resource : {kNamespaces, kDeployments, kServices})
      for (auto object : server.all(resource)) {
        auto seen = owned_object(object.dump(), resource.api_version(), resource.kind);
        REQUIRE(seen);
        cache[seen->id] = std::make_shared<OwnedObject>(*seen);
      }
  }
  Json live(const api::Manifest& manifest) {
    const auto found = server.get(resource_of(manifest.id), {manifest.id.ns, manifest.id.name});
    return found ? *found : Json();
  }
  Applied applied(const api::Manifest& manifest, ApplyOptions options = {}) {
    const auto done = applier.apply(manifest, options);
    REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
    return *done;
  }
  std::size_t requests() const { return server.requests().size(); }
};

api::Manifest namespace_of(const std::string& system = "mois/gov24") {
  return {{"v1", "Namespace", "", "ts"},
          {{"apiVersion", "v1"},
           {"kind", "Namespace"},
           {"metadata",
            {{"name", "ts"},
             {"labels", {{"haetae.io/system", "mois.gov24"}}},
             {"annotations", {{"haetae.io/system-ref", system}}}}}}};
}

api::Manifest deployment(std::optional<int> replicas = 3, const std::string& image = "web:1") {
  ordered_json spec;
  if (replicas) spec["replicas"] = *replicas;
  spec["selector"] = {{"matchLabels", {{"app", "web"}}}};
  spec["template"] = {{"metadata", {{"labels", {{"app", "web"}}}}},
                      {"spec",
                       {{"containers",
                         ordered_json::array({{{"name", "web"},
                                               {"image", image},
                                               {"ports", ordered_json::array({{{"containerPort", 8080}}})},
                                               {"resources", {{"requests", {{"cpu", "1000m"}}}}}}})}}}};
  return {{"apps/v1", "Deployment", "default", "web"},
          {{"apiVersion", "apps/v1"},
           {"kind", "Deployment"},
           {"metadata", {{"name", "web"}, {"namespace", "default"}, {"labels", {{"haetae.io/system", "mois.gov24"}}}}},
           {"spec", std::move(spec)}}};
}

std::vector<std::string> owners(const Json& object) {
  std::vector<std::string> out;
  for (const auto& entry : object["metadata"]["managedFields"])
    out.push_back(entry["manager"].get<std::string>() + " " + entry["operation"].get<std::string>());
  return out;
}

const Json kScale5{{"spec", {{"replicas", 5}}}};

}  // namespace

TEST_CASE("an object that is not there is created by apply, and leaves no Update entry of ours") {
  Bench bench;
  CHECK(bench.applied(deployment()) == Applied::Created);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 3);
  CHECK(owners(bench.live(deployment())) == std::vector<std::string>{"haetae Apply"});
  CHECK(bench.server.writes() == 1);
}

TEST_CASE("a second apply makes no request once the cache has seen the first, and one read before that") {
  Bench bench;
  (void)bench.applied(deployment());
  const auto after_first = bench.requests();
  CHECK(bench.applied(deployment()) == Applied::Unchanged);  // the cache does not show it yet
  CHECK(bench.requests() == after_first + 1);
  bench.see();
  CHECK(bench.applied(deployment()) == Applied::Unchanged);
  CHECK(bench.requests() == after_first + 1);
  CHECK(bench.server.writes() == 1);
}

TEST_CASE("what the last apply answered counts until the cache is as new") {
  Bench bench;
  (void)bench.applied(deployment(3, "web:1"));
  bench.see();
  CHECK(bench.applied(deployment(3, "web:2")) == Applied::Updated);
  const auto after = bench.requests();
  CHECK(bench.applied(deployment(3, "web:2")) == Applied::Unchanged);  // the cache still shows web:1
  CHECK(bench.requests() == after);
}

TEST_CASE("a cache that stays older than our last write belongs to a restored cluster, and is looked at again") {
  Bench bench;
  (void)bench.applied(deployment(3, "web:1"));
  bench.see();
  (void)bench.applied(deployment(3, "web:2"));
  // The backup: the old object under its old version, in the cache and in the cluster.
  bench.server.put(kDeployments, {{"metadata", {{"name", "web"}, {"namespace", "default"}}},
                                  {"spec", {{"paused", true}, {"replicas", 1}}}});
  for (int i = 0; i < 3; ++i) CHECK(bench.applied(deployment(3, "web:2")) == Applied::Unchanged);
  CHECK(bench.applied(deployment(3, "web:2")) == Applied::Updated);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 3);
}

TEST_CASE("after a restart one read tells that nothing differs, and nothing is written") {
  Bench bench;
  (void)bench.applied(namespace_of());
  (void)bench.applied(deployment());
  bench.see();
  const auto writes = bench.server.writes();
  bench.applier.forget();
  CHECK(bench.applied(namespace_of()) == Applied::Unchanged);
  CHECK(bench.applied(deployment()) == Applied::Unchanged);
  CHECK(bench.server.writes() == writes);
}

TEST_CASE("drift is written back, and fields that we do not state are left alone") {
  Bench bench;
  (void)bench.applied(deployment());
  bench.server.put(kDeployments,
                   {{"metadata", {{"name", "web"}, {"namespace", "default"}, {"annotations", {{"team", "a"}}}}},
                    {"spec", {{"replicas", 1}, {"paused", true}}}});
  bench.see();
  CHECK(bench.applied(deployment()) == Applied::Updated);
  const auto live = bench.live(deployment());
  CHECK(live["spec"]["replicas"] == 3);
  CHECK(live["spec"]["paused"] == true);
  CHECK(live["metadata"]["annotations"]["team"] == "a");
}

TEST_CASE("a change that touches nothing of ours costs one read and no write") {
  Bench bench;
  (void)bench.applied(deployment());
  bench.server.put(kDeployments,
                   {{"metadata", {{"name", "web"}, {"namespace", "default"}, {"annotations", {{"team", "a"}}}}}});
  bench.see();
  const auto before = bench.requests();
  CHECK(bench.applied(deployment()) == Applied::Unchanged);
  CHECK(bench.requests() == before + 1);
  CHECK(bench.applied(deployment()) == Applied::Unchanged);
  CHECK(bench.requests() == before + 1);
  CHECK(bench.server.writes() == 1);
}

TEST_CASE("a status that moves makes no request at all") {
  Bench bench;
  (void)bench.applied(deployment());
  bench.server.put(kDeployments,
                   {{"metadata", {{"name", "web"}, {"namespace", "default"}}}, {"status", {{"readyReplicas", 2}}}});
  bench.see();
  const auto before = bench.requests();
  CHECK(bench.applied(deployment()) == Applied::Unchanged);
  CHECK(bench.requests() == before);
}

TEST_CASE("a field that we no longer state goes, also where a restart lies between") {
  Bench bench;
  auto with = deployment();
  with.body["spec"]["minReadySeconds"] = 10;
  (void)bench.applied(with);
  bench.applier.forget();
  CHECK(bench.applied(deployment()) == Applied::Updated);
  CHECK_FALSE(bench.live(deployment())["spec"].contains("minReadySeconds"));
}

TEST_CASE("an object of somebody else is left alone, and the error names its managers") {
  Bench bench;
  auto foreign = Json::parse(deployment().body.dump());
  foreign["metadata"].erase("labels");
  bench.server.put(kDeployments, foreign, "helm");
  const auto done = bench.applier.apply(deployment());
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Conflict);
  CHECK(done.error().message ==
        "cannot apply Deployment default/web in cluster daejeon-a: it is there and not ours; its fields are managed by "
        "helm");
  CHECK(bench.server.writes() == 0);
}

TEST_CASE("an object with another system's mark is not ours, even where our manager wrote it") {
  Bench bench;
  (void)bench.applied(deployment());
  auto other = deployment();
  other.body["metadata"]["labels"]["haetae.io/system"] = "nts.hometax";
  const auto done = bench.applier.apply(other);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Conflict);
  CHECK(bench.live(deployment())["metadata"]["labels"]["haetae.io/system"] == "mois.gov24");
}

TEST_CASE("our label is put back where somebody took it off") {
  Bench bench;
  (void)bench.applied(deployment());
  bench.server.put(
      kDeployments,
      {{"metadata", {{"name", "web"}, {"namespace", "default"}, {"labels", {{"haetae.io/system", nullptr}}}}}});
  CHECK(bench.applied(deployment()) == Applied::Updated);
  CHECK(bench.live(deployment())["metadata"]["labels"]["haetae.io/system"] == "mois.gov24");
}

TEST_CASE("a namespace is created, carries our Apply entry alone, and a second apply after a restart writes nothing") {
  Bench bench;
  CHECK(bench.applied(namespace_of()) == Applied::Created);
  CHECK(owners(bench.live(namespace_of())) == std::vector<std::string>{"haetae Apply"});
  const auto writes = bench.server.writes();
  bench.applier.forget();
  CHECK(bench.applied(namespace_of()) == Applied::Unchanged);
  CHECK(bench.server.writes() == writes);
  auto fewer = namespace_of();  // a label that was created by POST still goes when it is dropped
  fewer.body["metadata"]["labels"] = {{"haetae.io/system", "mois.gov24"}};
  auto more = fewer;
  more.body["metadata"]["labels"]["extra"] = "x";
  (void)bench.applied(more);
  (void)bench.applied(fewer);
  CHECK_FALSE(bench.live(fewer)["metadata"]["labels"].contains("extra"));
}

TEST_CASE("a namespace without our mark, or with another's, is never adopted") {
  for (const char* mark : {"", "nts/hometax"}) {
    Bench bench;
    Json foreign{{"metadata", {{"name", "ts"}, {"labels", {{"haetae.io/system", "mois.gov24"}}}}}};
    if (*mark != '\0') foreign["metadata"]["annotations"]["haetae.io/system-ref"] = mark;
    bench.server.put(kNamespaces, foreign);
    const auto done = bench.applier.apply(namespace_of());
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::Conflict);
    CHECK(bench.server.writes() == 0);
  }
}

TEST_CASE("a namespace that appears between our look and our create is not adopted") {
  Bench bench;
  bench.server.on_request([&](const kube::HttpRequest& request, std::size_t) -> std::optional<Fault> {
    if (request.verb != kube::Verb::Post) return std::nullopt;
    // Somebody is faster. (perform() would deadlock on the server's lock: its answer is given in its stead.)
    return Fault{Fault::Kind::Answer,
                        fakes::status_answer(409, "AlreadyExists", "namespaces \"ts\" already exists")};
  });
  const auto done = bench.applier.apply(namespace_of());
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Conflict);
}

TEST_CASE("a crash after each request of a namespace's creation ends in the same object") {
  for (std::size_t crash = 0; crash < 6; ++crash)
    for (const auto kind : {Fault::Kind::Refuse, Fault::Kind::LoseAnswer}) {
      Bench bench;
      bench.server.on_request([&](const kube::HttpRequest&, std::size_t number) -> std::optional<Fault> {
        if (number == crash) return Fault{kind, {}};
        if (number > crash) return Fault{};
        return std::nullopt;
      });
      (void)bench.applier.apply(namespace_of());
      bench.server.on_request(nullptr);
      bench.applier.forget();
      REQUIRE(bench.applier.apply(namespace_of()));
      CHECK(owners(bench.live(namespace_of())) == std::vector<std::string>{"haetae Apply"});
      bench.applier.forget();
      const auto writes = bench.server.writes();
      CHECK(bench.applied(namespace_of()) == Applied::Unchanged);
      CHECK(bench.server.writes() == writes);
    }
}

TEST_CASE("an update touches neither a name that is free again nor one that another object bears now") {
  for (const bool made_anew : {false, true}) {
    Bench bench;
    (void)bench.applied(deployment());
    bench.see();
    // Between our look and our write the object is deleted, and perhaps made anew.
    fakes::FakeApiServer later;
    later.put(kServices, {{"metadata", {{"name", "other"}, {"namespace", "default"}}}});  // so that uids differ
    if (made_anew) later.put(kDeployments, Json::parse(deployment().body.dump()));
    bench.server.on_request([&](const kube::HttpRequest& request, std::size_t) -> std::optional<Fault> {
      if (request.verb != kube::Verb::Patch) return std::nullopt;
      return Fault{Fault::Kind::Answer, later.perform(request)};
    });
    const auto done = bench.applier.apply(deployment(3, "web:2"));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::Conflict);
  }
}

TEST_CASE("an autoscaled workload is created with its size, and its replicas are handed over without a change") {
  Bench bench;
  CHECK(bench.applied(deployment(std::nullopt), {.initial_replicas = 4}) == Applied::Created);
  auto live = bench.live(deployment());
  CHECK(live["spec"]["replicas"] == 4);
  CHECK(live["metadata"]["generation"] == 1);
  bench.applier.forget();
  const auto writes = bench.server.writes();
  CHECK(bench.applied(deployment(std::nullopt), {.initial_replicas = 4}) == Applied::Unchanged);
  CHECK(bench.server.writes() == writes);
  // The autoscaler sets another value; we leave it.
  bench.server.perform(
      kube::merge_patch(kDeployments, {"default", "web"}, kScale5.dump(), {.field_manager = "hpa"}, "scale"));
  CHECK(bench.applied(deployment(std::nullopt), {.initial_replicas = 4}) == Applied::Unchanged);
  CHECK(bench.applied(deployment(std::nullopt, "web:2"), {.initial_replicas = 4}) == Applied::Updated);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 5);
}

TEST_CASE("a workload whose replicas we own hands them over at their present value") {
  Bench bench;
  (void)bench.applied(deployment(6));
  CHECK(bench.applied(deployment(std::nullopt), {.initial_replicas = 2}) == Applied::Updated);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 6);
  // And back: stated again, it is ours again.
  CHECK(bench.applied(deployment(2)) == Applied::Updated);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 2);
}

TEST_CASE("no value changes when the handover stops at any request") {
  for (std::size_t crash = 0; crash < 4; ++crash)
    for (const auto kind : {Fault::Kind::Refuse, Fault::Kind::LoseAnswer}) {
      Bench bench;
      (void)bench.applied(deployment(6));
      const auto start = bench.requests();
      bench.server.on_request([&](const kube::HttpRequest&, std::size_t number) -> std::optional<Fault> {
        if (number == start + crash) return Fault{kind, {}};
        return number > start + crash ? std::optional(Fault{}) : std::nullopt;
      });
      (void)bench.applier.apply(deployment(std::nullopt), {.initial_replicas = 2});
      CHECK(bench.live(deployment())["spec"]["replicas"] == 6);
      bench.server.on_request(nullptr);
      bench.applier.forget();
      REQUIRE(bench.applier.apply(deployment(std::nullopt), {.initial_replicas = 2}));
      CHECK(bench.live(deployment())["spec"]["replicas"] == 6);
      CHECK(bench.live(deployment())["metadata"]["generation"] == 1);
    }
}

TEST_CASE("a refusal tells the field, the object and the cluster") {
  Bench bench;
  bench.server.admission([](const Json& object) -> Json {
    if (object["kind"] != "Deployment") return nullptr;
    return {{"code", 422},
            {"reason", "Invalid"},
            {"message", "Deployment.apps \"web\" is invalid"},
            {"details",
             {{"causes", {{{"field", "spec.template.spec.containers[0].image"}, {"message", "Required value"}}}}}}};
  });
  const auto done = bench.applier.rehearse({deployment()}, "haetae-system");
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Rejected);
  CHECK(
      done.error().message ==
      "cannot apply Deployment default/web in cluster daejeon-a: 422 Invalid: spec.template.spec.containers[0].image: "
      "Required value");
  CHECK(bench.server.writes() == 0);
}

TEST_CASE("a rehearsal writes nothing, and asks nothing where nothing would be written") {
  Bench bench;
  REQUIRE(bench.applier.rehearse({namespace_of(), deployment()}, "default"));
  CHECK(bench.server.writes() == 0);
  (void)bench.applied(deployment());
  bench.see();
  bench.server.forget_requests();
  REQUIRE(bench.applier.rehearse({deployment()}, "default"));
  CHECK(bench.requests() == 0);
  bench.applier.forget();  // a restart: one read, and the apply that follows needs none
  REQUIRE(bench.applier.rehearse({deployment()}, "default"));
  CHECK(bench.applied(deployment()) == Applied::Unchanged);
  CHECK(bench.requests() == 1);
}

TEST_CASE("what goes into a namespace that is not there yet is rehearsed elsewhere under another name") {
  Bench bench;
  auto elsewhere = deployment();
  elsewhere.id.ns = "ts";
  elsewhere.body["metadata"]["namespace"] = "ts";
  REQUIRE(bench.applier.rehearse({namespace_of(), elsewhere}, "default"));
  const auto last = bench.server.requests().back();
  CHECK(last.target.find("/namespaces/default/deployments/rehearsal-") != std::string::npos);
  CHECK(last.target.find("dryRun=All") != std::string::npos);
  CHECK(Json::parse(last.body)["metadata"]["namespace"] == "default");
  CHECK(bench.server.all(kDeployments).empty());
}

TEST_CASE("only what carries our label is deleted, by uid, and what is gone counts as deleted") {
  Bench bench;
  (void)bench.applied(deployment());
  const auto no = bench.applier.remove(deployment().id, "nts.hometax");
  REQUIRE_FALSE(no);
  CHECK(no.error().code == Code::Conflict);
  CHECK_FALSE(bench.applier.remove(deployment().id, ""));
  CHECK_FALSE(bench.live(deployment()).is_null());
  REQUIRE(bench.applier.remove(deployment().id, "mois.gov24"));
  CHECK(bench.live(deployment()).is_null());
  const auto body = Json::parse(bench.server.requests().back().body);
  CHECK(body["preconditions"].contains("uid"));
  CHECK(body["preconditions"].contains("resourceVersion"));
  CHECK(bench.applier.remove(deployment().id, "mois.gov24"));
}

TEST_CASE("an object that was deleted by somebody is made again, whatever the memory says") {
  Bench bench;
  (void)bench.applied(deployment());
  bench.see();
  bench.server.remove(kDeployments, {"default", "web"});
  bench.see();
  CHECK(bench.applied(deployment()) == Applied::Created);
}

TEST_CASE("an object that is being deleted is not written to") {
  Bench bench;
  bench.server.hold_namespaces(true);
  (void)bench.applied(namespace_of());
  bench.server.remove(kNamespaces, {"", "ts"});
  const auto writes = bench.server.writes();
  const auto done = bench.applier.apply(namespace_of());
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Conflict);
  CHECK(bench.server.writes() == writes);
}

TEST_CASE("no answer is an error with the grammar, and nothing is taken for absent") {
  Bench bench;
  bench.server.refuse_connections(true);
  const auto done = bench.applier.apply(deployment());
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Unreachable);
  CHECK(done.error().message ==
        "cannot apply Deployment default/web in cluster daejeon-a: connect fake:443: connection refused");
  CHECK(bench.applier.remove(deployment().id, "mois.gov24")
            .error()
            .message.starts_with("cannot delete Deployment default/web"));
}
