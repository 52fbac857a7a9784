#include "controllers/prune.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "api/json.hpp"
#include "controllers/census.hpp"
#include "controllers/resources.hpp"
#include "domain/labels.hpp"
#include "domain/redundancy/manifests.hpp"
#include "runtime/projection.hpp"

namespace haetae::controllers {

using nlohmann::ordered_json;
using runtime::text_at;

namespace {

constexpr std::size_t kMostNamed = 8;  ///< objects that a message lists

std::vector<std::string> shortened(std::vector<std::string> names) {
  if (names.size() <= kMostNamed) return names;
  const auto more = names.size() - kMostNamed;
  names.resize(kMostNamed);
  names.push_back(std::to_string(more) + " more");
  return names;
}

bool is_workload(const api::ObjectId& id) { return id.kind == "Deployment" || id.kind == "StatefulSet"; }

// Names of a component's objects are its own, but for the governing Service of a StatefulSet.
bool is_of(const api::ObjectId& id, const api::Component& component) {
  return id.name == component.name || id.name == component.name + "-pods";
}

bool is_of_the_spec(const api::ObjectId& id, const domain::SystemPlan& plan) {
  if (is_workload(id)) return false;  // a workload that is not wanted is of a component that is gone or has changed
  return id.ns.empty() || id.kind == "ResourceQuota" || id.kind == "LimitRange" ||
         std::ranges::any_of(plan.system->spec.components, [&](const auto& component) { return is_of(id, component); });
}

// The workload of another kind that the same component has now.
std::optional<api::ObjectId> replacement(const api::ObjectId& old, const std::set<api::ObjectId>& wanted) {
  if (!is_workload(old)) return std::nullopt;
  const auto found = std::ranges::find_if(wanted, [&](const auto& id) { return is_workload(id) && id.name == old.name; });
  return found == wanted.end() ? std::nullopt : std::optional(*found);
}

bool stands(const api::ObjectId& workload, const std::vector<std::shared_ptr<const OwnedRow>>& seen) {
  return std::ranges::any_of(seen, [&](const auto& row) {
    return !row->seen.deleting && row->rolled_out && row->all_ready && row->id() == workload;
  });
}

bool is_kind_of_manifests(const api::ObjectId& id) {
  return std::ranges::any_of(owned_resources(), [&](const auto& one) { return one.kind == id.kind && is_for_manifests(one); });
}

// What pods may read when they start: those of the last template still do until the next one is rolled out.
bool pods_read(const api::ObjectId& id) { return id.kind == "ConfigMap" || id.kind == "ServiceAccount"; }
bool is_rolling(const std::set<api::ObjectId>& wanted, const std::vector<std::shared_ptr<const OwnedRow>>& seen) {
  return std::ranges::any_of(seen, [&](const auto& row) { return !row->rolled_out && wanted.contains(row->id()); });
}

int turn(const api::ObjectId& id) {
  if (id.kind == "HorizontalPodAutoscaler") return 0;
  if (is_workload(id)) return 1;
  return 2;
}

// What every namespace holds by itself.
bool is_of_kubernetes(const kube::Resource& resource, const std::string& name) {
  return (resource.kind == "ConfigMap" && name == "kube-root-ca.crt") ||
         (resource.kind == "ServiceAccount" && name == "default");
}

// What we delete ourselves, and what goes with it. Other objects may carry our label as well; nobody takes them away.
bool goes_with_ours(const kube::Resource& resource) {
  if (resource == claims()) return false;  // nobody takes data away
  return resource == pods() || resource.kind == "ReplicaSet" || std::ranges::count(owned_resources(), resource) > 0;
}

// The first items of a list, with name and system label. Empty where the cluster does not know the kind.
Result<ordered_json> items_of(const Slice& slice, const kube::Resource& resource, const std::string& labels) {
  kube::ListOptions options;
  options.of.labels = labels;
  options.limit = 50;
  auto body = slice.member->client().ask(kube::list(resource, slice.ns, options));
  if (!body && body.error().code == Code::NotFound) return ordered_json::array();
  if (!body) return std::move(body).error();
  static const runtime::Paths kItem{"items[].metadata.name", "items[].metadata.labels[haetae.io/system]"};
  auto listed = runtime::project(*body, kItem);
  if (!listed) return listed.error();
  const auto items = listed->kept.find("items");
  return items != listed->kept.end() && items->is_array() ? std::move(*items) : ordered_json::array();
}

std::string unseen(const kube::Resource& resource) { return resource.plural + " that we may not see"; }

Status add_items(const Slice& slice, const kube::Resource& resource, Obstacles& found) {
  const auto items = items_of(slice, resource, "");
  if (!items && items.error().code == Code::Forbidden) {
    found.foreign.push_back(unseen(resource));
    return Done{};
  }
  if (!items) return items.error();
  for (const ordered_json& item : *items) {
    const auto name = text_at(item, {"metadata", "name"});
    if (is_of_kubernetes(resource, name)) continue;
    const bool ours = text_at(item, {"metadata", "labels", domain::labels::kSystem}) == slice.label;
    if (ours && resource == quotas()) continue;  // they count and bound to the last, and hold nothing
    if (ours && goes_with_ours(resource)) found.waiting = true;
    else found.foreign.push_back(resource.kind + " " + name);
  }
  return Done{};
}

// What is counted stands in the way once the cluster has had its time, and nothing of ours is on its way out any more.
void add_counted(const Census& counted, Obstacles& found) {
  if (counted.found.empty() && counted.uncounted.empty()) return;
  if (found.waiting || !counted.settled) {
    found.waiting = true;
    return;
  }
  found.foreign.insert(found.foreign.end(), counted.found.begin(), counted.found.end());
  for (const auto& kind : counted.uncounted) found.foreign.push_back(kind + " that nobody counts");
}

}  // namespace

std::vector<api::ObjectId> in_order_of_removal(std::vector<api::ObjectId> ids) {
  std::ranges::sort(ids, [](const auto& a, const auto& b) { return std::pair(turn(a), a) < std::pair(turn(b), b); });
  return ids;
}

Leftovers leftovers(const domain::SystemPlan& plan, const std::string& system_label,
                    const std::set<api::ObjectId>& wanted,
                    const std::vector<std::shared_ptr<const OwnedRow>>& seen, bool settled) {
  Leftovers out;
  const auto hold = [&](const api::ObjectId& id, const std::string& why) {
    const auto* path = is_kind_of_manifests(id) ? "spec.manifests" : "spec.components";
    out.held.push_back({"RemovalHeld", api::Severity::Warning, id.kind + " " + id.name + why, path, {}});
  };
  const bool at_once = plan.tier && plan.tier->spec.deletion == api::DeletionPolicy::Immediate;
  for (const auto& object : seen) {
    const auto id = object->id();
    if (object->seen.deleting || *object->system != system_label || wanted.contains(id)) continue;
    if (id.kind == claims().kind) {
      if (!redundancy::is_claim_of_component(plan.system->spec, id.name))
        hold(id, " is not in the spec any more; it stays, since Haetae deletes no claims");
    } else if (pods_read(id) && (!settled || is_rolling(wanted, seen))) {
      if (settled) hold(id, " stays until no pod of an earlier template can need it");
      out.awaits_replacement = true;
    } else if (is_kind_of_manifests(id)) {
      out.remove.push_back(id);
    } else if (const auto next = replacement(id, wanted); at_once && next && !stands(*next, seen)) {
      hold(id, " runs on until " + next->kind + " " + next->name + ", which replaces it, is Ready");
      out.awaits_replacement = true;
    } else if (at_once || is_of_the_spec(id, plan)) {
      out.remove.push_back(id);
    } else if (is_workload(id)) {
      hold(id, " is not in the spec any more; it runs on until its removal is approved");
    }
  }
  out.remove = in_order_of_removal(std::move(out.remove));
  std::ranges::sort(out.held, {}, &api::Finding::message);
  return out;
}

Result<std::vector<std::string>> remains(const Slice& slice, bool with_claims) {
  std::vector<std::string> out;
  for (const auto& resource : foreign_resources()) {
    if (resource == claims() && !with_claims) continue;
    const auto items = items_of(slice, resource, std::string(domain::labels::kSystem) + "=" + slice.label);
    if (!items && items.error().code != Code::Forbidden) return items.error();
    if (!items) out.push_back(unseen(resource));
    else for (const ordered_json& item : *items) out.push_back(resource.kind + " " + text_at(item, {"metadata", "name"}));
  }
  return shortened(std::move(out));
}

Result<Obstacles> obstacles(const Slice& slice) {
  Obstacles found;
  for (const auto& resource : foreign_resources())
    if (auto done = add_items(slice, resource, found); !done) return std::move(done).error();
  const auto counted = census(slice);
  if (!counted) return counted.error();
  add_counted(*counted, found);
  found.foreign = shortened(std::move(found.foreign));
  return found;
}

}  // namespace haetae::controllers
