#pragma once
// The objects that carry redundancy in a member cluster: the namespace's bounds, and each component's workload.

#include <string>
#include <vector>

#include "api/manifest.hpp"
#include "domain/plan.hpp"

namespace haetae::redundancy {

/// One copy as object writers see it. References into the plan; lives as long as the call.
struct Copy {
  const domain::SystemPlan& plan;
  const domain::CopyPlan& copy;
  std::string ns;
  api::Labels identity;  ///< haetae.io/system alone
  api::Labels labels;    ///< what tells this copy from others; never on pods
};

/// The ResourceQuota of the copy's namespace, and where every container states what it needs, the LimitRange that
/// lets pods of others (a debugging pod, an injected sidecar) in beside it.
/// It is a fence against a runaway, never the plan: what it bounds is worked out in the .cpp, and a rolling update
/// always fits. It does not depend on the role, so that a promotion changes replicas and nothing before them.
[[nodiscard]] std::vector<api::Manifest> bounds(const Copy& copy);

/// Workload, Services, PodDisruptionBudget and HorizontalPodAutoscaler of one component. A standby that runs nothing
/// has all but the last two, with 0 replicas: to promote it is to change one field.
/// Requires: `index` names a component of the plan's system; the template has neither faults nor refused fields.
[[nodiscard]] std::vector<api::Manifest> component_objects(const Copy& copy, std::size_t index);

/// Of spec.manifests what pods need to start: ServiceAccounts, ConfigMaps, claims, NetworkPolicies. In the copy's
/// namespace, with its labels. Requires: api::manifest_faults found nothing.
[[nodiscard]] std::vector<api::Manifest> manifests_before(const Copy& copy);
/// The rest of spec.manifests: routes and CronJobs. A CronJob is in every copy, suspended where it does not run, so that
/// a promotion changes one field; its pods have the system's label, and no component's. Requires: as above.
[[nodiscard]] std::vector<api::Manifest> manifests_after(const Copy& copy);

/// Who counts the pods: true where an autoscaler does, and the workload states no replicas.
[[nodiscard]] bool is_autoscaled(const Copy& copy, std::size_t index);
/// The identity of the component's workload.
[[nodiscard]] api::ObjectId workload_id(const Copy& copy, std::size_t index);
/// Name of the headless Service that gives the pods of a StatefulSet their names. Source: Kubernetes StatefulSet
/// spec.serviceName, which cannot change later; hence a Service of its own, whether `service` is stated or not.
[[nodiscard]] std::string governing_service(const std::string& component);

}  // namespace haetae::redundancy
