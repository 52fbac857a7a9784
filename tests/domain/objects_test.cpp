// Objects: exactly what a copy consists of in its member cluster.
#include <doctest/doctest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "builders.hpp"
#include "domain/labels.hpp"
#include "domain/objects.hpp"

using namespace haetae;
using namespace haetae::build;
using nlohmann::ordered_json;

namespace {

struct Written {
  domain::SystemPlan plan;
  domain::CopyPlan copy;
  std::vector<api::Manifest> objects;

  [[nodiscard]] bool has(const std::string& kind, const std::string& name) const {
    return std::any_of(objects.begin(), objects.end(),
                       [&](const auto& o) { return o.id.kind == kind && o.id.name == name; });
  }
  [[nodiscard]] const ordered_json& body(const std::string& kind, const std::string& name) const {
    for (const auto& object : objects)
      if (object.id.kind == kind && object.id.name == name) return object.body;
    throw std::out_of_range("no " + kind + " " + name);
  }
};

Written written(const WorldMade& world, api::Role role = api::Role::Active, const std::string& system = "mois/gov24") {
  Written it;
  it.plan = domain::decide(world).systems.at(system_ref(system, "mois"));
  for (const auto& copy : it.plan.copies)
    if (copy.role == role) it.copy = copy;
  REQUIRE_FALSE(it.copy.cluster.empty());
  it.objects = domain::objects(it.plan, it.copy);
  return it;
}

SystemMade gov24() { return a_system("mois/gov24").scoring(95).with_substitute("주민센터 방문"); }

/// Every null, empty list and empty label map below; an API server keeps none of them.
void expect_nothing_that_is_dropped(const ordered_json& value, const std::string& path) {
  CAPTURE(path);
  CHECK_FALSE(value.is_null());
  CHECK_FALSE((value.is_array() && value.empty()));
  if (value.is_structured())
    for (const auto& [key, inner] : value.items()) expect_nothing_that_is_dropped(inner, path + "." + key);
}

const ordered_json& pods(const ordered_json& workload) { return workload.at("spec").at("template"); }

}  // namespace

TEST_CASE("a copy's namespace is ts-<agency>-<system>, cut past 63") {
  CHECK(domain::member_namespace(SystemRef{"mois", "gov24"}) == "ts-mois-gov24");
  const auto cut = domain::member_namespace(SystemRef{std::string(40, 'a'), std::string(40, 'b')});
  CHECK(cut.size() == 63);
  CHECK(cut != domain::member_namespace(SystemRef{std::string(40, 'a'), std::string(39, 'b') + "c"}));
}

TEST_CASE("where a MemberCluster is only some nodes, the namespace ends in the center") {
  domain::CopyPlan copy;
  copy.center = CenterName("daejeon");
  CHECK(domain::member_namespace({"mois", "gov24"}, copy) == "ts-mois-gov24");
  copy.node_selector = {{"topology.kubernetes.io/zone", "z1"}};
  CHECK(domain::member_namespace({"mois", "gov24"}, copy) == "ts-mois-gov24-daejeon");
}

TEST_CASE("the namespace carries the mark, what tells the copy apart, and enforces restricted pods") {
  auto world = a_fleet();
  world.with(gov24()).with(a_provider("msp")).with(a_handoff("mois/gov24", "msp", api::Stage::Shadow));
  const auto it = written(world);
  CHECK(it.objects.front().id.kind == "Namespace");
  const auto& metadata = it.body("Namespace", "ts-mois-gov24").at("metadata");
  CHECK(metadata.at("annotations").at("haetae.io/system-ref") == "mois/gov24");
  const ordered_json want{{"haetae.io/center", it.copy.center.text()},
                          {"haetae.io/data-class", "S"},
                          {"haetae.io/role", "active"},
                          {"haetae.io/system", "mois.gov24"},
                          {"haetae.io/tier", "tier-1"},
                          {"msp.haetae.io/provider", "msp"},
                          {"msp.haetae.io/stage", "Shadow"},
                          {"pod-security.kubernetes.io/enforce", "restricted"},
                          {"pod-security.kubernetes.io/warn", "restricted"}};
  CHECK(metadata.at("labels") == want);
}

TEST_CASE("every object of a copy tells system, tier, role, center, data class and who is handed to") {
  auto world = a_fleet();
  world.with(gov24()).with(a_provider("msp")).with(a_handoff("mois/gov24", "msp", api::Stage::Shadow));
  for (const auto& object : written(world).objects) {
    CAPTURE(object.id.text());
    for (const auto* key : {"haetae.io/system", "haetae.io/tier", "haetae.io/role", "haetae.io/center",
                            "haetae.io/data-class", "msp.haetae.io/provider", "msp.haetae.io/stage"})
      CHECK(object.body.at("metadata").at("labels").contains(key));
  }
}

TEST_CASE("a change of role, tier or stage changes no pod template and no selector") {
  const auto before = written(a_fleet().with(gov24()));
  auto after = before;
  after.plan.handoff = {"msp", "Full", "Provider"};
  after.copy.role = api::Role::Standby;
  after.plan.copies = {after.copy};
  after.objects = domain::objects(after.plan, after.copy);
  const auto& old_web = before.body("Deployment", "web");
  const auto& new_web = after.body("Deployment", "web");
  CHECK(old_web.at("metadata").at("labels") != new_web.at("metadata").at("labels"));
  CHECK(pods(old_web) == pods(new_web));
  CHECK(old_web.at("spec").at("selector") == new_web.at("spec").at("selector"));
  CHECK(pods(old_web).at("metadata").at("labels") ==
        ordered_json{{"haetae.io/component", "web"}, {"haetae.io/system", "mois.gov24"}});
}

TEST_CASE("a Deployment states replicas, selector, priority and the tier's spread over hosts and rooms") {
  const auto it = written(a_fleet().with(gov24().with(a_component("web", 6))));
  const auto& web = it.body("Deployment", "web");
  CHECK(web.at("spec").at("replicas") == 6);
  CHECK(pods(web).at("spec").at("priorityClassName") == "haetae-tier-1");
  const auto& spread = pods(web).at("spec").at("topologySpreadConstraints");
  REQUIRE(spread.size() == 2);
  const ordered_json host{{"maxSkew", 1},
                          {"topologyKey", "kubernetes.io/hostname"},
                          {"whenUnsatisfiable", "DoNotSchedule"},
                          {"labelSelector", {{"matchLabels", web.at("spec").at("selector").at("matchLabels")}}},
                          {"matchLabelKeys", {"pod-template-hash"}}};
  CHECK(spread[0] == host);
  CHECK(spread[1].at("topologyKey") == "topology.kubernetes.io/zone");
}

TEST_CASE("a spread that is not required only prefers") {
  const auto it = written(a_fleet().with(a_system("mois/gov24").scoring(82)));
  CHECK(pods(it.body("Deployment", "web")).at("spec").at("topologySpreadConstraints")[0].at("whenUnsatisfiable") ==
        "ScheduleAnyway");
}

TEST_CASE("a tenant's own spread constraints stay; of two alike the smaller skew holds") {
  const std::string own = R"({"spec":{"containers":[{"name":"main","image":"x"}],"topologySpreadConstraints":[
    {"maxSkew":1,"topologyKey":"example.kr/rack","whenUnsatisfiable":"ScheduleAnyway"},
    {"maxSkew":5,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"DoNotSchedule"}]}})";
  const auto it = written(a_fleet().with(gov24().with(a_component("web", 3).of_template(own))));
  const auto& spread = pods(it.body("Deployment", "web")).at("spec").at("topologySpreadConstraints");
  REQUIRE(spread.size() == 3);
  CHECK(spread[0].at("maxSkew") == 1);
  CHECK(spread[2].at("topologyKey") == "example.kr/rack");
}

TEST_CASE("a template is kept as written, less what an API server drops") {
  const std::string own = R"({"metadata":{"creationTimestamp":null,"labels":{"app":"web"},"annotations":{}},"spec":{
    "containers":[{"name":"main","image":"x","command":[],"env":[{"name":"EMPTY","value":""}],
    "resources":{"requests":{"cpu":"1000m"},"limits":{}},"volumeMounts":null}],
    "volumes":[{"name":"tmp","emptyDir":{}}],"nodeSelector":{}}})";
  const auto it = written(a_fleet().with(gov24().with(a_component("web", 3).of_template(own))));
  const auto& pod = pods(it.body("Deployment", "web"));
  CHECK(pod.at("metadata").at("labels").at("app") == "web");
  CHECK_FALSE(pod.at("metadata").contains("annotations"));
  const auto& main = pod.at("spec").at("containers")[0];
  CHECK(main == ordered_json{{"name", "main"},
                             {"image", "x"},
                             {"env", {{{"name", "EMPTY"}}}},
                             {"resources", {{"requests", {{"cpu", "1000m"}}}}}});
  CHECK(pod.at("spec").at("volumes")[0].at("emptyDir").is_object());
  CHECK_FALSE(pod.at("spec").contains("nodeSelector"));
}

TEST_CASE("no object of a copy states anything that the API server drops") {
  auto world = a_fleet();
  world.with(gov24()
                 .with(a_component("web", 6).growing_to(20).serving(80, "8080"))
                 .with(a_component("db", 3).stateful().claiming(R"({"metadata":{"name":"data"},"spec":{}})")));
  const auto it = written(world);
  for (const auto& object : it.objects) expect_nothing_that_is_dropped(object.body, object.id.text());
}

TEST_CASE("the member cluster's node selector is added to the pods") {
  auto world = a_fleet();
  const auto it = written(world.with(gov24()));
  auto plan = it.plan;
  auto copy = it.copy;
  copy.node_selector = {{"topology.kubernetes.io/zone", "z1"}};
  plan.copies = {copy};
  for (const auto& object : domain::objects(plan, copy)) {
    if (object.id.kind != "Deployment") continue;
    CHECK(pods(object.body).at("spec").at("nodeSelector").at("topology.kubernetes.io/zone") == "z1");
  }
}

TEST_CASE("a Service has the component's ports, and a number stays a number") {
  const auto it = written(a_fleet().with(gov24().with(a_component("web", 3).serving(80, "8080"))));
  const ordered_json want{{{"name", "http"}, {"port", 80}, {"protocol", "TCP"}, {"targetPort", 8080}}};
  CHECK(it.body("Service", "web").at("spec").at("ports") == want);
  const auto named = written(a_fleet().with(gov24().with(a_component("web", 3).serving(80, "http"))));
  CHECK(named.body("Service", "web").at("spec").at("ports")[0].at("targetPort") == "http");
  const auto same = written(a_fleet().with(gov24().with(a_component("web", 3).serving(80, ""))));
  CHECK(same.body("Service", "web").at("spec").at("ports")[0].at("targetPort") == 80);
}

TEST_CASE("a StatefulSet has a headless Service of its own beside the one that clients use") {
  const auto it = written(a_fleet().with(gov24().with(a_component("db", 3).stateful().serving(5432, ""))));
  CHECK(it.body("StatefulSet", "db").at("spec").at("serviceName") == "db-pods");
  CHECK(it.body("Service", "db-pods").at("spec").at("clusterIP") == "None");
  CHECK_FALSE(it.body("Service", "db").at("spec").contains("clusterIP"));
  CHECK_FALSE(pods(it.body("StatefulSet", "db")).at("spec").at("topologySpreadConstraints")[0].contains("matchLabelKeys"));
}

TEST_CASE("a disruption budget lets the tier's number go, and never holds up a broken pod") {
  const auto it = written(a_fleet().with(gov24()));
  const auto& spec = it.body("PodDisruptionBudget", "web").at("spec");
  CHECK(spec.at("maxUnavailable") == 1);
  CHECK(spec.at("unhealthyPodEvictionPolicy") == "AlwaysAllow");
  CHECK_FALSE(written(a_fleet().with(a_system("mois/gov24").scoring(10))).has("PodDisruptionBudget", "web"));
}

TEST_CASE("an autoscaled workload states no replicas; its autoscaler has the floor and the room") {
  const auto it = written(a_fleet().with(gov24().with(a_component("web", 6).growing_to(46))));
  CHECK_FALSE(it.body("Deployment", "web").at("spec").contains("replicas"));
  const auto& spec = it.body("HorizontalPodAutoscaler", "web").at("spec");
  CHECK(spec.at("minReplicas") == 6);
  CHECK(spec.at("maxReplicas") == 46);
  CHECK(spec.at("scaleTargetRef") == ordered_json{{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "web"}});
  CHECK(spec.at("metrics")[0].at("resource").at("target").at("averageUtilization") == 70);
  const auto initial = domain::initial_replicas(it.plan, it.copy);
  REQUIRE(initial.size() == 1);
  CHECK(initial.begin()->first == api::ObjectId{"apps/v1", "Deployment", "ts-mois-gov24", "web"});
  CHECK(initial.begin()->second == 6);
}

TEST_CASE("a standby that runs nothing is prepared: to promote it changes replicas alone") {
  const auto world = a_fleet().with(gov24().with(a_component("web", 6).serving(80, "")));
  const auto standby = written(world, api::Role::Standby);
  CHECK(standby.body("Deployment", "web").at("spec").at("replicas") == 0);
  CHECK(standby.has("Service", "web"));
  CHECK_FALSE(standby.has("PodDisruptionBudget", "web"));
  CHECK_FALSE(standby.has("HorizontalPodAutoscaler", "web"));
  auto plan = standby.plan;
  auto copy = standby.copy;
  copy.role = api::Role::Active;
  plan.copies = {copy};
  const auto promoted = domain::objects(plan, copy);
  const auto quota = [](const std::vector<api::Manifest>& all) {
    return std::find_if(all.begin(), all.end(), [](const auto& o) { return o.id.kind == "ResourceQuota"; })->body;
  };
  CHECK(quota(promoted).at("spec") == quota(standby.objects).at("spec"));
}

TEST_CASE("a quota leaves room for a rolling update of everything at once") {
  const auto it = written(a_fleet().with(gov24().with(a_component("web", 6)).with(a_component("api", 3))));
  const auto& hard = it.body("ResourceQuota", "haetae").at("spec").at("hard");
  const auto pods = std::stoi(hard.at("pods").get<std::string>());
  CHECK(pods >= 2 * (6 + 3) + 2 + 1);  // old, new, and a quarter of each rounded up
  CHECK(amount(hard.at("requests.cpu")) >= amount("500m") * (2 * (6 + 3) + 2 + 1));
  CHECK(amount(hard.at("requests.memory")) >= amount("512Mi") * (2 * (6 + 3) + 2 + 1));
}

TEST_CASE("where a container requests nothing, neither quota nor defaults touch requests") {
  const auto it = written(a_fleet().with(
      gov24().with(a_component("web", 3).of_template(R"({"spec":{"containers":[{"name":"main","image":"x"}]}})"))));
  CHECK(it.body("ResourceQuota", "haetae").at("spec").at("hard").size() == 1);
  CHECK_FALSE(it.has("LimitRange", "haetae"));
  CHECK(written(a_fleet().with(gov24())).has("LimitRange", "haetae"));
}

TEST_CASE("a sidecar has to say what it takes, a container that runs before it does not") {
  const std::string with_init = R"({"spec":{"initContainers":[{"name":"first","image":"x"}%s],"containers":[
    {"name":"main","image":"x","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}})";
  const auto requests_complete = [&](const std::string& more) {
    auto text = with_init;
    text.replace(text.find("%s"), 2, more);
    const auto world = a_fleet().with(gov24().with(a_component("web", 3).of_template(text)));
    return domain::decide(world).systems.begin()->second.requests_complete;
  };
  CHECK(requests_complete(""));
  CHECK_FALSE(requests_complete(R"(,{"name":"proxy","image":"x","restartPolicy":"Always"})"));
}

TEST_CASE("a held system and a copy that is not planned have no objects") {
  auto it = written(a_fleet().with(gov24()));
  domain::CopyPlan elsewhere;
  elsewhere.cluster = ClusterName("nowhere");
  CHECK(domain::objects(it.plan, elsewhere).empty());
  it.plan.hold = true;
  CHECK(domain::objects(it.plan, it.copy).empty());
  CHECK(domain::initial_replicas(it.plan, it.copy).empty());
}

TEST_CASE("everything that is written carries the system, and in no foreign namespace") {
  const auto it = written(a_fleet().with(gov24().with(a_component("web", 6).growing_to(9).serving(80, ""))));
  for (const auto& object : it.objects) {
    CAPTURE(object.id.text());
    CHECK(object.body.at("metadata").at("labels").at("haetae.io/system") == "mois.gov24");
    CHECK(object.body.at("apiVersion") == object.id.api_version);
    CHECK(object.body.at("kind") == object.id.kind);
    CHECK(object.body.at("metadata").at("name") == object.id.name);
    if (object.id.kind != "Namespace") CHECK(object.body.at("metadata").at("namespace") == "ts-mois-gov24");
  }
}

namespace {

constexpr auto kSettings = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","labels":{"team":"web"},
    "creationTimestamp":null},"data":{"a":"1","b":""},"binaryData":{}})";
constexpr auto kNightly = R"({"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly"},"spec":{"schedule":"0 3 * * *",
    "jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"a","image":"pause:3.10",
    "resources":{"requests":{"cpu":"2","memory":"1Gi"}}}]}}}}}})";

std::size_t place_of(const Written& it, const std::string& kind) {
  const auto at = std::find_if(it.objects.begin(), it.objects.end(), [&](const auto& o) { return o.id.kind == kind; });
  REQUIRE(at != it.objects.end());
  return static_cast<std::size_t>(at - it.objects.begin());
}

}  // namespace

TEST_CASE("manifests are written as they are, into the copy's namespace, with its labels, around the workloads") {
  const auto it = written(a_fleet().with(gov24().holding(kNightly).holding(kSettings)));
  const auto& settings = it.body("ConfigMap", "settings");
  CHECK(settings.at("metadata").at("namespace") == "ts-mois-gov24");
  CHECK(settings.at("metadata").at("labels").at("team") == "web");
  CHECK(settings.at("metadata").at("labels").at("haetae.io/system") == "mois.gov24");
  CHECK_FALSE(settings.at("metadata").at("labels").contains("haetae.io/component"));
  CHECK(settings.at("data") == ordered_json{{"a", "1"}, {"b", ""}});
  for (const auto& object : it.objects) expect_nothing_that_is_dropped(object.body, object.id.text());
  CHECK(place_of(it, "ConfigMap") < place_of(it, "Deployment"));
  CHECK(place_of(it, "Deployment") < place_of(it, "CronJob"));
}

TEST_CASE("a CronJob is in every copy and suspended where it does not run; its pods are framed, and nobody's component") {
  const auto world = [](std::optional<api::RunsIn> runs_in) { return a_fleet().with(gov24().holding(kNightly, runs_in)); };
  auto it = written(world({}));
  std::size_t running = 0, copies = 0;
  for (const auto& copy : it.plan.copies) {
    it.objects = domain::objects(it.plan, copy);
    const auto& spec = it.body("CronJob", "nightly").at("spec");
    const bool first = &copy == &it.plan.copies.front();
    CHECK(spec.contains("suspend") != first);
    running += spec.contains("suspend") ? 0 : 1;
    ++copies;
    const auto& pods = spec.at("jobTemplate").at("spec").at("template");
    CHECK(pods.at("metadata").at("labels") == ordered_json{{"haetae.io/system", "mois.gov24"}});
    CHECK(pods.at("spec").at("priorityClassName") == "haetae-tier-1");
    CHECK_FALSE(pods.at("spec").contains("topologySpreadConstraints"));
  }
  CHECK(copies == 3);
  CHECK(running == 1);
  CHECK_FALSE(written(world(api::RunsIn::EveryCopy)).body("CronJob", "nightly").at("spec").contains("suspend"));
  CHECK(written(world(api::RunsIn::EveryCopy), api::Role::Standby).body("CronJob", "nightly").at("spec").at("suspend") == true);
}

TEST_CASE("a CronJob's pod is room in every active copy, and two fit under the quota") {
  const auto without = written(a_fleet().with(gov24())).body("ResourceQuota", "haetae").at("spec").at("hard");
  const auto it = written(a_fleet().with(gov24().holding(kNightly)));
  const auto& hard = it.body("ResourceQuota", "haetae").at("spec").at("hard");
  CHECK(std::stoi(hard.at("pods").get<std::string>()) == std::stoi(without.at("pods").get<std::string>()) + 2);
  CHECK(amount(hard.at("requests.cpu")) == amount(without.at("requests.cpu")) + amount("4"));
  REQUIRE(it.plan.demand.jobs.size() == 1);
  CHECK(redundancy::size(it.plan.demand.jobs.front(), api::Role::Active) == 1);
  CHECK(redundancy::size(it.plan.demand.jobs.front(), api::Role::Standby) == 0);
}

TEST_CASE("in a namespace that is given there is no quota of ours, and its name is the system's own") {
  const auto it = written(a_fleet().with(gov24().living_in("legacy")));
  CHECK(it.objects.front().id.name == "legacy");
  CHECK(it.body("Namespace", "legacy").at("metadata").at("labels").at("pod-security.kubernetes.io/enforce") == "restricted");
  CHECK_FALSE(it.has("ResourceQuota", "haetae"));
  CHECK_FALSE(it.has("LimitRange", "haetae"));
  CHECK(it.body("Deployment", "web").at("metadata").at("namespace") == "legacy");
  domain::CopyPlan copy;
  copy.own_namespace = "legacy";
  copy.center = CenterName("daejeon");
  copy.node_selector = {{"zone", "a"}};
  CHECK(domain::member_namespace({"mois", "gov24"}, copy) == "legacy-daejeon");
}

TEST_CASE("no pod is a client of its cluster unless its template mounts a token") {
  CHECK(pods(written(a_fleet().with(gov24())).body("Deployment", "web")).at("spec").at("automountServiceAccountToken") == false);
}
