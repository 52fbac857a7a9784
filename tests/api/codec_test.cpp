#include "api/codec.hpp"
#include "api/pod.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "api/json.hpp"

namespace haetae::api {
namespace {

using nlohmann::ordered_json;
using Texts = std::vector<std::string>;

ordered_json json(std::string_view text) {
  auto value = read_json(text);
  REQUIRE_MESSAGE(value.has_value(), (value ? "" : value.error().message));
  return std::move(*value);
}

Texts texts(const std::vector<Fault>& faults) {
  Texts all;
  for (const auto& fault : faults) all.push_back(fault.text());
  return all;
}

/// Faults in the words of the API server.
std::string in_body(const std::string& path, const std::string& value, const std::string& should) {
  return path + ": Invalid value: " + value + ": " + path + " in body " + should;
}
std::string wrong_type(const std::string& path, const std::string& wanted, const std::string& is) {
  return in_body(path, "\"" + is + "\"", "must be of type " + wanted + ": \"" + is + "\"");
}

/// A TenantSystem that is sound; tests change one place each.
ordered_json gov24() {
  return json(R"({"apiVersion":"haetae.io/v1alpha1","kind":"TenantSystem",
    "metadata":{"name":"gov24","namespace":"mois"},
    "spec":{"assessment":{"impact":40,"users":48,"ripple":9},"dataClass":"S","components":[
      {"name":"web","template":{"spec":{"containers":[{"name":"web","image":"web:1"}]}}}]}})");
}

Texts faults_of(const ordered_json& object, Strictness strictness = Strictness::Strict) {
  return texts(decode<TenantSystem>(object, strictness).faults);
}

ordered_json provider(const std::string& spec) {
  return json(R"({"apiVersion":"haetae.io/v1alpha1","kind":"ServiceProvider","metadata":{"name":"a"},"spec":)" + spec +
              "}");
}

ordered_json center(const std::string& spec) {
  return json(R"({"apiVersion":"haetae.io/v1alpha1","kind":"Center","metadata":{"name":"daejeon"},"spec":)" + spec +
              "}");
}

}  // namespace

TEST_CASE("a sound object is read with the defaults of what it leaves out") {
  const auto read = decode<TenantSystem>(gov24(), Strictness::Strict);
  REQUIRE(texts(read.faults) == Texts{});
  const auto& spec = read.value.spec;
  CHECK(read.value.metadata.name == "gov24");
  CHECK(read.value.metadata.ns == "mois");
  CHECK(spec.assessment.score() == 97);
  CHECK(spec.data_class == DataClass::S);
  CHECK(spec.delivery == Delivery::Deliver);
  REQUIRE(spec.components.size() == 1);
  CHECK(spec.components[0].replicas == 1);
  CHECK(spec.components[0].workload == WorkloadKind::Deployment);
  CHECK(spec.components[0].pod_template.json == R"({"spec":{"containers":[{"name":"web","image":"web:1"}]}})");
  CHECK_FALSE(spec.components[0].autoscaling.has_value());
  CHECK(read.value.status == TenantSystemStatus{});
}

TEST_CASE("each fault names its exact path, and all are reported at once") {
  auto object = gov24();
  auto& spec = object["spec"];
  spec["assessment"] = json(R"({"impact":41,"users":"48"})");
  spec["dataClass"] = "X";
  spec["components"] = json(R"([{"name":"Web","replicas":-1,"template":[],
      "service":{"ports":[{"name":"http","port":0,"targetPort":1.5},{"name":"http","port":70000}]},
      "autoscaling":{"maxReplicas":2.5}},7])");
  spec["placement"] = json(R"({"allowCenters":["a","a","B"]})");
  spec["dependsOn"] = json(R"([{"system":"a/b/c"},{"system":"nts/hometax","strength":"hard"}])");
  CHECK(faults_of(object) ==
        Texts{in_body("spec.assessment.impact", "41", "should be less than or equal to 40"),
              wrong_type("spec.assessment.users", "integer", "string"), "spec.assessment.ripple: Required value",
              R"(spec.dataClass: Unsupported value: "X": supported values: "C", "S", "O")",
              in_body("spec.components[0].name", "\"Web\"", "should match '^[a-z]([-a-z0-9]*[a-z0-9])?$'"),
              in_body("spec.components[0].replicas", "-1", "should be greater than or equal to 0"),
              wrong_type("spec.components[0].template", "object", "array"),
              in_body("spec.components[0].service.ports[0].port", "0", "should be greater than or equal to 1"),
              wrong_type("spec.components[0].service.ports[0].targetPort", "integer,string", "number"),
              in_body("spec.components[0].service.ports[1].port", "70000", "should be less than or equal to 65535"),
              R"(spec.components[0].service.ports[1]: Duplicate value: {"name":"http"})",
              wrong_type("spec.components[0].autoscaling.maxReplicas", "int32", "float64"),
              wrong_type("spec.components[1]", "object", "integer"),
              R"(spec.placement.allowCenters[1]: Duplicate value: "a")",
              in_body("spec.placement.allowCenters[2]", "\"B\"", "should match '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'"),
              in_body("spec.dependsOn[0].system", "\"a/b/c\"",
                      "should match '^([a-z0-9]([-a-z0-9]*[a-z0-9])?/)?[a-z0-9]([-a-z0-9]*[a-z0-9])?$'"),
              R"(spec.dependsOn[1].strength: Unsupported value: "hard": supported values: "Hard", "Soft")"});
}

TEST_CASE("what is required and missing is said where it would stand") {
  auto object = json(R"({"apiVersion":"haetae.io/v1alpha1","kind":"TenantSystem","metadata":{}})");
  CHECK(faults_of(object) == Texts{"metadata.name: Required value", "spec: Required value"});
  object["spec"] = nullptr;
  CHECK(faults_of(object).back() == "spec: Required value");
  object["spec"] = json("{}");
  CHECK(faults_of(object) == Texts{"metadata.name: Required value", "spec.assessment: Required value",
                                   "spec.dataClass: Required value", "spec.components: Required value"});
}

TEST_CASE("unknown fields are refused in files and ignored at run time") {
  auto object = gov24();
  object["spec"]["colour"] = "red";
  object["spec"]["components"][0]["replica"] = 3;
  object["metadata"]["tags"] = json("{}");
  object["extra"] = 1;
  CHECK(faults_of(object) == Texts{"metadata.tags: unknown field", "spec.components[0].replica: unknown field",
                                   "spec.colour: unknown field", "extra: unknown field"});
  CHECK(faults_of(object, Strictness::Lenient) == Texts{});
}

TEST_CASE("a wrong type is a fault at run time too") {
  auto object = gov24();
  object["spec"]["paused"] = "yes";
  CHECK(faults_of(object, Strictness::Lenient) == Texts{wrong_type("spec.paused", "boolean", "string")});
}

TEST_CASE("what kubectl prints beside our fields is accepted") {
  auto object = gov24();
  object["metadata"]["managedFields"] = json(R"([{"manager":"kubectl","fieldsV1":{"f:spec":{}}}])");
  object["metadata"]["creationTimestamp"] = "2026-11-22T08:38:12Z";
  object["metadata"]["generation"] = 3;
  object["metadata"]["labels"] = json(R"({"team":"a"})");
  const auto read = decode<TenantSystem>(object, Strictness::Strict);
  CHECK(texts(read.faults) == Texts{});
  CHECK(read.value.metadata.generation == 3);
  CHECK(read.value.metadata.labels.at("team") == "a");
  CHECK(rfc3339(read.value.metadata.created.value()) == "2026-11-22T08:38:12Z");
}

TEST_CASE("null counts as absent, as it does for the API server") {
  auto object = gov24();
  object["spec"]["placement"] = nullptr;
  object["spec"]["tier"] = nullptr;
  object["status"] = nullptr;
  CHECK(faults_of(object) == Texts{});
  object["spec"]["assessment"] = nullptr;
  CHECK(faults_of(object) == Texts{"spec.assessment: Required value"});
}

TEST_CASE("null in a map is no entry, whatever its key, as it is for the API server") {
  const auto object = json(R"({"apiVersion":"haetae.io/v1alpha1","kind":"MemberCluster","metadata":{"name":"daegu-a"},
    "spec":{"center":"daegu","connection":{"kubeconfigSecret":{"name":"daegu-a"}},
      "nodeSelector":{"not a key":null,"b":"c"}}})");
  const auto read = decode<MemberCluster>(object, Strictness::Strict);
  CHECK(texts(read.faults) == Texts{});
  CHECK(read.value.spec.node_selector == Labels{{"b", "c"}});
}

TEST_CASE("an integral number with a point is an integer, as it is for the API server") {
  auto object = gov24();
  object["spec"]["components"][0]["replicas"] = 6.0;
  CHECK(decode<TenantSystem>(object, Strictness::Strict).value.spec.components[0].replicas == 6);
  object["spec"]["components"][0]["replicas"] = 1e300;
  CHECK(faults_of(object) == Texts{wrong_type("spec.components[0].replicas", "int32", "float64")});
  object["spec"]["components"][0]["replicas"] = 18446744073709551615ULL;
  CHECK(faults_of(object) == Texts{wrong_type("spec.components[0].replicas", "integer", "integer")});
}

TEST_CASE("another kind, version or scope is refused") {
  auto object = gov24();
  object["kind"] = "Center";
  object["apiVersion"] = "haetae.io/v1";
  CHECK(faults_of(object) ==
        Texts{R"(apiVersion: Unsupported value: "haetae.io/v1": supported values: "haetae.io/v1alpha1")",
              R"(kind: Unsupported value: "Center": supported values: "TenantSystem")"});
  auto placed = center(R"({"kind":"Government","region":"대전","acceptsDataClasses":["O"]})");
  placed["metadata"]["namespace"] = "mois";
  CHECK(texts(decode<Center>(placed, Strictness::Strict).faults) ==
        Texts{"metadata.namespace: Forbidden: not allowed on this type"});
  for (const char* bad : {"[]", "null", "1", "\"x\""}) {
    CHECK(faults_of(json(bad)) == Texts{"is not an object"});
  }
}

TEST_CASE("names are DNS labels of at most 40 characters, and the policy has one name only") {
  auto object = gov24();
  object["metadata"]["name"] = std::string(41, 'a');
  object["metadata"]["namespace"] = "Mois";
  CHECK(faults_of(object) ==
        Texts{in_body("metadata.namespace", "\"Mois\"", "should match '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'"),
              "metadata.name: Too long: may not be more than 40 bytes"});
  const auto policy = json(R"({"apiVersion":"haetae.io/v1alpha1","kind":"FleetPolicy","metadata":{"name":"mine"}})");
  CHECK(texts(decode<FleetPolicy>(policy, Strictness::Strict).faults) ==
        Texts{R"(metadata.name: Unsupported value: "mine": supported values: "default")"});
}

TEST_CASE("rules over several fields hold offline as they do in the API server") {
  auto object = gov24();
  auto& web = object["spec"]["components"][0];
  web["replicas"] = 6;
  web["autoscaling"] = json(R"({"maxReplicas":5})");
  web["volumeClaimTemplates"] = json(R"([{"metadata":{"name":"d"}}])");
  web["service"] = json(R"({"ports":[{"name":"a","port":80},{"name":"b","port":80}]})");
  object["spec"]["dependsOn"] = json(R"([{"system":"gov24"},{"system":"mois/gov24"},{"system":"nts/gov24"}])");
  CHECK(faults_of(object) ==
        Texts{"spec.components[0].service.ports: Invalid value: names the same port and protocol twice",
              "spec.components[0].autoscaling.maxReplicas: Invalid value: is below replicas",
              "spec.components[0].volumeClaimTemplates: Invalid value: needs workload StatefulSet",
              "spec.dependsOn: Invalid value: names the system itself"});
  CHECK(texts(decode<Center>(center(R"({"kind":"Government","region":"대전","acceptsDataClasses":["C"],
                                        "lifecycle":"Closing"})"), Strictness::Strict).faults) ==
        Texts{"spec.closeBy: Invalid value: is needed while lifecycle is Closing"});
  CHECK(texts(decode<ServiceProvider>(provider(R"({"groups":["a","system:masters"]})"), Strictness::Strict).faults) ==
        Texts{"spec.groups: Invalid value: may not name a group of Kubernetes"});
}

TEST_CASE("a member cluster is entered in exactly one way") {
  const auto with = [](const std::string& connection) {
    return texts(decode<MemberCluster>(json(R"({"apiVersion":"haetae.io/v1alpha1","kind":"MemberCluster",
        "metadata":{"name":"a"},"spec":{"center":"daejeon","connection":)" + connection + "}}"),
                                       Strictness::Strict).faults);
  };
  const Texts one{"spec.connection: Invalid value: needs exactly one of kubeconfigSecret and local"};
  CHECK(with("{}") == one);
  CHECK(with(R"({"local":{},"kubeconfigSecret":{"name":"a"}})") == one);
  CHECK(with(R"({"local":{}})") == Texts{});
  CHECK(with(R"({"kubeconfigSecret":{"name":"a"}})") == Texts{});
  CHECK(with(R"({"kubeconfigSecret":{}})") == Texts{"spec.connection.kubeconfigSecret.name: Required value"});
}

TEST_CASE("durations and dates are bounded and must exist") {
  const auto tier = [](const std::string& after) {
    return texts(decode<RiskTier>(json(R"({"apiVersion":"haetae.io/v1alpha1","kind":"RiskTier","metadata":{"name":"a"},
        "spec":{"rank":1,"minScore":0,"redundancy":{"activeCenters":1},"unknownAfter":")" + after + "\"}}"),
                                  Strictness::Strict).faults);
  };
  CHECK(tier("90s") == Texts{});
  CHECK(tier("1s") == Texts{R"(spec.unknownAfter: Invalid value: "1s": is shorter than 5s)"});
  CHECK(tier("25h") == Texts{R"(spec.unknownAfter: Invalid value: "25h": is longer than 24h0m0s)"});
  CHECK(tier("soon") == Texts{in_body("spec.unknownAfter", "\"soon\"",
                                      "should match '" + std::string(kDuration.regex) + "'")});
  const auto close = [](const std::string& day) {
    const auto spec = R"({"kind":"Private","region":"x","acceptsDataClasses":["O"],"closeBy":")" + day + "\"}";
    return texts(decode<Center>(center(spec), Strictness::Strict).faults);
  };
  CHECK(close("2030-12-31") == Texts{});
  CHECK(close("2030-02-30") ==
        Texts{in_body("spec.closeBy", "\"2030-02-30\"", "should match '" + std::string(kDate.regex) + "'")});
}

TEST_CASE("the wire form keeps declaration order and leaves out what says nothing") {
  auto system = decode<TenantSystem>(gov24(), Strictness::Strict).value;
  system.spec.components[0].service = ComponentService{{{"http", 80, "8080", "TCP"}, {"x", 81, "web", "UDP"}}};
  CHECK(encode(system).dump() ==
        R"({"apiVersion":"haetae.io/v1alpha1","kind":"TenantSystem","metadata":{"name":"gov24","namespace":"mois"},)"
        R"("spec":{"assessment":{"impact":40,"users":48,"ripple":9},"dataClass":"S","citizenFacing":false,)"
        R"("delivery":"Deliver","paused":false,"components":[{"name":"web","workload":"Deployment","replicas":1,)"
        R"("state":"None","template":{"spec":{"containers":[{"name":"web","image":"web:1"}]}},)"
        R"("service":{"ports":[{"name":"http","port":80,"targetPort":8080,"protocol":"TCP"},)"
        R"({"name":"x","port":81,"targetPort":"web","protocol":"UDP"}]}}]}})");
}

TEST_CASE("an empty part that was chosen stays, such as the hub's own cluster") {
  MemberCluster cluster;
  cluster.metadata.name = "hub";
  cluster.spec.center = "daejeon";
  cluster.spec.connection.local.emplace();
  CHECK(encode(cluster)["spec"]["connection"].dump() == R"({"local":{}})");
  CHECK_FALSE(encode(cluster).contains("status"));
}

TEST_CASE("a status that is written is cut to what the schema allows") {
  TenantSystemStatus status;
  status.observed_generation = 4;
  std::string message;
  for (int i = 0; i < 2000; ++i) message += "가";
  for (int i = 0; i < 100; ++i) status.findings.push_back({"TooFewCenters", Severity::Error, message, "", {}});
  const auto written = encode_status<TenantSystem>(status);
  CHECK(written["findings"].size() == 64);
  const auto cut = written["findings"][0]["message"].get<std::string>();
  CHECK(cut.size() == 1023 * 3 + 3);
  CHECK(cut.ends_with("가…"));
  auto object = gov24();
  object["status"] = written;
  CHECK(faults_of(object) == Texts{});
}

TEST_CASE("text that an API server serves is read in one step") {
  const auto read = decode_text<TenantSystem>(gov24().dump());
  REQUIRE(read.has_value());
  CHECK(read->metadata.name == "gov24");
  auto broken = gov24();
  broken["spec"]["components"][0].erase("template");
  const auto refused = decode_text<TenantSystem>(broken.dump());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::Malformed);
  CHECK(refused.error().message == "cannot read TenantSystem: spec.components[0].template: Required value");
  CHECK(decode_text<TenantSystem>("{").error().message.starts_with("cannot read JSON"));
}

TEST_CASE("a pod template beyond its limits is a fault, not a crash") {
  auto object = gov24();
  auto& raw = object["spec"]["components"][0]["template"];
  raw["image"] = std::string(300'000, 'x');
  CHECK(faults_of(object) == Texts{"spec.components[0].template: Too long: may not be more than 262144 bytes"});
  ordered_json deep = 1;
  for (int i = 0; i < 200; ++i) deep = ordered_json{{"a", std::move(deep)}};
  raw = deep;
  CHECK(faults_of(object) == Texts{"spec.components[0].template: Invalid value: is nested deeper than 64 levels"});
}

TEST_CASE("a stored pod template beyond its limits is read as one that nobody can read, and the rest as it is") {
  auto object = gov24();
  auto& raw = object["spec"]["components"][0]["template"];
  SUBCASE("too long") { raw["image"] = std::string(300'000, 'x'); }
  SUBCASE("too deep") { raw["spec"]["volumes"] = "deep"; }
  SUBCASE("of too many values") { raw["spec"]["x"] = ordered_json::array_t(500'000, 0); }
  auto text = object.dump();
  if (const auto at = text.find("\"deep\""); at != std::string::npos)  // no tree of ours could be that deep
    text.replace(at, 6, std::string(5000, '[') + std::string(5000, ']'));
  const auto read = decode_text<TenantSystem>(text);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  CHECK(read->spec.assessment.score() == 97);
  CHECK_FALSE(template_faults(read->spec.components[0].pod_template).empty());
}

TEST_CASE("very many faults are bounded") {
  auto object = gov24();
  for (int i = 0; i < 5000; ++i) object["spec"]["k" + std::to_string(i)] = 1;
  CHECK(faults_of(object).size() == 1000);
}

}  // namespace haetae::api
