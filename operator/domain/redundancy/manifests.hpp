#pragma once
// spec.manifests as facts: what entries may rely on, and which names are taken. What is written is objects.hpp's.

#include <string>
#include <vector>

#include "api/tenant_manifest.hpp"

namespace haetae::redundancy {

/// Names of the ServiceAccounts among the manifests.
[[nodiscard]] std::vector<std::string> service_accounts(const api::TenantSystemSpec& spec);

/// What a manifest of the system may refer to. `ns` is the system's member namespace.
[[nodiscard]] api::Inside inside(const api::TenantSystemSpec& spec, const std::string& ns);

/// Manifests whose name is another manifest's of their kind, or is for Haetae or Kubernetes to give. Paths from the
/// object's root.
[[nodiscard]] std::vector<api::Fault> taken_names(const api::TenantSystemSpec& spec);

/// Whether a PersistentVolumeClaim of that name is one that a StatefulSet of the spec makes for its pods.
[[nodiscard]] bool is_claim_of_component(const api::TenantSystemSpec& spec, const std::string& name);

}  // namespace haetae::redundancy
