#pragma once
// What Haetae reads in a pod template that it otherwise keeps as written: the pod's requests, and what it refuses.

#include <string>
#include <string_view>
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

/// Every field of a template that Haetae refuses: what would choose a node, a priority or a scheduler, what pod
/// security `restricted` forbids, what reaches into other namespaces or onto tainted nodes, annotations that change how
/// a pod is confined, labels that are none, and ServiceAccounts other than `default` and those named here. A field that
/// states what holds anyway (`hostNetwork: false`) is no matter, and what `restricted` demands and is missing is told by
/// the cluster's dry run. Text that is no JSON object has none: see template_faults.
/// Source: api.md "In a member cluster"; kubernetes.io/docs/concepts/security/pod-security-standards, which lets
/// restricted pods add NET_BIND_SERVICE alone.
[[nodiscard]] std::vector<Fault> refused_fields(const RawJson& pod_template,
                                                const std::vector<std::string>& service_accounts = {});

/// Where a container stands in a template, "spec.initContainers[1]"; "" where none has that name.
[[nodiscard]] std::string container_path(const RawJson& pod_template, std::string_view name);

/// Every field of a PersistentVolumeClaim (or of a template of one) that could lead to a volume of somebody else:
/// volumeName, selector, a data source in another namespace; and metadata beyond name, labels and annotations. Text that is no JSON object is one fault.
[[nodiscard]] std::vector<Fault> claim_faults(const RawJson& claim);

}  // namespace haetae::api
