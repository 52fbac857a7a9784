#pragma once
// What may stand in spec.manifests of a TenantSystem: seven kinds of objects, kept as written, none of which gives the
// tenant a right or reaches beyond its namespace. Source: api.md "In a member cluster".

#include <optional>
#include <string>
#include <vector>

#include "api/tenant_system.hpp"

namespace haetae::api {

/// Which object an entry is, as far as its text tells; "" for what it does not.
struct ManifestHead {
  std::string api_version{};
  std::string kind{};
  std::string ns{};
  std::string name{};
};
/// Never fails: of text that is no JSON object everything is "".
[[nodiscard]] ManifestHead manifest_head(const RawJson& object);

/// What a manifest may refer to.
struct Inside {
  std::string ns{};                             ///< the system's namespace in members
  std::vector<std::string> services{};          ///< Services that Haetae writes for its components
  std::vector<std::string> service_accounts{};  ///< those of spec.manifests
};

/// Everything in one entry that Haetae refuses, by path from the entry ("object.spec.rules[0].host", "runsIn"): a kind
/// that is not on the list, another namespace, metadata beyond name, labels and annotations, keys of haetae.io,
/// annotations of kubernetes.io that steer a controller, references to other namespaces or to what is not the system's,
/// hosts that would catch the traffic of others, and in pod templates what refused_fields says. Empty = none.
/// Pure; the bounds of the text are those of a pod template.
[[nodiscard]] std::vector<Fault> manifest_faults(const TenantManifest& entry, const Inside& inside);

/// The pod template of a CronJob, to be judged and counted like a component's; nothing where there is none.
[[nodiscard]] std::optional<RawJson> job_template(const RawJson& object);
/// Where job_template() stands in the object.
inline constexpr auto kJobTemplatePath = "spec.jobTemplate.spec.template";

/// The hosts whose traffic an Ingress or HTTPRoute asks for, each with its path in the object; of other kinds none.
struct StatedHost {
  std::string host{};
  std::string path{};  ///< spec.rules[0].host
};
[[nodiscard]] std::vector<StatedHost> stated_hosts(const RawJson& object);

/// Names of ours and of Kubernetes' own: no manifest may have them, whatever its kind. `component_claims` are names of
/// claims that StatefulSets of the system make, each without its number ("data-db-").
[[nodiscard]] bool is_taken_name(const ManifestHead& head, const std::vector<std::string>& component_claims);

}  // namespace haetae::api
