#include "runtime/ownership.hpp"

#include <doctest/doctest.h>

using namespace haetae::runtime;
using nlohmann::ordered_json;

namespace {

ordered_json json(const char* text) { return ordered_json::parse(text); }

std::string difference(const char* intent, const char* live) {
  return differing(json(intent), json(live)).value_or("same");
}
std::string extra(const char* fields, const char* intent) {
  return surplus(json(fields), json(intent)).value_or("none");
}
std::string missing(const char* fields, const char* intent) {
  return lacking(json(fields), json(intent)).value_or("none");
}

}  // namespace

TEST_CASE("what the server adds is no difference, what it lacks or says otherwise is, by its path") {
  const char* live = R"({"spec":{"replicas":3,"paused":true,"template":{"spec":{"restartPolicy":"Always"}}},"status":{}})";
  CHECK(difference(R"({"spec":{"replicas":3}})", live) == "same");
  CHECK(difference(R"({"spec":{"replicas":4}})", live) == "spec.replicas");
  CHECK(difference(R"({"spec":{"minReadySeconds":5}})", live) == "spec.minReadySeconds");
  CHECK(difference(R"({"spec":{"template":{"spec":{"restartPolicy":"Never"}}}})", live) == "spec.template.spec.restartPolicy");
  CHECK(difference(R"({"spec":{"replicas":{"a":1}}})", live) == "spec.replicas");
  CHECK(difference(R"({"spec":null})", live) == "same");
}

TEST_CASE("zero values may be left out by the server, but never say otherwise") {
  CHECK(difference(R"({"a":false,"b":0,"c":"","d":[],"e":{}})", "{}") == "same");
  CHECK(difference(R"({"replicas":0})", R"({"replicas":1})") == "replicas");
  CHECK(difference(R"({"automount":false})", R"({"automount":true})") == "automount");
}

TEST_CASE("lists of maps are matched by key and may hold more, other lists are compared whole") {
  const char* live = R"({"containers":[{"name":"injected"},{"name":"web","image":"web:1","ports":[{"containerPort":80,"protocol":"TCP"}]}],
                         "args":["a","b"],"tolerations":[{"key":"x","operator":"Exists"}]})";
  CHECK(difference(R"({"containers":[{"name":"web","image":"web:1"}]})", live) == "same");
  CHECK(difference(R"({"containers":[{"name":"web","image":"web:2"}]})", live) == "containers[web].image");
  CHECK(difference(R"({"containers":[{"name":"db"}]})", live) == "containers[db]");
  CHECK(difference(R"({"containers":[{"name":"web","ports":[{"containerPort":80}]}]})", live) == "same");
  CHECK(difference(R"({"containers":[{"name":"web","ports":[{"containerPort":81}]}]})", live) == "containers[web].ports[81]");
  CHECK(difference(R"({"args":["a","b"]})", live) == "same");
  CHECK(difference(R"({"args":["a"]})", live) == "args");
  CHECK(difference(R"({"args":["b","a"]})", live) == "args[0]");
  CHECK(difference(R"({"tolerations":[{"key":"x"}]})", live) == "same");
  CHECK(difference(R"({"tolerations":[{"key":"y"}]})", live) == "tolerations[0].key");
}

TEST_CASE("quantities are compared by value where Kubernetes keeps quantities, and nowhere else") {
  CHECK(difference(R"({"resources":{"limits":{"cpu":"1000m","memory":"1024Mi"}}})",
                   R"({"resources":{"limits":{"cpu":"1","memory":"1Gi"}}})") == "same");
  CHECK(difference(R"({"requests":{"cpu":1}})", R"({"requests":{"cpu":"1"}})") == "same");
  CHECK(difference(R"({"hard":{"pods":"40"}})", R"({"hard":{"pods":"41"}})") == "hard.pods");
  CHECK(difference(R"({"emptyDir":{"sizeLimit":"1024Mi"}})", R"({"emptyDir":{"sizeLimit":"1Gi"}})") == "same");
  CHECK(difference(R"({"labels":{"size":"1000m"}})", R"({"labels":{"size":"1"}})") == "labels.size");
  CHECK(difference(R"({"env":[{"name":"a","value":"1000m"}]})", R"({"env":[{"name":"a","value":"1"}]})") == "env[a].value");
}

TEST_CASE("a field that we own and no longer state is surplus") {
  CHECK(extra(R"({"f:spec":{"f:replicas":{},"f:paused":{}}})", R"({"spec":{"replicas":3,"paused":false}})") == "none");
  CHECK(extra(R"({"f:spec":{"f:replicas":{}}})", R"({"spec":{"paused":true}})") == "spec.replicas");
  CHECK(extra(R"({"f:spec":{"f:replicas":{}}})", R"({"spec":{"replicas":null}})") == "spec.replicas");
  const char* ports = R"({"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}})";
  CHECK(extra(ports, R"({"ports":[{"port":80}]})") == "none");  // the protocol is the default
  CHECK(extra(ports, R"({"ports":[{"port":80,"protocol":"UDP"}]})") == R"(ports[{"port":80,"protocol":"TCP"}])");
  CHECK(extra(R"({"f:finalizers":{"v:\"a\"":{}}})", R"({"finalizers":["a"]})") == "none");
  CHECK(extra(R"({"f:finalizers":{"v:\"a\"":{}}})", R"({"finalizers":["b"]})") == "finalizers[\"a\"]");
  CHECK(extra(R"({"f:selector":{}})", R"({"selector":{"a":"b"}})") == "none");
}

TEST_CASE("a field that we state and do not own is lacking, identity and empty maps are not") {
  const char* intent = R"({"apiVersion":"v1","kind":"X","metadata":{"name":"a","namespace":"b","labels":{"l":"1"}},
                           "spec":{"replicas":3,"none":{}}})";
  CHECK(missing(R"({"f:metadata":{"f:labels":{"f:l":{}}},"f:spec":{"f:replicas":{}}})", intent) == "none");
  CHECK(missing(R"({"f:metadata":{"f:labels":{"f:l":{}}}})", intent) == "spec");
  CHECK(missing(R"({"f:metadata":{"f:labels":{}},"f:spec":{"f:replicas":{}}})", intent) == "none");  // owned as one
  CHECK(missing(R"({"f:metadata":{"f:labels":{"f:other":{}}},"f:spec":{"f:replicas":{}}})", intent) == "metadata.labels.l");
  CHECK(missing("{}", intent) == "metadata");
  const char* containers = R"({"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:name":{},"f:image":{}}}})";
  CHECK(missing(containers, R"({"containers":[{"name":"web","image":"i"}]})") == "none");
  CHECK(missing(containers, R"({"containers":[{"name":"web","args":["x"]}]})") == "containers[0].args");
  CHECK(missing(containers, R"({"containers":[{"name":"web"},{"name":"db"}]})") == "containers[1]");
}

TEST_CASE("managers are read from what may be anything") {
  const auto managers = managers_of(json(R"({"metadata":{"managedFields":[{},{"manager":"a","operation":"Apply",
      "fieldsV1":{"f:x":{}}},7,{"manager":"b","operation":"Update","subresource":"status"}]}})"));
  REQUIRE(managers.size() == 4);
  CHECK(managers[0].manager.empty());
  CHECK(managers[1].fields != nullptr);
  CHECK(managers[3].subresource == "status");
  CHECK(managers_of(json("{}")).empty());
  CHECK(managers_of(json(R"({"metadata":{"managedFields":"x"}})")).empty());
  CHECK_FALSE(surplus(json("7"), json("{}")));
  CHECK(lacking(json("7"), json(R"({"a":1})")));
  CHECK(surplus(json(R"({"k:not json":{},"i:9":{}})"), json("[1]")));
}
