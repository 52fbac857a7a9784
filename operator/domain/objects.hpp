#pragma once
// What one copy of a system consists of in its member cluster: every object, exactly the fields that we state.

#include <map>
#include <string>
#include <vector>

#include "api/manifest.hpp"
#include "domain/plan.hpp"

namespace haetae::domain {

/// `ts-<agency>-<system>`, cut past 63. Source: api.md "In a member cluster".
[[nodiscard]] std::string member_namespace(const SystemRef& ref);
/// The same for a system: spec.memberNamespace where it states one.
[[nodiscard]] std::string member_namespace(const api::TenantSystem& system);
/// The same for one copy: where a MemberCluster is only some nodes of a cluster (it has a node selector), several
/// copies may share that cluster, so the name ends in the center: `ts-<agency>-<system>-<center>`. A name of the
/// system's own ends so too.
/// Source: api.md "MemberCluster".
[[nodiscard]] std::string member_namespace(const SystemRef& ref, const CopyPlan& copy);

/// What tells a copy's namespace and workloads apart: system, role, tier, center, data class, provider, stage.
/// Pod templates never carry these, so that a change of one of them restarts no pod.
[[nodiscard]] api::Labels copy_labels(const SystemPlan& plan, const CopyPlan& copy);

/// The namespace first, then quota and limits (not in a namespace that somebody else made: what is there already must
/// not be counted against ours), what pods need of spec.manifests, then per component workload, Service,
/// PodDisruptionBudget and autoscaler, and the rest of spec.manifests. Empty when the plan is held or the copy is not planned there.
/// An autoscaled workload states no `spec.replicas`; `initial_replicas` tells delivery what to create it with.
[[nodiscard]] std::vector<api::Manifest> objects(const SystemPlan& plan, const CopyPlan& copy);

/// The replicas that an autoscaled workload is created with (and handed over at), by object; others are absent.
[[nodiscard]] std::map<api::ObjectId, std::int32_t> initial_replicas(const SystemPlan& plan, const CopyPlan& copy);

}  // namespace haetae::domain
