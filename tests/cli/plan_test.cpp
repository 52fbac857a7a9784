#include "cli/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "api/json.hpp"
#include "api/yaml.hpp"
#include "command.hpp"

using namespace haetae;
using namespace haetae::cli::testing;
using haetae::cli::kBadInput;
using haetae::cli::kFindings;
using haetae::cli::kFine;
using nlohmann::ordered_json;

namespace {

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

ordered_json json_plan(const std::string& fleet) {
  return *api::read_json(run({"plan", "-f", "-", "-o", "json"}, fleet).out);
}

/// The item with this name.
const ordered_json& item(const ordered_json& list, const std::string& name) {
  for (const auto& object : list.at("items")) {
    if (object.at("metadata").at("name") == name) return object;
  }
  throw std::runtime_error("no item " + name);
}

std::string condition(const ordered_json& object, const std::string& type) {
  for (const auto& one : object.at("status").at("conditions")) {
    if (one.at("type") == type) return one.at("status");
  }
  return "absent";
}

}  // namespace

TEST_CASE("a fleet where everything fits has no findings, and says who goes where") {
  const auto ran = run({"plan", "-f", "-"}, small_fleet());
  CAPTURE(ran.out);
  CHECK(ran.code == kFine);
  CHECK(ran.err.empty());
  CHECK(says(ran.out, "SYSTEM"));
  CHECK(says(ran.out, "mois/gov24   정부24  tier-1  active   daegu    daegu-a    2     "));
  CHECK(says(ran.out, "standby  gongju   gongju-a   0     "));
  CHECK(says(ran.out, "2 systems, 2 placed; 0 errors, 0 warnings"));
}

TEST_CASE("every center is summed up: copies, and how full it would be") {
  const auto ran = run({"plan", "-f", "-"}, small_fleet());
  CAPTURE(ran.out);
  CHECK(says(ran.out, "CENTER   LIFECYCLE  CLUSTERS  ACTIVE  STANDBY  CPU"));
  CHECK(says(ran.out, "gongju   Active     1         0       1        0% of 32"));
}

TEST_CASE("a system that others raise tells by whom") {
  const auto ran = run({"plan", "-f", "-"}, small_fleet() + system("mois", "gpki", 50) +
                                                system("nts", "tax", 85, "  dependsOn: [{system: mois/gpki, strength: Hard}]\n"));
  CAPTURE(ran.out);
  CHECK(says(ran.out, "tier-2 → tier-1"));
  CHECK(says(ran.out, "raised by nts/tax"));
}

TEST_CASE("what does not fit is a finding with what is missing and where, and exit code 1") {
  const auto ran = run({"plan", "-f", "-"}, small_fleet() + system("mois", "large", 50, "", 40, "1"));
  CAPTURE(ran.out);
  CHECK(ran.code == kFindings);
  CHECK(says(ran.out, "not placed: 1 of 1 active copy has no cluster: it has no room"));
  CHECK(says(ran.out, "NotPlaced"));
  CHECK(says(ran.out, "3 systems, 2 placed; 1 error"));
}

TEST_CASE("faults are listed on standard error, nothing is planned, exit code 2") {
  const auto ran = run({"plan", "-f", "-"}, small_fleet() + "kind: Center\n---\nkind: List\n");
  CAPTURE(ran.err);
  CHECK(ran.code == kBadInput);
  CHECK(ran.out.empty());
  CHECK(says(ran.err, "apiVersion: is missing"));
  CHECK(says(ran.err, "2 faults; nothing is planned"));
}

TEST_CASE("for machines the very objects come back, with the status that the operator would write") {
  const auto list = json_plan(small_fleet());
  CHECK(list.at("apiVersion") == "v1");
  CHECK(list.at("kind") == "List");
  CHECK(list.at("items").size() == 10);
  const auto& system = item(list, "gov24");
  CHECK(system.at("spec").at("displayName") == "정부24");
  CHECK(system.at("spec").at("components").at(0).at("template").at("spec").at("containers").at(0).at("image") == "web:1");
  const auto& placed = system.at("status").at("placement").at("centers");
  REQUIRE(placed.size() == 3);
  CHECK(placed.at(0).at("role") == "Active");
  CHECK(placed.at(2).at("role") == "Standby");
  CHECK(placed.at(2).at("cluster") == "gongju-a");
  CHECK(system.at("status").at("tier").at("effective") == "tier-1");
  CHECK(condition(system, "Placed") == "True");
  CHECK(item(list, "tier-1").at("status").at("systems") == 1);
  CHECK(item(list, "gongju-a").at("status").at("capacity").at("cpu") == "32");
}

TEST_CASE("no time is invented: new conditions have none") {
  const auto out = run({"plan", "-f", "-", "-o", "yaml"}, small_fleet()).out;
  CHECK(!says(out, "lastTransitionTime"));
  CHECK(!says(out, "decidedAt"));
  CHECK(!says(out, "since"));
}

TEST_CASE("metadata comes back as it was written, also what we do not read") {
  const auto list = json_plan(R"(apiVersion: haetae.io/v1alpha1
kind: Center
metadata:
  uid: "7"
  name: daegu
  managedFields: [{manager: kubectl}]
  labels: {z: "1", a: "2"}
spec: {kind: Government, region: yeongnam, acceptsDataClasses: [S]}
)");
  CHECK(list.at("items").at(0).at("metadata").dump() ==
        R"({"uid":"7","name":"daegu","managedFields":[{"manager":"kubectl"}],"labels":{"z":"1","a":"2"}})");
}

TEST_CASE("the same input in any order gives the same bytes") {
  std::vector<std::string> parts{tier("tier-1", 1, 80, 2, 1), tier("tier-2", 2, 0, 1, 0)};
  for (const auto* name : {"daegu", "gwangju", "gongju", "daejeon"}) parts.push_back(center(name));
  for (int i = 0; i < 8; ++i) parts.push_back(system("mois", "s" + std::to_string(i), 45 + 5 * i, "", 2 + i));
  const auto whole = [&] {
    std::string text;
    for (const auto& part : parts) text += part;
    return text;
  };
  for (const auto* form : {"table", "json", "yaml"}) {
    const auto before = run({"plan", "-f", "-", "-o", form}, whole());
    std::reverse(parts.begin(), parts.end());
    std::rotate(parts.begin(), parts.begin() + 5, parts.end());
    const auto after = run({"plan", "-f", "-", "-o", form}, whole());
    CHECK(after.out == before.out);
    CHECK(after.code == before.code);
  }
}

TEST_CASE("a plan of its own output is the same, byte for byte") {
  auto fleet = small_fleet() + system("mois", "large", 50, "", 40, "1") + system("mois", "gpki", 50) +
               system("nts", "tax", 85, "  dependsOn: [{system: mois/gpki, strength: Hard}]\n  placement: {preferCenters: [daegu]}\n");
  for (int i = 0; i < 6; ++i) fleet += system("kdca", "s" + std::to_string(i), 60 + 5 * i, "", 5, "1");
  for (const auto* form : {"yaml", "json"}) {
    const auto first = run({"plan", "-f", "-", "-o", form}, fleet);
    const auto second = run({"plan", "-f", "-", "-o", form}, first.out);
    CHECK(second.err.empty());
    CHECK(second.out == first.out);
    CHECK(second.code == first.code);
  }
}

TEST_CASE("times of the input stay where nothing changed") {
  auto fleet = small_fleet();
  const auto first = json_plan(fleet);
  auto aged = first;
  for (auto& object : aged.at("items")) {
    if (!object.contains("status") || !object.at("status").contains("conditions")) continue;
    for (auto& one : object.at("status").at("conditions")) one["lastTransitionTime"] = "2026-11-22T08:38:12Z";
  }
  const auto again = json_plan(aged.dump());
  for (const auto& one : item(again, "gov24").at("status").at("conditions")) {
    CHECK(one.at("lastTransitionTime") == "2026-11-22T08:38:12Z");
  }
}

TEST_CASE("YAML and JSON say the same") {
  const auto yaml = run({"plan", "-f", "-", "-o", "yaml"}, small_fleet()).out;
  const auto documents = api::read_documents(yaml);
  REQUIRE(documents);
  REQUIRE(documents->size() == 1);
  CHECK(documents->front().value == json_plan(small_fleet()));
}

TEST_CASE("findings on other objects are told too") {
  const auto ran = run({"plan", "-f", "-"}, small_fleet() + R"(apiVersion: haetae.io/v1alpha1
kind: MemberCluster
metadata: {name: seoul-a}
spec: {center: seoul, connection: {local: {}}}
)");
  CAPTURE(ran.out);
  CHECK(ran.code == kFindings);
  CHECK(says(ran.out, "CenterUnknown"));
  CHECK(says(ran.out, "MemberCluster/seoul-a"));
  CHECK(says(ran.out, "does not exist"));
}

TEST_CASE("explain says why here and why not there") {
  const auto ran = run({"explain", "mois/gov24", "-f", "-"}, small_fleet() + center("daejeon", "  lifecycle: Closing\n  closeBy: \"2030-12-31\"\n") + center("busan"));
  CAPTURE(ran.out);
  CAPTURE(ran.err);
  CHECK(ran.code == kFine);
  CHECK(says(ran.out, "demands  2 active copies of 2 pods (cpu 1, memory 2Gi), 1 standby copy of 0 pods"));
  CHECK(says(ran.out, "daejeon-a  no"));
  CHECK(says(ran.out, "its center takes no newcomers (center daejeon is Closing)"));
  CHECK(says(ran.out, "others stood better"));
  CHECK(run({"explain", "gov24", "-f", "-"}, small_fleet()).code == kBadInput);
}
