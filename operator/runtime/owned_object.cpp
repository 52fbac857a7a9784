#include "base/text.hpp"
#include "runtime/apply.hpp"
#include "runtime/projection.hpp"

namespace haetae::runtime {
namespace {

const Paths& kept() {
  static const Paths paths{"metadata.name",
                           "metadata.namespace",
                           "metadata.uid",
                           "metadata.resourceVersion",
                           "metadata.deletionTimestamp",
                           "metadata.labels[haetae.io/system]",
                           "metadata.labels[haetae.io/role]",
                           "metadata.annotations[haetae.io/system-ref]",
                           "spec.replicas"};
  return paths;
}

/// What servers keep for themselves. A change of anything else is worth a look at the live object.
const Paths& uncounted() {
  static const Paths paths{"apiVersion",  // items of a list do not repeat them
                           "kind",
                           "status",
                           "metadata.managedFields",
                           "metadata.resourceVersion",
                           "metadata.generation",
                           "metadata.uid",
                           "metadata.creationTimestamp",
                           "metadata.selfLink",
                           "metadata.deletionTimestamp",
                           "metadata.deletionGracePeriodSeconds",
                           "metadata.annotations[deployment.kubernetes.io/revision]"};
  return paths;
}

/// A Namespace's finalizers belong to its lifecycle, which the server alone writes.
const Paths& uncounted_of_namespace() {
  static const Paths paths = [] {
    Paths all = uncounted();
    all.add("spec.finalizers");
    return all;
  }();
  return paths;
}

}  // namespace

Result<OwnedObject> owned_object(std::string_view json, const std::string& api_version, const std::string& kind) {
  const bool is_namespace = kind == "Namespace" && api_version == "v1";
  auto seen = project(json, kept(), is_namespace ? &uncounted_of_namespace() : &uncounted());
  if (!seen) return std::move(seen).error();
  const auto& tree = seen->kept;
  OwnedObject out;
  out.id = {api_version, kind, text_at(tree, {"metadata", "namespace"}), text_at(tree, {"metadata", "name"})};
  if (out.id.name.empty()) return Error{Code::Malformed, "cannot read the object: metadata.name is missing"};
  out.uid = text_at(tree, {"metadata", "uid"});
  out.resource_version = text_at(tree, {"metadata", "resourceVersion"});
  out.content = seen->content;
  out.system = text_at(tree, {"metadata", "labels", "haetae.io/system"});
  out.role = text_at(tree, {"metadata", "labels", "haetae.io/role"});
  out.mark = text_at(tree, {"metadata", "annotations", "haetae.io/system-ref"});
  out.deleting = find(tree, {"metadata", "deletionTimestamp"}) != nullptr;
  if (const auto replicas = integer_at(tree, {"spec", "replicas"}))
    out.replicas = static_cast<std::int32_t>(*replicas);
  return out;
}

Sighting sighting(const OwnedObject& object) {
  return {object.content, fnv1a(object.uid), object.resource_version, object.deleting};
}

}  // namespace haetae::runtime
