#include "domain/redundancy/pod_template.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "api/json.hpp"
#include "api/kind.hpp"
#include "base/text.hpp"

namespace haetae::redundancy {

using nlohmann::ordered_json;

namespace {

/// Maps that the API server drops when they are empty. An empty object elsewhere has a meaning (`emptyDir: {}`).
bool dropped_when_empty(const std::string& key) {
  constexpr std::array kMaps{"labels", "annotations", "nodeSelector", "limits", "requests", "matchLabels", "data", "binaryData"};
  return std::find(kMaps.begin(), kMaps.end(), key) != kMaps.end();
}

bool is_dropped(const std::string& key, const ordered_json& value, bool in_env) {
  if (value.is_null() || (value.is_array() && value.empty())) return true;
  if (value.is_object() && value.empty()) return dropped_when_empty(key);
  return in_env && key == "value" && value == "";
}

/// What the server does not keep must not be stated, or every look would find a difference.
ordered_json kept(const ordered_json& written, bool in_env = false) {
  if (written.is_array()) {
    auto list = ordered_json::array();
    for (const auto& item : written) list.push_back(kept(item, in_env));
    return list;
  }
  if (!written.is_object()) return written;
  auto object = ordered_json::object();
  for (const auto& [key, value] : written.items()) {
    auto inner = kept(value, key == "env");
    if (!is_dropped(key, inner, in_env)) object[key] = std::move(inner);
  }
  return object;
}

ordered_json read(const api::RawJson& written) {
  auto tree = api::read_json(written.json);
  return tree && tree->is_object() ? kept(*tree) : ordered_json();
}

/// `object[key]` where it is an object, else an empty one.
ordered_json part(const ordered_json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_object() ? *at : ordered_json::object();
}

std::string text_at(const ordered_json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

ordered_json constraint(const api::Spread& spread, const PodFrame& frame) {
  ordered_json it{{"maxSkew", spread.max_skew},
                  {"topologyKey", topology_key(spread.domain)},
                  {"whenUnsatisfiable", spread.required ? "DoNotSchedule" : "ScheduleAnyway"},
                  {"labelSelector", {{"matchLabels", frame.identity}}}};
  if (frame.by_revision) it["matchLabelKeys"] = ordered_json::array({"pod-template-hash"});
  return it;
}

/// The API server knows constraints by (topologyKey, whenUnsatisfiable) and refuses two of a kind.
bool same_kind(const ordered_json& a, const ordered_json& b) {
  return text_at(a, "topologyKey") == text_at(b, "topologyKey") &&
         text_at(a, "whenUnsatisfiable") == text_at(b, "whenUnsatisfiable");
}

void add_spread(ordered_json& pod, const PodFrame& frame) {
  auto constraints = ordered_json::array();
  for (const auto& spread : frame.spread) constraints.push_back(constraint(spread, frame));
  const auto own = pod.find("topologySpreadConstraints");
  if (own != pod.end() && own->is_array()) {
    for (const auto& theirs : *own) {
      const auto ours = std::find_if(constraints.begin(), constraints.end(),
                                     [&](const auto& it) { return same_kind(it, theirs); });
      if (ours == constraints.end()) {
        constraints.push_back(theirs);
        continue;
      }
      const auto skew = theirs.find("maxSkew");
      if (skew != theirs.end() && skew->is_number_integer() && *skew < (*ours)["maxSkew"]) (*ours)["maxSkew"] = *skew;
    }
  }
  if (!constraints.empty()) pod["topologySpreadConstraints"] = std::move(constraints);
}

bool states(const ordered_json& resources, const char* resource) {
  return part(resources, "requests").contains(resource) || part(resources, "limits").contains(resource);
}

/// Of cpu and memory what neither the container nor its pod states.
std::vector<std::string> missing_of(const ordered_json& own, const ordered_json& of_pod) {
  std::vector<std::string> missing;
  for (const auto* resource : {"cpu", "memory"})
    if (!states(own, resource) && !states(of_pod, resource)) missing.emplace_back(resource);
  return missing;
}

}  // namespace

const char* topology_key(api::SpreadDomain domain) {
  return domain == api::SpreadDomain::Host ? "kubernetes.io/hostname" : "topology.kubernetes.io/zone";
}

ordered_json pod_template(const api::RawJson& written, const PodFrame& frame) {
  const auto tree = read(written);
  auto metadata = ordered_json::object();
  auto labels = part(part(tree, "metadata"), "labels");
  for (const auto& [key, value] : frame.identity) labels[key] = value;
  metadata["labels"] = std::move(labels);
  if (auto annotations = part(part(tree, "metadata"), "annotations"); !annotations.empty())
    metadata["annotations"] = std::move(annotations);
  auto pod = part(tree, "spec");
  // No pod is a client of its cluster: what needs a token mounts one, for the audience that it names.
  pod["automountServiceAccountToken"] = false;
  if (!frame.priority_class.empty()) pod["priorityClassName"] = frame.priority_class;
  for (const auto& [key, value] : frame.node_selector) pod["nodeSelector"][key] = value;
  add_spread(pod, frame);
  return {{"metadata", std::move(metadata)}, {"spec", std::move(pod)}};
}

ordered_json claim_template(const api::RawJson& written) { return read(written); }

std::vector<api::Fault> reserved_keys(const api::RawJson& written) {
  const auto metadata = part(read(written), "metadata");
  std::vector<api::Fault> faults;
  for (const auto* list : {"labels", "annotations"}) {
    const auto given = part(metadata, list);
    for (const auto& [key, value] : given.items()) {
      if (!api::is_ours(key)) continue;
      faults.push_back({api::field_path(std::string("metadata.") + list, key),
                        "is refused: Haetae alone gives keys of haetae.io"});
    }
  }
  return faults;
}

std::vector<api::Fault> missing_requests(const api::RawJson& written) {
  const auto pod = part(read(written), "spec");
  std::vector<api::Fault> faults;
  for (const auto* list : {"initContainers", "containers"}) {
    const auto containers = pod.find(list);
    if (containers == pod.end() || !containers->is_array()) continue;
    for (std::size_t i = 0; i < containers->size(); ++i) {
      const auto& container = (*containers)[i];
      // Those that end before the others start take no room of their own; a sidecar does.
      if (std::string_view(list) == "initContainers" && text_at(container, "restartPolicy") != "Always") continue;
      const auto missing = missing_of(part(container, "resources"), part(pod, "resources"));
      if (missing.empty()) continue;
      const auto path = api::item_path(std::string("spec.") + list, i) + ".resources.requests";
      faults.push_back({path, "no " + join(missing, " and no ") + " is requested"});
    }
  }
  return faults;
}

}  // namespace haetae::redundancy
