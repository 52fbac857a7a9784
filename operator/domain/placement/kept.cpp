#include "domain/placement/kept.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "domain/placement/nodes.hpp"

namespace haetae::placement {
namespace {

std::int32_t in_role(const std::vector<Held>& held, api::Role role) {
  return static_cast<std::int32_t>(
      std::count_if(held.begin(), held.end(), [role](const Held& h) { return h.copy.role == role; }));
}

std::optional<std::size_t> find(const std::vector<Candidate>& candidates, const ClusterName& name) {
  const auto at = std::lower_bound(candidates.begin(), candidates.end(), name,
                                   [](const Candidate& c, const ClusterName& n) { return c.cluster < n; });
  if (at == candidates.end() || at->cluster != name) return std::nullopt;
  return static_cast<std::size_t>(at - candidates.begin());
}

const domain::CopyView* shown(const domain::World& world, const ClusterName& cluster, const SystemRef& ref) {
  const auto view = world.views.find(cluster);
  const auto* known =
      view == world.views.end() ? nullptr : std::get_if<domain::Known<domain::ClusterView>>(&view->second);
  if (known == nullptr) return nullptr;
  const auto copy = known->value.copies.find(ref);
  return copy == known->value.copies.end() ? nullptr : &copy->second;
}

/// Copies beyond the demand, the last in order first named.
void add_surplus(const Request& request, const std::vector<Held>& held, std::vector<Violation>& found) {
  const auto& demand = request.demand;
  const auto active = in_role(held, api::Role::Active);
  const auto standby = in_role(held, api::Role::Standby);
  const auto stand_ins = std::max(0, demand.standby_centers - standby);
  auto spare_active = std::max(0, active - demand.active_centers - stand_ins);
  auto spare_standby = std::max(0, standby - demand.standby_centers);
  for (auto copy = held.rbegin(); copy != held.rend(); ++copy) {
    auto& spare = copy->copy.role == api::Role::Active ? spare_active : spare_standby;
    if (spare-- <= 0) continue;
    found.push_back({copy->copy.cluster, "surplus",
                     "the tier demands " + std::to_string(demand.active_centers) + " active and " +
                         count(demand.standby_centers, "standby copy") + ", this one is beyond that"});
  }
}

}  // namespace

void sort_copies(std::vector<Held>& copies) {
  std::sort(copies.begin(), copies.end(), [](const Held& a, const Held& b) {
    return std::tie(a.copy.role, a.copy.center, a.copy.cluster) < std::tie(b.copy.role, b.copy.center, b.copy.cluster);
  });
}

std::vector<Held> kept(const Request& request, const std::vector<Candidate>& candidates, const Centers& centers) {
  std::vector<Held> all;
  for (const auto& placed : request.current) {
    Held held;
    held.candidate = find(candidates, ClusterName(placed.cluster));
    const auto center = held.candidate ? candidates[*held.candidate].center : CenterName(placed.center);
    held.copy = {center, ClusterName(placed.cluster), placed.role, true, placed.reason.empty() ? "kept" : placed.reason};
    held.risk_group = risk_group(centers, center.text());
    all.push_back(std::move(held));
  }
  sort_copies(all);
  std::set<ClusterName> seen;
  std::erase_if(all, [&](const Held& held) { return !seen.insert(held.copy.cluster).second; });
  return all;
}

std::vector<api::PlacedCopy> found(const domain::World& world, const SystemRef& ref) {
  const auto held = held_clusters(world);
  std::vector<api::PlacedCopy> copies;
  for (const auto& cluster : world.clusters) {
    const auto& name = cluster->metadata.name;
    const auto* copy = shown(world, ClusterName(name), ref);
    if (copy == nullptr || !copy->marked || held.count(ClusterName(name)) > 0) continue;
    copies.push_back({cluster->spec.center, name, copy->role.value_or(api::Role::Active), 0, "found there"});
  }
  return copies;
}

Lack lack(const redundancy::Demand& demand, const std::vector<Held>& held) {
  const auto active = in_role(held, api::Role::Active);
  const auto stand_ins = std::max(0, active - demand.active_centers);
  return {std::max(0, demand.active_centers - active),
          std::max(0, demand.standby_centers - in_role(held, api::Role::Standby) - stand_ins)};
}

Others others(const std::vector<Held>& held, const Held* but) {
  Others all;
  for (const auto& one : held) {
    if (&one == but) continue;
    all.centers.push_back(one.copy.center);
    all.risk_groups.push_back(one.risk_group);
  }
  return all;
}

std::vector<Violation> violations(const Request& request, const std::vector<Held>& held,
                                  const std::vector<Candidate>& candidates) {
  std::vector<Violation> found;
  Others before;  // of two copies too close to each other the later one is named
  for (const auto& one : held) {
    if (!one.candidate) {
      found.push_back({one.copy.cluster, "its cluster exists", "there is no MemberCluster " + one.copy.cluster.text()});
    } else {
      const Question question{request, candidates[*one.candidate], one.copy.role, before};
      for (const auto& constraint : constraints()) {
        if (constraint.binds == Binds::Newcomers || constraint.holds(question)) continue;
        found.push_back({one.copy.cluster, std::string(constraint.name), constraint.why_not(question)});
        if (question.candidate.place == nullptr) break;  // the rest asks the center
      }
    }
    before.centers.push_back(one.copy.center);
    before.risk_groups.push_back(one.risk_group);
  }
  add_surplus(request, held, found);
  return found;
}

}  // namespace haetae::placement
