// Applier: what is written, and what is not because it is there already.

#include "runtime/apply_bench.hpp"

using namespace haetae;
using namespace haetae::runtime;
using namespace haetae::runtime::testing;

TEST_CASE("an object that is not there is created by apply, and leaves no Update entry of ours") {
  ApplyBench bench;
  CHECK(bench.applied(deployment()) == Applied::Created);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 3);
  CHECK(owners(bench.live(deployment())) == std::vector<std::string>{"haetae Apply"});
  CHECK(bench.server.writes() == 1);
}

TEST_CASE("a second apply makes no request once the cache has seen the first, and one read before that") {
  ApplyBench bench;
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
  ApplyBench bench;
  (void)bench.applied(deployment(3, "web:1"));
  bench.see();
  CHECK(bench.applied(deployment(3, "web:2")) == Applied::Updated);
  const auto after = bench.requests();
  CHECK(bench.applied(deployment(3, "web:2")) == Applied::Unchanged);  // the cache still shows web:1
  CHECK(bench.requests() == after);
}

TEST_CASE("a cache that stays older than our last write belongs to a restored cluster, and is looked at again") {
  ApplyBench bench;
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
  ApplyBench bench;
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
  ApplyBench bench;
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
  ApplyBench bench;
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
  ApplyBench bench;
  (void)bench.applied(deployment());
  bench.server.put(kDeployments,
                   {{"metadata", {{"name", "web"}, {"namespace", "default"}}}, {"status", {{"readyReplicas", 2}}}});
  bench.see();
  const auto before = bench.requests();
  CHECK(bench.applied(deployment()) == Applied::Unchanged);
  CHECK(bench.requests() == before);
}

TEST_CASE("a field that we no longer state goes, also where a restart lies between") {
  ApplyBench bench;
  auto with = deployment();
  with.body["spec"]["minReadySeconds"] = 10;
  (void)bench.applied(with);
  bench.applier.forget();
  CHECK(bench.applied(deployment()) == Applied::Updated);
  CHECK_FALSE(bench.live(deployment())["spec"].contains("minReadySeconds"));
}

TEST_CASE("our label is put back where somebody took it off") {
  ApplyBench bench;
  (void)bench.applied(deployment());
  bench.server.put(
      kDeployments,
      {{"metadata", {{"name", "web"}, {"namespace", "default"}, {"labels", {{"haetae.io/system", nullptr}}}}}});
  CHECK(bench.applied(deployment()) == Applied::Updated);
  CHECK(bench.live(deployment())["metadata"]["labels"]["haetae.io/system"] == "mois.gov24");
}

TEST_CASE("a refusal tells the field, the object and the cluster") {
  ApplyBench bench;
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
  ApplyBench bench;
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

TEST_CASE("pods that pod security would refuse are a refusal of the rehearsal, in the cluster's own words") {
  ApplyBench bench;
  bench.server.on_request([](const kube::HttpRequest& request, std::size_t) -> std::optional<Fault> {
    if (request.target.find("dryRun=All") == std::string::npos) return std::nullopt;
    return Fault{Fault::Kind::Answer,
                 {200,
                  {{"Warning", R"w(299 - "would violate PodSecurity \"restricted:latest\": privileged (container \"web\")")w"}},
                  R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default"}})"}};
  });
  const auto done = bench.applier.rehearse({deployment()}, "haetae-system");
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Rejected);
  CHECK(done.error().message == "cannot apply Deployment default/web in cluster daejeon-a: its pods would violate "
                                "PodSecurity \"restricted:latest\": privileged (container \"web\")");
  CHECK(bench.server.writes() == 0);
}

TEST_CASE("what goes into a namespace that is not there yet is rehearsed elsewhere under another name") {
  ApplyBench bench;
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

TEST_CASE("an object that was deleted by somebody is made again, whatever the memory says") {
  ApplyBench bench;
  (void)bench.applied(deployment());
  bench.see();
  bench.server.remove(kDeployments, {"default", "web"});
  bench.see();
  CHECK(bench.applied(deployment()) == Applied::Created);
}

TEST_CASE("an object that is being deleted is not written to") {
  ApplyBench bench;
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
  ApplyBench bench;
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
