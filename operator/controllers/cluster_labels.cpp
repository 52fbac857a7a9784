#include "controllers/cluster_labels.hpp"

#include "controllers/hub_writes.hpp"
#include "controllers/names.hpp"
#include "domain/summary.hpp"
#include "kube/request.hpp"

namespace haetae::controllers {

using nlohmann::ordered_json;

namespace {

api::Labels ours(const api::Labels& labels) {
  api::Labels out;
  for (const auto& [key, value] : labels)
    if (domain::is_member_cluster_label(key)) out.emplace(key, value);
  return out;
}

Result<std::string> patched(Hub& hub, const api::MemberCluster& cluster, const ordered_json& labels, bool apply) {
  const auto& resource = hub_resource<api::MemberCluster>();
  const kube::ObjectKey key{"", cluster.metadata.name};
  ordered_json body{{"metadata", {{"uid", cluster.metadata.uid}, {"labels", labels}}}};
  if (!apply) return hub.client().ask(kube::merge_patch(resource, key, body.dump(), {kLabelManager}));
  body["apiVersion"] = resource.api_version();
  body["kind"] = resource.kind;
  body["metadata"]["name"] = cluster.metadata.name;
  return hub.client().ask(kube::apply(resource, key, body.dump(), {kLabelManager}, true));
}

}  // namespace

// Apply takes back what we wrote before; what somebody else wrote under our names has to be taken out by name.
Status put_labels(Hub& hub, const api::MemberCluster& cluster, const api::Labels& wanted) {
  if (ours(cluster.metadata.labels) == wanted || cluster.metadata.deleted) return Done{};
  auto answer = patched(hub, cluster, wanted, true);
  if (!answer) return explained(answer.error(), "label MemberCluster " + cluster.metadata.name);
  auto after = api::decode_text<api::MemberCluster>(*answer);
  if (!after) return std::move(after).error();
  ordered_json stale = ordered_json::object();
  for (const auto& [key, value] : ours(after->metadata.labels))
    if (!wanted.contains(key)) stale[key] = nullptr;
  if (!stale.empty()) answer = patched(hub, cluster, stale, false);
  return take_back<api::MemberCluster>(hub, std::move(answer));
}

}  // namespace haetae::controllers
