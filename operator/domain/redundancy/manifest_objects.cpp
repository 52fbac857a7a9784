#include <algorithm>

#include "domain/redundancy/objects.hpp"
#include "domain/redundancy/pod_template.hpp"

namespace haetae::redundancy {

using nlohmann::ordered_json;

namespace {

bool is_before(const std::string& kind) {
  return kind == "ServiceAccount" || kind == "ConfigMap" || kind == "PersistentVolumeClaim" || kind == "NetworkPolicy";
}

/// The first copy that serves. Source: api.md "a writer"; until a decision stores one, the order of the plan tells it.
bool is_writer(const Copy& copy) {
  const auto& copies = copy.plan.copies;
  const auto first = std::find_if(copies.begin(), copies.end(), [](const auto& it) { return it.role == api::Role::Active; });
  return first != copies.end() && first->cluster == copy.copy.cluster;
}

bool runs_pods(const Copy& copy) {
  const auto& components = copy.plan.demand.components;
  return std::any_of(components.begin(), components.end(), [&](const auto& it) { return runs(it, copy.copy.role) > 0; });
}

bool runs_here(const api::TenantManifest& entry, const Copy& copy) {
  return entry.runs_in == api::RunsIn::EveryCopy ? runs_pods(copy) : is_writer(copy);
}

/// One copy's CronJob. Its pods are nobody's component: no Service, budget or spread selects them.
void frame_job(ordered_json& body, const api::TenantManifest& entry, const Copy& copy) {
  auto& spec = body["spec"];
  if (!runs_here(entry, copy)) spec["suspend"] = true;
  const PodFrame frame{copy.identity, copy.plan.tier->spec.priority_class, copy.copy.node_selector, {}, false};
  auto& job = spec["jobTemplate"]["spec"];
  job["template"] = pod_template({job["template"].dump()}, frame);
}

api::Manifest manifest(const api::TenantManifest& entry, const Copy& copy) {
  auto body = claim_template(entry.object);  // as written, less what an API server drops
  auto& metadata = body["metadata"];
  metadata["namespace"] = copy.ns;
  for (const auto& [key, value] : copy.labels) metadata["labels"][key] = value;
  if (body["kind"] == "CronJob") frame_job(body, entry, copy);
  return {{body["apiVersion"], body["kind"], copy.ns, metadata["name"]}, std::move(body)};
}

std::vector<api::Manifest> some(const Copy& copy, bool before) {
  std::vector<api::Manifest> all;
  for (const auto& entry : copy.plan.system->spec.manifests) {
    auto one = manifest(entry, copy);
    if (is_before(one.id.kind) == before) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

std::vector<api::Manifest> manifests_before(const Copy& copy) { return some(copy, true); }
std::vector<api::Manifest> manifests_after(const Copy& copy) { return some(copy, false); }

}  // namespace haetae::redundancy
