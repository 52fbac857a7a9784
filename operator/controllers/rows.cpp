#include "controllers/rows.hpp"

#include <algorithm>

#include "api/pod.hpp"
#include "domain/labels.hpp"
#include "runtime/projection.hpp"

namespace haetae::controllers {

namespace {

using nlohmann::ordered_json;
using runtime::find;
using runtime::text_at;

// What pod_needs reads, and what tells whose pod it is and how it stands.
const runtime::Paths& pod_paths() {
  static const runtime::Paths kPaths{
      "metadata.name", "metadata.namespace", "metadata.labels[haetae.io/component]", "metadata.deletionTimestamp",
      "spec.nodeName", "spec.resources", "spec.overhead",
      "spec.containers[].name", "spec.containers[].resources",
      "spec.initContainers[].name", "spec.initContainers[].resources", "spec.initContainers[].restartPolicy",
      "status.phase", "status.conditions[].type", "status.conditions[].status", "status.conditions[].reason",
      "status.containerStatuses[].name", "status.containerStatuses[].resources",
      "status.containerStatuses[].allocatedResources",
      "status.initContainerStatuses[].name", "status.initContainerStatuses[].resources",
      "status.initContainerStatuses[].allocatedResources"};
  return kPaths;
}

bool has_condition(const ordered_json& object, std::string_view type) {
  const auto* conditions = find(object, {"status", "conditions"});
  if (conditions == nullptr || !conditions->is_array()) return false;
  return std::any_of(conditions->begin(), conditions->end(), [&](const ordered_json& one) {
    return text_at(one, {"type"}) == type && text_at(one, {"status"}) == "True";
  });
}

// Source: kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration (PreferNoSchedule is a wish only).
bool keeps_pods_away(const ordered_json& node) {
  const auto* taints = find(node, {"spec", "taints"});
  if (taints == nullptr || !taints->is_array()) return false;
  return std::any_of(taints->begin(), taints->end(), [](const ordered_json& taint) {
    const auto effect = text_at(taint, {"effect"});
    return effect == "NoSchedule" || effect == "NoExecute";
  });
}

// A resource whose amount cannot be read is left out: it offers no room then.
Resources amounts(const ordered_json& object, runtime::Steps path) {
  Resources out;
  for (const auto& [name, text] : runtime::texts_at(object, path))
    if (const auto amount = Quantity::parse(text)) out[name] = *amount;
  return out;
}

// Source: kubernetes.io/docs/concepts/workloads/controllers/deployment "Complete Deployment"; a StatefulSet counts alike.
void add_rollout(std::string_view workload_json, OwnedRow& row) {
  static const runtime::Paths kPaths{"metadata.generation", "status.observedGeneration", "status.replicas",
                                     "status.updatedReplicas", "status.readyReplicas"};
  const auto object = runtime::project(workload_json, kPaths);
  const auto number = [&](runtime::Steps at) { return object ? runtime::integer_at(object->kept, at).value_or(0) : 0; };
  const auto wanted = row.replicas.value_or(1);
  const auto updated = number({"status", "updatedReplicas"});
  row.rolled_out = object && number({"status", "observedGeneration"}) >= number({"metadata", "generation"}) &&
                   updated >= wanted && updated >= number({"status", "replicas"});
  row.all_ready = object && number({"status", "readyReplicas"}) >= wanted;
}

}  // namespace

bool PodRow::operator==(const PodRow& other) const {
  return *ns == *other.ns && *component == *other.component && *node == *other.node && *requests == *other.requests &&
         ready == other.ready && deleting == other.deleting && over == other.over;
}

std::shared_ptr<const Resources> RowReader::shared(Resources requests) {
  const std::lock_guard lock(mutex_);
  if (requests_.size() >= clean_at_) {
    std::erase_if(requests_, [](const auto& entry) { return entry.second.expired(); });
    clean_at_ = std::max<std::size_t>(64, 2 * requests_.size());
  }
  auto& entry = requests_[requests];
  auto held = entry.lock();
  if (!held) entry = held = std::make_shared<const Resources>(std::move(requests));
  return held;
}

Result<runtime::Projected<PodRow>> RowReader::pod(std::string_view object_json) {
  auto object = runtime::project(object_json, pod_paths());
  if (!object) return std::move(object).error();
  const ordered_json& pod = object->kept;
  auto needs = api::pod_needs({pod.dump()});
  if (!needs) return std::move(needs).error();
  const std::string ns = text_at(pod, {"metadata", "namespace"});
  const std::string phase = text_at(pod, {"status", "phase"});
  PodRow row{words_.word(ns),
             words_.word(text_at(pod, {"metadata", "labels", domain::labels::kComponent})),
             words_.word(text_at(pod, {"spec", "nodeName"})),
             shared(std::move(needs->requests)),
             has_condition(pod, "Ready"),
             find(pod, {"metadata", "deletionTimestamp"}) != nullptr,
             phase == "Succeeded" || phase == "Failed"};
  return runtime::Projected<PodRow>{runtime::store_key(ns, text_at(pod, {"metadata", "name"})), std::move(row)};
}

Result<runtime::Projected<OwnedRow>> RowReader::owned(std::string_view object_json, const kube::Resource& resource) {
  const auto object = runtime::owned_object(object_json, resource.api_version(), resource.kind);
  if (!object) return object.error();
  OwnedRow row{&resource,
               words_.word(object->id.ns),
               words_.word(object->id.name),
               words_.word(object->system),
               words_.word(object->role),
               words_.word(object->mark),
               runtime::sighting(*object),
               object->replicas};
  if (resource.group == "apps") add_rollout(object_json, row);
  return runtime::Projected<OwnedRow>{runtime::store_key(object->id.ns, object->id.name), std::move(row)};
}

Result<runtime::Projected<NodeRow>> read_node(std::string_view object_json) {
  static const runtime::Paths kPaths{"metadata.name", "metadata.labels", "spec.unschedulable", "spec.taints",
                                     "status.allocatable", "status.conditions"};
  auto object = runtime::project(object_json, kPaths);
  if (!object) return std::move(object).error();
  const ordered_json& node = object->kept;
  NodeRow row;
  row.name = text_at(node, {"metadata", "name"});
  row.labels = runtime::texts_at(node, {"metadata", "labels"});
  row.room = text_at(node, {"metadata", "labels", "topology.kubernetes.io/zone"});
  row.allocatable = amounts(node, {"status", "allocatable"});
  row.usable = has_condition(node, "Ready") && !runtime::true_at(node, {"spec", "unschedulable"}) && !keeps_pods_away(node);
  auto key = row.name;
  return runtime::Projected<NodeRow>{std::move(key), std::move(row)};
}

bool selects(const api::Labels& selector, const api::Labels& labels) {
  return std::ranges::all_of(selector, [&](const auto& wanted) {
    const auto found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  });
}

}  // namespace haetae::controllers
