#include "cli/load.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "base/text.hpp"
#include "command.hpp"

using namespace haetae;
using namespace haetae::cli;
using namespace haetae::cli::testing;
using Strings = std::vector<std::string>;

namespace {
Loaded load_text(const std::string& text) {
  std::istringstream in(text);
  return load({"-"}, in);
}
Loaded load_path(const Strings& paths) {
  std::istringstream in;
  return load(paths, in);
}
Strings names(const Loaded& loaded) {
  Strings all;
  for (const auto& [key, entry] : loaded.entries) all.push_back(key.text());
  return all;
}
}  // namespace

TEST_CASE("folders are read with all below them, files of other kinds and hidden ones are not") {
  const Folder folder;
  folder.write("tiers.yaml", tier("tier-1", 1, 0, 1, 0));
  folder.write("deep/er/center.yml", center("daegu"));
  folder.write("deep/.hidden/broken.yaml", "{");
  folder.write(".broken.yaml", "{");
  folder.write("README.md", "no yaml at all: [");
  folder.write("gwangju.json", R"({"apiVersion": "haetae.io/v1alpha1", "kind": "Center", "metadata": {"name": "gwangju"},
    "spec": {"kind": "Government", "region": "honam", "acceptsDataClasses": ["S"]}})");
  const auto loaded = load_path({folder.path()});
  CHECK(loaded.faults == Strings{});
  CHECK(names(loaded) == Strings{"RiskTier tier-1", "Center daegu", "Center gwangju", "MemberCluster daegu-a"});
  CHECK(loaded.world.centers.size() == 2);
  CHECK(loaded.world.tiers.size() == 1);
}

TEST_CASE("a file that is named twice is read once") {
  const Folder folder;
  folder.write("a.yaml", center("daegu"));
  CHECK(load_path({folder.path(), folder.path("a.yaml"), folder.path("./a.yaml")}).faults.empty());
}

TEST_CASE("what is not there, and a folder without a manifest, are faults") {
  const Folder folder;
  CHECK(load_path({folder.path("nowhere")}).faults == Strings{"cannot read " + folder.path("nowhere") + ": No such file or directory"});
  CHECK(load_path({folder.path()}).faults == Strings{"cannot read " + folder.path() + ": it holds no .yaml, .yml or .json file"});
}

TEST_CASE("lists are opened, as kubectl and the API server write them") {
  const auto loaded = load_text(R"(apiVersion: v1
kind: List
items:
- apiVersion: haetae.io/v1alpha1
  kind: Center
  metadata: {name: daegu}
  spec: {kind: Government, region: yeongnam, acceptsDataClasses: [S]}
- apiVersion: haetae.io/v1alpha1
  kind: CenterList
  items:
  - metadata: {name: gwangju}
    spec: {kind: Government, region: honam, acceptsDataClasses: [S]}
  metadata: {resourceVersion: "1"}
)");
  CHECK(loaded.faults == Strings{});
  CHECK(names(loaded) == Strings{"Center daegu", "Center gwangju"});
}

TEST_CASE("every fault is told at once, with file, line and path") {
  const Folder folder;
  folder.write("bad.yaml", R"(apiVersion: haetae.io/v1alpha1
kind: TenantSystem
metadata:
  name: gov24
spec:
  assessment: {impact: 41, users: 0, ripple: 0}
  dataClas: S
  dataClass: X
  components:
  - name: web
    workload: Deployment
    replicas: two
    template: {}
---
apiVersion: haetae.io/v1alpha1
kind: Centre
metadata: {name: x}
---
apiVersion: haetae.io/v1
kind: Center
metadata: {name: x}
---
kind: Center
---
just text
)");
  const auto faults = load_path({folder.path("bad.yaml")}).faults;
  const auto told = [&](const std::string& line, const std::string& path) {
    const auto start = folder.path("bad.yaml") + ":" + line + ": " + path + ": ";
    return std::any_of(faults.begin(), faults.end(), [&](const auto& fault) { return fault.starts_with(start); });
  };
  CAPTURE(join(faults, "\n"));
  CHECK(told("4", "metadata.namespace"));
  CHECK(told("6", "spec.assessment.impact"));
  CHECK(told("7", "spec.dataClas"));
  CHECK(told("8", "spec.dataClass"));
  CHECK(told("12", "spec.components[0].replicas"));
  CHECK(told("16", "kind"));
  CHECK(told("19", "apiVersion"));
  CHECK(told("23", "apiVersion"));
  CHECK(told("25", "apiVersion"));
}

TEST_CASE("a fault inside a list has the line in the list, and the path in the object") {
  const auto faults = load_text("apiVersion: v1\nkind: List\nitems:\n- apiVersion: haetae.io/v1alpha1\n  kind: Centre\n").faults;
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].starts_with("<stdin>:5: kind: Centre is none of RiskTier, Center, "));
}

TEST_CASE("text that is no YAML names its line") {
  const auto faults = load_text("# a comment\nkind: Center\nspec: no\n").faults;
  CHECK(faults == Strings{"<stdin>:3: cannot read YAML: a plain no is a boolean to kubectl: quote it, or write true or false"});
}

TEST_CASE("an object that is there twice names both places") {
  const auto faults = load_text(tier("tier-1", 1, 0, 1, 0) + tier("tier-1", 2, 0, 1, 0)).faults;
  CAPTURE(join(faults, "\n"));
  CHECK(faults ==
        Strings{"<stdin>:10: RiskTier tier-1 is already at <stdin>:1"});
}

TEST_CASE("objects of other API groups are counted in a note") {
  const auto loaded = load_text(center("daegu") +
                                "apiVersion: v1\nkind: Namespace\nmetadata: {name: mois}\n---\n"
                                "apiVersion: v1\nkind: Namespace\nmetadata: {name: nts}\n---\n"
                                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n");
  CHECK(loaded.faults.empty());
  CHECK(loaded.notes == Strings{"left out 3 objects of other API groups: Deployment, Namespace ×2"});
}

TEST_CASE("what kubectl prints of a live object is taken as it is") {
  const auto loaded = load_text(R"(apiVersion: haetae.io/v1alpha1
kind: Center
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: "{}"
  creationTimestamp: "2026-11-22T08:38:12Z"
  finalizers: [haetae.io/in-use]
  generation: 3
  labels: {a: b}
  managedFields:
  - apiVersion: haetae.io/v1alpha1
    fieldsType: FieldsV1
    fieldsV1: {"f:spec": {"f:kind": {}}}
    manager: kubectl
    operation: Update
    time: "2026-11-22T08:38:12Z"
  name: daegu
  ownerReferences:
  - {apiVersion: v1, kind: ConfigMap, name: x, uid: "1"}
  resourceVersion: "12"
  selfLink: /x
  uid: 0d9b1f3e-0000-4000-8000-000000000000
spec:
  acceptsDataClasses: [S]
  kind: Government
  region: yeongnam
status:
  observedGeneration: -1
)");
  CHECK(loaded.faults == Strings{});
  REQUIRE(loaded.world.centers.size() == 1);
  CHECK(loaded.world.centers[0]->metadata.generation == 3);
}

TEST_CASE("status of member clusters counts as observed") {
  const auto loaded = load_text(center("daegu"));
  const auto& view = loaded.world.views.at(ClusterName("daegu-a"));
  REQUIRE(std::holds_alternative<domain::Known<domain::ClusterView>>(view));
  CHECK(std::get<domain::Known<domain::ClusterView>>(view).value.capacity.at("cpu") == Quantity::of(32));
}
