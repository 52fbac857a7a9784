#include "controllers/census.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "controllers/resources.hpp"
#include "domain/labels.hpp"
#include "kube/request.hpp"
#include "runtime/projection.hpp"

namespace haetae::controllers {

using nlohmann::ordered_json;
using runtime::find;
using runtime::text_at;

namespace {

/// The quota controller learns of a new kind within 30 s. Source: kube-controller-manager, resourceQuotaController.Sync.
constexpr std::chrono::seconds kSettling{30};
/// What stands after "count/" is the name part of a qualified name. Source: apimachinery, IsQualifiedName.
constexpr std::size_t kLongestName = 63;
constexpr std::int64_t kBeyondReach = 1'000'000'000;  ///< the quota counts and holds nobody up
/// A quota is counted in full when its spec changes, else every 5 min: a bound that moves makes a kind that came late
/// count. Source: kube-controller-manager, resourceQuotaController; --resource-quota-sync-period.
constexpr std::int64_t kMostNudges = 4;

// What Kubernetes itself keeps there, about or for other objects: it comes and goes with them.
constexpr std::array<std::string_view, 5> kOfKubernetes{"controllerrevisions.apps", "endpoints",
                                                        "endpointslices.discovery.k8s.io", "events",
                                                        "events.events.k8s.io"};

std::string full_name(const std::string& plural, const std::string& group) {
  return group.empty() ? plural : plural + "." + group;
}

std::set<std::string> looked_at_otherwise() {
  std::set<std::string> out(kOfKubernetes.begin(), kOfKubernetes.end());
  for (const auto& resource : foreign_resources()) out.insert(full_name(resource.plural, resource.group));
  return out;
}

// Source: apidiscovery.k8s.io/v2; plain JSON where a server does not know it, which is not read.
kube::HttpRequest discovery(const char* path) {
  kube::HttpRequest request;
  request.target = path;
  request.headers = {{"Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"}};
  return request;
}

bool offers(const ordered_json& resource, std::string_view verb) {
  const auto* verbs = find(resource, {"verbs"});
  return verbs != nullptr && verbs->is_array() && std::ranges::any_of(*verbs, [&](const auto& one) { return one == verb; });
}

const ordered_json& list_in(const ordered_json& object, std::string_view key) {
  static const ordered_json kNone = ordered_json::array();
  const auto* list = find(object, {key});
  return list != nullptr && list->is_array() ? *list : kNone;
}

struct Sorted {
  std::set<std::string> kinds{}, uncounted{};
};

// A namespace takes along what offers "delete"; the quota controller counts what it can also list, watch and see made.
// Source: kubernetes, namespaced_resources_deleter.go and resourcequota's GetQuotableResources.
void sort_version(const std::string& group, const ordered_json& version, const std::set<std::string>& otherwise, Sorted& out) {
  if (text_at(version, {"freshness"}) == "Stale") out.uncounted.insert("kinds of " + group + ", whose API does not answer,");
  for (const auto& resource : list_in(version, "resources")) {
    const auto name = full_name(text_at(resource, {"resource"}), group);
    if (text_at(resource, {"scope"}) != "Namespaced" || !offers(resource, "delete") || otherwise.contains(name)) continue;
    const bool counts = offers(resource, "create") && offers(resource, "list") && offers(resource, "watch") &&
                        name.size() <= kLongestName;
    (counts ? out.kinds : out.uncounted).insert(name);
  }
}

api::Manifest quota(const Slice& slice, const std::vector<std::string>& kinds, std::int64_t nudges) {
  const api::ObjectId id{quotas().api_version(), quotas().kind, slice.ns, kCensusQuota};
  auto hard = ordered_json::object();
  for (const auto& kind : kinds) hard["count/" + kind] = std::to_string(kBeyondReach + nudges);
  return {id,
          {{"apiVersion", id.api_version},
           {"kind", id.kind},
           {"metadata", {{"name", id.name}, {"namespace", id.ns}, {"labels", {{domain::labels::kSystem, slice.label}}}}},
           {"spec", {{"hard", hard}}}}};
}

// What the quota's status says of each kind. `hard` there tells which spec was counted.
void read_counts(const ordered_json& quota, const std::vector<std::string>& kinds, Census& out) {
  const auto judged = runtime::texts_at(quota, {"status", "hard"});
  const auto used = runtime::texts_at(quota, {"status", "used"});
  for (const auto& kind : kinds) {
    const auto count = used.find("count/" + kind);
    if (count == used.end() || !judged.contains(count->first)) out.uncounted.push_back(kind);
    else if (count->second != "0") out.found.push_back(count->second + " " + kind);
  }
}

/// The quota as it stands; empty where there is none.
Result<ordered_json> read_quota(const Slice& slice) {
  static const runtime::Paths kPaths{"metadata.creationTimestamp", "status.hard", "status.used"};
  auto body = slice.member->client().ask(kube::get(quotas(), {slice.ns, kCensusQuota}));
  if (!body && body.error().code == Code::NotFound) return ordered_json::object();
  if (!body) return std::move(body).error();
  auto live = runtime::project(*body, kPaths);
  if (!live) return std::move(live).error();
  return std::move(live->kept);
}

}  // namespace

Countable countable(const std::vector<std::string>& discoveries) {
  static const runtime::Paths kPaths{"kind", "items[].metadata.name", "items[].versions[].freshness",
                                     "items[].versions[].resources[].resource", "items[].versions[].resources[].scope",
                                     "items[].versions[].resources[].verbs"};
  const auto otherwise = looked_at_otherwise();
  Sorted sorted;
  for (const auto& text : discoveries) {
    const auto told = runtime::project(text, kPaths);
    if (!told || text_at(told->kept, {"kind"}) != "APIGroupDiscoveryList") {
      sorted.uncounted.insert("kinds that the cluster does not tell");
      continue;
    }
    for (const auto& group : list_in(told->kept, "items"))
      for (const auto& version : list_in(group, "versions"))
        sort_version(text_at(group, {"metadata", "name"}), version, otherwise, sorted);
  }
  return {{sorted.kinds.begin(), sorted.kinds.end()}, {sorted.uncounted.begin(), sorted.uncounted.end()}};
}

Result<Census> census(const Slice& slice) {
  std::vector<std::string> discoveries;
  for (const char* path : {"/api", "/apis"}) {
    auto body = slice.member->client().ask(discovery(path));
    if (!body) return std::move(body).error();
    discoveries.push_back(std::move(*body));
  }
  auto [kinds, uncounted] = countable(discoveries);
  const auto live = read_quota(slice);
  if (!live) return live.error();
  const auto made = parse_rfc3339(text_at(*live, {"metadata", "creationTimestamp"}));
  const auto age = made ? slice.member->clock().now() - *made : std::chrono::seconds(0);  // a wrong clock shifts it, no more
  Census out;
  out.settled = age >= kSettling;
  out.uncounted = std::move(uncounted);
  const auto late = out.uncounted.size();
  read_counts(*live, kinds, out);
  const bool nudge = out.uncounted.size() > late && age > std::chrono::seconds(0);
  const auto nudges = nudge ? std::min<std::int64_t>(age / kSettling, kMostNudges) : 0;
  if (!made || nudges > 0)
    if (auto done = slice.member->applier().apply(quota(slice, kinds, nudges)); !done) return std::move(done).error();
  return out;
}

}  // namespace haetae::controllers
