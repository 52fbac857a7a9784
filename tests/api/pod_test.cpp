#include "api/pod.hpp"

#include <doctest/doctest.h>

namespace haetae::api {
namespace {

Quantity q(std::string_view text) { return Quantity::parse(text).value(); }

Resources needs(const std::string& json) {
  const auto read = pod_needs({json});
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  return read->requests;
}

Resources needs_of_spec(const std::string& spec) { return needs(R"({"spec":)" + spec + "}"); }

std::vector<std::string> texts(const std::vector<Fault>& faults) {
  std::vector<std::string> all;
  for (const auto& fault : faults) all.push_back(fault.text());
  return all;
}

std::vector<std::string> paths(const std::vector<Fault>& faults) {
  std::vector<std::string> all;
  for (const auto& fault : faults) all.push_back(fault.path);
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("containers of a pod are summed and the pod counts as one") {
  CHECK(needs_of_spec(R"({"containers":[
          {"name":"a","resources":{"requests":{"cpu":"250m","memory":"1Gi"}}},
          {"name":"b","resources":{"requests":{"cpu":1,"nvidia.com/gpu":"2"}}}]})") ==
        Resources{{"cpu", q("1250m")}, {"memory", q("1Gi")}, {"nvidia.com/gpu", q("2")}, {"pods", q("1")}});
}

TEST_CASE("a container without requests takes no room but its pod") {
  CHECK(needs_of_spec(R"({"containers":[{"name":"a"}]})") == Resources{{"pods", q("1")}});
}

TEST_CASE("a missing request is its limit") {
  CHECK(needs_of_spec(R"({"containers":[{"name":"a","resources":{
          "limits":{"cpu":"2","memory":"1Gi"},"requests":{"cpu":"500m"}}}]})") ==
        Resources{{"cpu", q("500m")}, {"memory", q("1Gi")}, {"pods", q("1")}});
}

TEST_CASE("init containers count by their highest moment") {
  const auto spec = [](const std::string& init) {
    return R"({"containers":[{"name":"a","resources":{"requests":{"cpu":"1","memory":"1Gi"}}}],"initContainers":[)" +
           init + "]}";
  };
  const std::string big = R"({"name":"i","resources":{"requests":{"cpu":"3"}}})";
  const std::string small = R"({"name":"j","resources":{"requests":{"cpu":"500m","memory":"2Gi"}}})";
  CHECK(needs_of_spec(spec(big + "," + small)) ==
        Resources{{"cpu", q("3")}, {"memory", q("2Gi")}, {"pods", q("1")}});
}

TEST_CASE("a sidecar runs beside the containers and beside later init containers, not earlier ones") {
  const std::string sidecar = R"({"name":"s","restartPolicy":"Always","resources":{"requests":{"cpu":"1"}}})";
  const std::string init = R"({"name":"i","resources":{"requests":{"cpu":"2"}}})";
  const auto spec = [](const std::string& inits) {
    return R"({"containers":[{"name":"a","resources":{"requests":{"cpu":"500m"}}}],"initContainers":[)" + inits + "]}";
  };
  CHECK(needs_of_spec(spec(sidecar)).at("cpu") == q("1500m"));
  CHECK(needs_of_spec(spec(init + "," + sidecar)).at("cpu") == q("2"));
  CHECK(needs_of_spec(spec(sidecar + "," + init)).at("cpu") == q("3"));
  CHECK(needs_of_spec(spec(sidecar + "," + sidecar + "," + init)).at("cpu") == q("4"));
}

TEST_CASE("pod-level resources take the place of the containers' sum where they are stated") {
  const std::string containers =
      R"("containers":[{"name":"a","resources":{"requests":{"cpu":"1","example.com/x":"1"}}}])";
  CHECK(needs_of_spec("{" + containers + R"(,"resources":{"requests":{"cpu":"3","example.com/x":"9"}}})") ==
        Resources{{"cpu", q("3")}, {"example.com/x", q("1")}, {"pods", q("1")}});
  CHECK(needs_of_spec("{" + containers + R"(,"resources":{"limits":{"cpu":"5","memory":"2Gi"}}})") ==
        Resources{{"cpu", q("1")}, {"memory", q("2Gi")}, {"example.com/x", q("1")}, {"pods", q("1")}});
}

TEST_CASE("overhead is added last") {
  CHECK(needs_of_spec(R"({"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}],
          "overhead":{"cpu":"250m","memory":"120Mi"}})") ==
        Resources{{"cpu", q("1250m")}, {"memory", q("120Mi")}, {"pods", q("1")}});
}

TEST_CASE("a pod that is being resized counts what it still holds") {
  const auto pod = [](const std::string& conditions) {
    return R"({"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"4"}}}]},"status":{
      "containerStatuses":[{"name":"a","allocatedResources":{"cpu":"2"},"resources":{"requests":{"cpu":"1"}}}],
      "conditions":[)" + conditions + "]}}";
  };
  CHECK(needs(pod("")).at("cpu") == q("4"));
  CHECK(needs(pod(R"({"type":"PodResizePending","reason":"Deferred"})")).at("cpu") == q("4"));
  CHECK(needs(pod(R"({"type":"PodResizePending","reason":"Infeasible"})")).at("cpu") == q("2"));
}

TEST_CASE("each place that cannot be counted is named exactly") {
  const RawJson pod{R"({"spec":{"containers":[
      {"name":"a","resources":{"requests":{"cpu":"1 core","memory":"-1","nvidia.com/gpu":[]}}},
      {"resources":{"limits":"none"}}], "initContainers":{}, "overhead":{"cpu":true,"memory":null}}})"};
  CHECK(texts(template_faults(pod)) ==
        Texts{"spec.containers[0].resources.requests.cpu: is not a quantity",
              "spec.containers[0].resources.requests.memory: is negative",
              "spec.containers[0].resources.requests[\"nvidia.com/gpu\"]: is not a quantity",
              "spec.containers[1].name: is missing", "spec.containers[1].resources.limits: is not an object",
              "spec.initContainers: is not a list", "spec.overhead.cpu: is not a quantity"});
  const auto read = pod_needs(pod);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == Code::Malformed);
  CHECK(read.error().message == "cannot read pod: spec.containers[0].resources.requests.cpu: is not a quantity");
}

TEST_CASE("a text that is no template is a fault, whatever it is") {
  for (const char* bad : {"", "[]", "{", "null", "1", "{}", R"({"spec":null})", R"({"spec":{}})",
                          R"({"spec":{"containers":[]}})", R"({"spec":{"containers":[null]}})",
                          R"({"spec":{"containers":["a"]}})", R"({"spec":[]})"}) {
    CHECK_FALSE_MESSAGE(template_faults({bad}).empty(), bad);
    CHECK_FALSE_MESSAGE(pod_needs({bad}).has_value(), bad);
    CHECK_MESSAGE(refused_fields({bad}).empty(), bad);
  }
}

TEST_CASE("size and depth of a template are bounded") {
  const std::string deep = R"({"spec":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(texts(template_faults({deep})).front().find("nested deeper than 64") != std::string::npos);
  const std::string pad(300'000, 'x');
  const std::string large = R"({"spec":{"containers":[{"name":"a","image":")" + pad + R"("}]}})";
  CHECK(texts(template_faults({large})).front().find("bytes") != std::string::npos);
}

TEST_CASE("a template may not choose its node, priority or scheduler, nor share its node") {
  CHECK(paths(refused_fields({R"({"spec":{"nodeName":"n1","priorityClassName":"p","schedulerName":"mine",
          "hostNetwork":true,"hostPID":true,"hostIPC":true,
          "volumes":[{"name":"ok","emptyDir":{}},{"name":"host","hostPath":{"path":"/"}}]}})"})) ==
        Texts{"spec.nodeName", "spec.priorityClassName", "spec.schedulerName", "spec.hostNetwork", "spec.hostPID",
              "spec.hostIPC", "spec.volumes[1].hostPath"});
}

TEST_CASE("no container of a template gets privilege") {
  const std::string bad = R"({"name":"x","securityContext":{"privileged":true,"allowPrivilegeEscalation":true,
      "capabilities":{"drop":["ALL"],"add":["NET_BIND_SERVICE","SYS_ADMIN"]}}})";
  const auto found = refused_fields({R"({"spec":{"initContainers":[)" + bad + R"(],"containers":[{"name":"a"},)" + bad +
                                     R"(],"ephemeralContainers":[)" + bad + "]}}"});
  CHECK(paths(found) == Texts{"spec.initContainers[0].securityContext.privileged",
                              "spec.initContainers[0].securityContext.allowPrivilegeEscalation",
                              "spec.initContainers[0].securityContext.capabilities.add[1]",
                              "spec.containers[1].securityContext.privileged",
                              "spec.containers[1].securityContext.allowPrivilegeEscalation",
                              "spec.containers[1].securityContext.capabilities.add[1]",
                              "spec.ephemeralContainers"});
}

TEST_CASE("what a tenant may ask of nodes and neighbours") {
  CHECK(refused_fields({R"({"metadata":{"labels":{"app":"web"},"annotations":{"example.com/x":"y","creationTimestamp":null,
          "container.apparmor.security.beta.kubernetes.io/a":"runtime/default"},"creationTimestamp":null},
          "spec":{"nodeSelector":{"disk":"ssd"},"serviceAccountName":"web","automountServiceAccountToken":false,
          "os":{"name":"linux"},"hostAliases":[{"ip":"10.0.0.1","hostnames":["db"]}],"schedulingGates":[],
          "securityContext":{"sysctls":[{"name":"net.ipv4.tcp_syncookies","value":"1"}],"runAsNonRoot":true,"runAsUser":1},
          "tolerations":[{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":30}],
          "affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,
            "podAffinityTerm":{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"a":"b"}}}}]}},
          "containers":[{"name":"a","ports":[{"containerPort":80,"hostPort":0}],
            "livenessProbe":{"httpGet":{"port":80}},"securityContext":{"seccompProfile":{"type":"Localhost"}}}]}})"},
                       {"web"})
            .empty());
}

TEST_CASE("a container is found by its name") {
  const RawJson pod{R"({"spec":{"initContainers":[{"name":"a"}],"containers":[{"name":"b"},{"name":"c"}]}})"};
  CHECK(container_path(pod, "a") == "spec.initContainers[0]");
  CHECK(container_path(pod, "c") == "spec.containers[1]");
  CHECK(container_path(pod, "x").empty());
  CHECK(container_path({"["}, "x").empty());
}

TEST_CASE("stating what holds anyway is no offence, a privilege of the wrong type is") {
  CHECK(refused_fields({R"({"spec":{"nodeName":"","schedulerName":"default-scheduler","hostNetwork":false,
          "hostPID":null,"volumes":[{"hostPath":null}],
          "containers":[{"securityContext":{"privileged":false,"capabilities":{"add":[null]}}}]}})"})
            .empty());
  CHECK(paths(refused_fields({R"({"spec":{"containers":[{"securityContext":{"privileged":"true"}}]}})"})) ==
        Texts{"spec.containers[0].securityContext.privileged"});
}

}  // namespace haetae::api
