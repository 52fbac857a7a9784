#include "api/schema.hpp"

#include <doctest/doctest.h>

#include "api/kinds.hpp"

namespace haetae::api {
namespace {

using nlohmann::ordered_json;

template <class K>
ordered_json root() {
  return definition_of(types_of<K>())["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
}

template <class K>
ordered_json spec_field(const char* name) {
  return root<K>()["properties"]["spec"]["properties"][name];
}

}  // namespace

TEST_CASE("a definition names group, kind, scope and category") {
  const auto crd = definition_of(types_of<TenantSystem>());
  CHECK(crd["metadata"]["name"] == "tenantsystems.haetae.io");
  CHECK(crd["spec"]["scope"] == "Namespaced");
  CHECK(crd["spec"]["names"].dump() ==
        R"({"kind":"TenantSystem","listKind":"TenantSystemList","plural":"tenantsystems","singular":"tenantsystem",)"
        R"("shortNames":["ts"],"categories":["haetae"]})");
  CHECK(definition_of(types_of<Center>())["spec"]["scope"] == "Cluster");
}

TEST_CASE("an object is InProgress for kstatus from the moment it is stored") {
  for (const auto* types : all_types()) {
    const auto version = definition_of(*types)["spec"]["versions"][0];
    const auto& status = version["schema"]["openAPIV3Schema"]["properties"]["status"];
    CHECK(status["default"].dump() == R"({"observedGeneration":-1})");
    CHECK(version["subresources"]["status"].is_object());
  }
}

TEST_CASE("bounds, defaults and units of a field are in its schema") {
  CHECK(spec_field<RiskTier>("redundancy")["properties"]["activeScale"].dump() ==
        R"({"description":"Share of the peak that each active copy must carry alone. Unit: percent.",)"
        R"("type":"integer","format":"int32","minimum":1,"maximum":100,"default":100})");
  CHECK(spec_field<RiskTier>("unknownAfter")["default"] == "2m0s");
  CHECK(spec_field<RiskTier>("unknownAfter")["x-kubernetes-validations"][0]["rule"] ==
        "duration(self) >= duration('5s')");
  CHECK(spec_field<Center>("roles")["default"].dump() == R"(["Active","Standby"])");
  CHECK(spec_field<Center>("roles")["x-kubernetes-list-type"] == "set");
  CHECK(spec_field<TenantSystem>("components")["x-kubernetes-list-map-keys"].dump() == R"(["name"])");
  CHECK_FALSE(spec_field<TenantSystem>("tier").contains("default"));
}

TEST_CASE("a pod template is kept as written") {
  const auto component = spec_field<TenantSystem>("components")["items"];
  CHECK(component["properties"]["template"]["x-kubernetes-preserve-unknown-fields"] == true);
  CHECK(component["required"].dump() == R"(["name","template"])");
}

TEST_CASE("what may not change is held by transition rules, also where it may be absent") {
  CHECK(spec_field<MemberCluster>("center")["x-kubernetes-validations"][0]["rule"] == "self == oldSelf");
  const auto rules = root<MemberCluster>()["properties"]["spec"]["x-kubernetes-validations"];
  CHECK(rules[0].dump() == R"x({"rule":"has(self.nodeSelector) == has(oldSelf.nodeSelector) && )x"
                           R"x((!has(self.nodeSelector) || self.nodeSelector == oldSelf.nodeSelector)",)x"
                           R"x("message":"is immutable","fieldPath":".nodeSelector"})x");
  CHECK(spec_field<Handoff>("system").contains("x-kubernetes-validations"));
  CHECK(spec_field<Handoff>("provider").contains("x-kubernetes-validations"));
  CHECK(spec_field<RiskTier>("rank").contains("x-kubernetes-validations"));
}

TEST_CASE("names are bounded where the schema can say it") {
  CHECK(root<Center>()["properties"]["metadata"]["properties"]["name"]["maxLength"] == 40);
  CHECK(root<FleetPolicy>()["properties"]["metadata"]["properties"]["name"]["enum"].dump() == R"(["default"])");
}

TEST_CASE("a status has no defaults inside: what the operator means, it writes") {
  for (const auto* types : all_types()) {
    CHECK(schema_of(types->status, false).dump().find("\"default\"") == std::string::npos);
  }
}

TEST_CASE("the last column is the age, and conditions are found by type") {
  const auto columns = definition_of(types_of<MemberCluster>())["spec"]["versions"][0]["additionalPrinterColumns"];
  CHECK(columns[1]["jsonPath"] == ".status.conditions[?(@.type==\"Reachable\")].status");
  CHECK(columns.back()["name"] == "Age");
}

TEST_CASE("every kind and field of the spec is in the reference") {
  const auto text = reference();
  for (const auto* types : all_types()) {
    CHECK(text.find("## " + types->kind.kind) != std::string::npos);
    for (const auto& member : types->spec.members) CHECK(text.find("`spec." + member.name) != std::string::npos);
  }
}

}  // namespace haetae::api
