#pragma once
// What Haetae reads in a pod template that it otherwise keeps as written: the pod's requests, and what it refuses.

#include <vector>

#include "api/object.hpp"
#include "api/path.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"

namespace haetae::api {

/// Room that one pod takes on a node.
struct PodNeeds {
  Resources requests{};  ///< "pods": 1 included
  bool operator==(const PodNeeds&) const = default;
};

/// What the Kubernetes scheduler counts for a Pod, or for a pod of a PodTemplateSpec: containers summed, the
/// highest moment of the init containers (restartable ones run on beside all that follow), pod-level resources,
/// overhead. A missing request is its limit. Of a running Pod also what its status still holds during a resize.
/// Errors: Malformed with the first fault of template_faults; deeper than 64 levels or longer than 256 KiB too.
/// Source: kubernetes.io/docs/concepts/workloads/pods/sidecar-containers "Resource sharing within containers",
/// k8s.io/component-helpers/resource PodRequests, and KEP-2837 for pod-level resources.
[[nodiscard]] Result<PodNeeds> pod_needs(const RawJson& pod);

/// Every place of the text that pod_needs cannot count: not an object, a negative or unreadable quantity, no
/// container, … Paths are relative to the template: "spec.containers[0].resources.requests.cpu". Empty = none.
[[nodiscard]] std::vector<Fault> template_faults(const RawJson& pod);

/// Every field of a template that Haetae refuses: nodeName, priorityClassName, schedulerName (other than the
/// default), host namespaces, hostPath volumes, and privilege in any container. A field that states what holds
/// anyway (`hostNetwork: false`) is no matter. Text that is no JSON object has none: see template_faults.
/// Source: api.md "In a member cluster"; kubernetes.io/docs/concepts/security/pod-security-standards, which lets
/// restricted pods add NET_BIND_SERVICE alone.
[[nodiscard]] std::vector<Fault> refused_fields(const RawJson& pod_template);

}  // namespace haetae::api
