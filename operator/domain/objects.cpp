#include "domain/objects.hpp"

#include "base/text.hpp"
#include "domain/labels.hpp"
#include "domain/redundancy/objects.hpp"

namespace haetae::domain {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kLongestName = 63;  ///< of a namespace and of a label value. Source: RFC 1123, Kubernetes labels

const char* text(api::Role role) { return role == api::Role::Active ? "active" : "standby"; }

api::Labels identity(const SystemPlan& plan) {
  return {{labels::kSystem, cut_name(plan.ref.agency + "." + plan.ref.name, kLongestName)}};
}

bool is_written(const SystemPlan& plan, const CopyPlan& copy) {
  return !plan.hold && plan.system && plan.tier && plan.copy_in(copy.cluster) != nullptr;
}

redundancy::Copy copy_of(const SystemPlan& plan, const CopyPlan& copy) {
  return {plan, copy, member_namespace(plan.ref, copy), identity(plan), copy_labels(plan, copy)};
}

/// `restricted` is enforced by the cluster itself, whatever reaches the namespace; `warn` makes it tell a dry run of a
/// workload what it would do to the pods.
/// Source: kubernetes.io/docs/concepts/security/pod-security-admission
api::Manifest namespace_object(const redundancy::Copy& copy) {
  auto labels = copy.labels;
  labels["pod-security.kubernetes.io/enforce"] = "restricted";
  labels["pod-security.kubernetes.io/warn"] = "restricted";
  const ordered_json mark{{labels::kMark, copy.plan.ref.text()}};
  return {{"v1", "Namespace", "", copy.ns},
          {{"apiVersion", "v1"},
           {"kind", "Namespace"},
           {"metadata", {{"name", copy.ns}, {"labels", std::move(labels)}, {"annotations", mark}}}}};
}

}  // namespace

std::string member_namespace(const SystemRef& ref) {
  return cut_name("ts-" + ref.agency + "-" + ref.name, kLongestName);
}

std::string member_namespace(const api::TenantSystem& system) {
  const auto& own = system.spec.member_namespace;
  return own.empty() ? member_namespace(SystemRef{system.metadata.ns, system.metadata.name}) : own;
}

std::string member_namespace(const SystemRef& ref, const CopyPlan& copy) {
  const auto whole = copy.own_namespace.empty() ? "ts-" + ref.agency + "-" + ref.name : copy.own_namespace;
  return cut_name(copy.node_selector.empty() ? whole : whole + "-" + copy.center.text(), kLongestName);
}

api::Labels copy_labels(const SystemPlan& plan, const CopyPlan& copy) {
  auto all = identity(plan);
  all[labels::kRole] = text(copy.role);
  all[labels::kCenter] = copy.center.text();
  if (plan.tier) all[labels::kTier] = plan.tier->metadata.name;
  if (plan.system) all[labels::kDataClass] = api::name(plan.data_class);
  if (!plan.handoff.provider.empty()) all[labels::kProvider] = plan.handoff.provider;
  if (!plan.handoff.stage.empty()) all[labels::kStage] = plan.handoff.stage;
  return all;
}

std::vector<api::Manifest> objects(const SystemPlan& plan, const CopyPlan& copy) {
  if (!is_written(plan, copy)) return {};
  const auto it = copy_of(plan, copy);
  std::vector<api::Manifest> all{namespace_object(it)};
  const auto append = [&](std::vector<api::Manifest> more) {
    for (auto& object : more) all.push_back(std::move(object));
  };
  if (copy.own_namespace.empty()) append(redundancy::bounds(it));
  append(redundancy::manifests_before(it));
  for (std::size_t i = 0; i < plan.demand.components.size(); ++i) append(redundancy::component_objects(it, i));
  append(redundancy::manifests_after(it));
  return all;
}

std::map<api::ObjectId, std::int32_t> initial_replicas(const SystemPlan& plan, const CopyPlan& copy) {
  std::map<api::ObjectId, std::int32_t> replicas;
  if (!is_written(plan, copy)) return replicas;
  const auto it = copy_of(plan, copy);
  for (std::size_t i = 0; i < plan.demand.components.size(); ++i)
    if (redundancy::is_autoscaled(it, i))
      replicas.emplace(redundancy::workload_id(it, i), redundancy::runs(plan.demand.components[i], copy.role));
  return replicas;
}

}  // namespace haetae::domain
