#include "domain/redundancy/manifests.hpp"

#include <map>

namespace haetae::redundancy {

namespace {

/// What the claims of a StatefulSet are called, but for the number. Source: Kubernetes StatefulSet, "Stable Storage".
std::vector<std::string> claims_of_components(const api::TenantSystemSpec& spec) {
  std::vector<std::string> begins;
  for (const auto& component : spec.components)
    for (const auto& claim : component.volume_claim_templates)
      begins.push_back(api::manifest_head(claim).name + "-" + component.name + "-");
  return begins;
}

}  // namespace

std::vector<std::string> service_accounts(const api::TenantSystemSpec& spec) {
  std::vector<std::string> names;
  for (const auto& entry : spec.manifests)
    if (auto head = api::manifest_head(entry.object); head.kind == "ServiceAccount") names.push_back(std::move(head.name));
  return names;
}

api::Inside inside(const api::TenantSystemSpec& spec, const std::string& ns) {
  api::Inside inside{ns, {}, service_accounts(spec)};
  for (const auto& component : spec.components)
    if (component.service) inside.services.push_back(component.name);
  return inside;
}

std::vector<api::Fault> taken_names(const api::TenantSystemSpec& spec) {
  const auto claims = claims_of_components(spec);
  std::map<std::pair<std::string, std::string>, std::size_t> seen;
  std::vector<api::Fault> faults;
  for (std::size_t i = 0; i < spec.manifests.size(); ++i) {
    const auto head = api::manifest_head(spec.manifests[i].object);
    if (head.name.empty()) continue;
    const auto path = api::item_path("spec.manifests", i) + ".object.metadata.name";
    const auto [first, is_new] = seen.emplace(std::pair(head.kind, head.name), i);
    if (!is_new) faults.push_back({path, head.kind + " " + head.name + " is " + api::item_path("spec.manifests", first->second) + " already"});
    if (api::is_taken_name(head, claims))
      faults.push_back({path, head.kind + " " + head.name + " is for Haetae or Kubernetes to write"});
  }
  return faults;
}

bool is_claim_of_component(const api::TenantSystemSpec& spec, const std::string& name) {
  return api::is_taken_name({{}, "PersistentVolumeClaim", {}, name}, claims_of_components(spec));
}

}  // namespace haetae::redundancy
