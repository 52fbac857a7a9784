// Every kind that we write, as the domain writes it and somewhat worse: what was applied is not written again after a
// restart. True of the fake, and of a real server, whose defaults and canonical forms are what this is about.

#include <doctest/doctest.h>

#include <map>

#include "fakes/each_server.hpp"
#include "runtime/apply.hpp"

using namespace haetae;
using namespace haetae::runtime;
using fakes::Json;
using fakes::Server;
using nlohmann::ordered_json;

namespace {

const std::map<std::string, kube::Resource>& kinds() {
  static const std::map<std::string, kube::Resource> all{
      {"Namespace", {"", "v1", "namespaces", "Namespace", false}},
      {"ResourceQuota", {"", "v1", "resourcequotas", "ResourceQuota"}},
      {"LimitRange", {"", "v1", "limitranges", "LimitRange"}},
      {"Service", {"", "v1", "services", "Service"}},
      {"Deployment", {"apps", "v1", "deployments", "Deployment"}},
      {"StatefulSet", {"apps", "v1", "statefulsets", "StatefulSet"}},
      {"PodDisruptionBudget", {"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"}},
      {"HorizontalPodAutoscaler", {"autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"}}};
  return all;
}

// Zero values, forms that the server rewrites (1000m, 1024Mi, numbers as quantities), keys left to their defaults,
// lists with and without merge keys, maps that are owned as one.
constexpr const char* kPod =
    R"({"metadata":{"labels":{"haetae.io/system":"mois.gov24","haetae.io/component":"web"}},"spec":{
  "automountServiceAccountToken":false,"hostNetwork":false,"priorityClassName":"","nodeSelector":{"kubernetes.io/os":"linux"},
  "securityContext":{"runAsNonRoot":true,"runAsUser":1000,"seccompProfile":{"type":"RuntimeDefault"}},
  "tolerations":[{"key":"x","operator":"Exists"}],
  "topologySpreadConstraints":[
    {"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"haetae.io/component":"web"}}},
    {"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"haetae.io/component":"web"}}}],
  "volumes":[{"name":"tmp","emptyDir":{}},{"name":"settings","configMap":{"name":"settings","optional":true}}],
  "containers":[
    {"name":"web","image":"web:1","args":["--x","1"],"env":[{"name":"A","value":""},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
     "ports":[{"containerPort":8080,"name":"http"},{"containerPort":9090}],
     "resources":{"requests":{"cpu":"1000m","memory":"1024Mi"},"limits":{"cpu":2,"memory":"2Gi"}},
     "readinessProbe":{"httpGet":{"path":"/","port":"http"}},"volumeMounts":[{"name":"tmp","mountPath":"/tmp","readOnly":false}],
     "securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}},
    {"name":"side","image":"side:1","command":["run"],"securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}})";
constexpr const char* kSelector = R"({"matchLabels":{"haetae.io/system":"mois.gov24","haetae.io/component":"web"}})";

ordered_json json(const char* text) { return ordered_json::parse(text); }

/// A cluster as a worker sees it that has no cache: each apply is a look.
struct Bench {
  Server& server;
  Applier applier{server.client(), "haetae-test", [](const api::ObjectId&) { return std::nullopt; },
                  [](const api::ObjectId& id) { return kinds().at(id.kind); }};

  api::Manifest manifest(const char* api_version, const char* kind, std::string name, ordered_json spec) const {
    const bool is_namespace = std::string(kind) == "Namespace";
    ordered_json metadata{{"name", is_namespace ? server.ns() : name},
                          {"labels", {{"haetae.io/system", "mois.gov24"}}}};
    if (is_namespace) metadata["annotations"] = {{"haetae.io/system-ref", "mois/gov24"}};
    else metadata["namespace"] = server.ns();
    ordered_json body{{"apiVersion", api_version}, {"kind", kind}, {"metadata", metadata}};
    if (!spec.is_null()) body["spec"] = std::move(spec);
    return {{api_version, kind, is_namespace ? "" : server.ns(), metadata["name"]}, std::move(body)};
  }

  std::vector<api::Manifest> all() const {
    ordered_json stateful{
        {"replicas", 2}, {"serviceName", "db"}, {"selector", json(kSelector)}, {"template", json(kPod)}};
    stateful["volumeClaimTemplates"] = json(R"([{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1024Mi"}}}}])");
    return {
        manifest("v1", "Namespace", "", nullptr),
        manifest("v1", "ResourceQuota", "haetae",
                 json(R"({"hard":{"requests.cpu":"6000m","requests.memory":"6144Mi","pods":"40"}})")),
        manifest(
            "v1", "LimitRange", "haetae",
            json(
                R"({"limits":[{"type":"Container","default":{"cpu":"1000m","memory":"0.5Gi"},"defaultRequest":{"cpu":"100m"}}]})")),
        manifest("v1", "Service", "db", json(R"({"clusterIP":"None","selector":{"haetae.io/component":"db"}})")),
        manifest(
            "v1", "Service", "web",
            json(
                R"({"ports":[{"name":"http","port":80,"protocol":"TCP","targetPort":8080},{"name":"m","port":9090,"targetPort":"m"}],"selector":{"haetae.io/component":"web"}})")),
        manifest("apps/v1", "Deployment", "web",
                 {{"replicas", 3}, {"selector", json(kSelector)}, {"template", json(kPod)}}),
        manifest("apps/v1", "StatefulSet", "db", stateful),
        manifest("policy/v1", "PodDisruptionBudget", "web",
                 {{"maxUnavailable", 1}, {"selector", json(kSelector)}, {"unhealthyPodEvictionPolicy", "AlwaysAllow"}}),
        autoscaled(),
        manifest(
            "autoscaling/v2", "HorizontalPodAutoscaler", "auto",
            json(
                R"({"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"auto"},"minReplicas":3,"maxReplicas":6,
              "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}]})"))};
  }
  api::Manifest autoscaled() const {
    return manifest("apps/v1", "Deployment", "auto", {{"selector", json(kSelector)}, {"template", json(kPod)}});
  }
  Result<Applied> apply(const api::Manifest& manifest) {
    ApplyOptions options;
    if (manifest.id.name == "auto" && manifest.id.kind == "Deployment") options.initial_replicas = 4;
    return applier.apply(manifest, options);
  }
  Json live(const api::Manifest& manifest) {
    return server.ask(kube::get(kinds().at(manifest.id.kind), {manifest.id.ns, manifest.id.name})).body;
  }
};

}  // namespace

TEST_CASE("each kind is created, and not written again after a restart") {
  fakes::on_each_server([](Server& server) {
    Bench bench{server};
    REQUIRE(bench.applier.rehearse(bench.all(), "default"));
    for (const auto& manifest : bench.all()) {
      const auto done = bench.apply(manifest);
      REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
      CHECK_MESSAGE(*done == Applied::Created, manifest.id.text());
    }
    for (int restart = 0; restart < 2; ++restart) {
      bench.applier.forget();
      REQUIRE(bench.applier.rehearse(bench.all(), "default"));
      for (const auto& manifest : bench.all()) {
        const auto before = server.writes();
        const auto done = bench.apply(manifest);
        REQUIRE(done);
        CHECK_MESSAGE(server.writes() == before, manifest.id.text());
        CHECK_MESSAGE(*done == Applied::Unchanged, manifest.id.text());
      }
    }
    for (const auto& manifest : bench.all()) {
      const auto live = bench.live(manifest);
      for (const auto& entry : live["metadata"]["managedFields"])
        if (entry["manager"] == "haetae-test") CHECK_MESSAGE(entry["operation"] == "Apply", manifest.id.text());
    }
  });
}

TEST_CASE("an autoscaled workload keeps the size it was given, then the one its autoscaler gives it") {
  fakes::on_each_server([](Server& server) {
    Bench bench{server};
    REQUIRE(bench.apply(bench.manifest("v1", "Namespace", "", nullptr)));
    auto manifest = bench.autoscaled();
    REQUIRE(bench.apply(manifest));
    CHECK(bench.live(manifest)["spec"]["replicas"] == 4);
    CHECK(bench.live(manifest)["metadata"]["generation"] == 1);  // no value ever changed
    const auto& resource = kinds().at("Deployment");
    CHECK(server.ask(kube::merge_patch(resource, {server.ns(), "auto"}, R"({"spec":{"replicas":5}})", {.field_manager = "hpa"}, "scale")).status == 200);
    manifest.body["spec"]["template"]["spec"]["containers"][0]["image"] = "web:2";
    const auto before = server.writes();
    CHECK(*bench.apply(manifest) == Applied::Updated);
    CHECK(server.writes() == before + 1);
    CHECK(bench.live(manifest)["spec"]["replicas"] == 5);
  });
}

TEST_CASE("a workload hands its replicas over at their present value, and takes them back when they are stated again") {
  fakes::on_each_server([](Server& server) {
    Bench bench{server};
    REQUIRE(bench.apply(bench.manifest("v1", "Namespace", "", nullptr)));
    auto stated = bench.autoscaled();
    stated.id.name = "plain";
    stated.body["metadata"]["name"] = "plain";
    auto left_out = stated;
    stated.body["spec"]["replicas"] = 6;
    REQUIRE(bench.applier.apply(stated));
    CHECK(*bench.applier.apply(left_out, {.initial_replicas = 2}) == Applied::Updated);
    CHECK(bench.live(stated)["spec"]["replicas"] == 6);
    CHECK(bench.live(stated)["metadata"]["generation"] == 1);
    stated.body["spec"]["replicas"] = 3;
    CHECK(*bench.applier.apply(stated) == Applied::Updated);
    CHECK(bench.live(stated)["spec"]["replicas"] == 3);
  });
}

TEST_CASE("a field that the kind does not have, or of the wrong type, is a refusal and not a failure of the world") {
  fakes::on_each_server([](Server& server) {
    if (!server.real()) return;  // the fake knows no schema
    Bench bench{server};
    REQUIRE(bench.apply(bench.manifest("v1", "Namespace", "", nullptr)));
    auto unknown = bench.autoscaled(), untyped = bench.autoscaled(), invalid = bench.autoscaled();
    unknown.body["spec"]["template"]["spec"]["contaners"] = 1;
    untyped.body["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = "many";
    invalid.body["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = 700000;
    for (const auto& manifest : {unknown, untyped, invalid}) {
      const auto done = bench.applier.rehearse({manifest}, "default");
      REQUIRE_FALSE(done);
      CHECK_MESSAGE(done.error().code == Code::Rejected, done.error().message);
      CHECK_MESSAGE(done.error().message.find("spec.template.spec.cont") != std::string::npos, done.error().message);
    }
  });
}
