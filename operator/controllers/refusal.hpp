#pragma once
// refusal: what a member cluster answered to a dry run, as a finding at the place of the TenantSystem that caused it.

#include <string>

#include "api/manifest.hpp"
#include "base/result.hpp"
#include "domain/plan.hpp"

namespace haetae::controllers {

/// Rule "RefusedByCluster". The path is as exact as the server's message: "spec.components[1].template.spec.…" where it
/// names a field of the pod template, or one that pod security misses, "spec.manifests[2].object…" for a manifest, else the component, else "spec".
[[nodiscard]] api::Finding refusal(const domain::SystemPlan& plan, const ClusterName& cluster, const api::ObjectId& object,
                                   const std::string& message);

/// Whether the server says that we lack a right (RBAC), which no edit of a TenantSystem cures; admission's 403s are not
/// of this kind. Source: apiserver's responsewriters.Forbidden: `User "…" cannot VERB resource …`.
[[nodiscard]] bool is_about_rights(const Error& error);

}  // namespace haetae::controllers
