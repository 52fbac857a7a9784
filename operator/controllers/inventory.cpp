#include "controllers/inventory.hpp"

#include <algorithm>

#include "controllers/cluster_labels.hpp"
#include "controllers/hub_writes.hpp"
#include "controllers/names.hpp"
#include "controllers/observe.hpp"
#include "domain/labels.hpp"

namespace haetae::controllers {

using runtime::Next;

namespace {

constexpr std::chrono::milliseconds kMoment{200};
constexpr std::chrono::hours kDay{24};  ///< days to closeBy

// Numbers wait for their turn; whatever else a status says does not.
void forget_numbers(api::RiskTierStatus& status) { status.systems = 0; }
void forget_numbers(api::CenterStatus& status) {
  status.systems = status.clusters = 0;
  status.days_to_close.reset();
  status.capacity.clear();
  for (auto& tier : status.now.by_tier) tier = {tier.tier, 0, 0, 0, 0};
}
void forget_numbers(api::MemberClusterStatus& status) {
  status.nodes = status.systems = 0;
  for (auto* amounts : {&status.capacity, &status.allocated, &status.largest_node}) amounts->clear();
  for (auto& provider : status.providers) provider.systems = 0;
}
void forget_numbers(api::ServiceProviderStatus& status) {
  for (auto& row : status.systems) row.systems = 0;
}
void forget_numbers(api::FleetPolicyStatus&) {}
void forget_numbers(api::HandoffStatus&) {}

template <class S>
bool differ_in_numbers_alone(S a, S b) {
  forget_numbers(a);
  forget_numbers(b);
  return a == b;
}

// A second MemberCluster of one cluster shows the same copies; they are the first one's, and it may be taken back.
bool placed_through_another(const domain::World& world, const api::MemberCluster& cluster, const InUse& used) {
  return std::ranges::any_of(world.clusters, [&](const auto& other) {
    return other->metadata.name != cluster.metadata.name && used.clusters.contains(other->metadata.name) &&
           !cluster.status.uid.empty() && other->status.uid == cluster.status.uid &&
           other->spec.node_selector == cluster.spec.node_selector;
  });
}

}  // namespace

InUse in_use(const domain::World& world, const domain::Plan& plan) {
  InUse out;
  if (!plan.systems.empty()) out.policies.insert(kPolicyName);  // without it pause and Observe would end
  for (const auto& [ref, system] : plan.systems) {
    if (system.tier) out.tiers.insert(system.tier->metadata.name);
    if (system.system) out.tiers.insert({system.system->spec.tier, system.system->status.tier.effective});
    for (const auto& copy : system.copies) {
      out.clusters.insert(copy.cluster.text());
      out.centers.insert(copy.center.text());
    }
    if (!system.system) continue;
    for (const auto& stored : system.system->status.placement.centers) {
      out.clusters.insert(stored.cluster);
      out.centers.insert(stored.center);
    }
  }
  for (const auto& cluster : world.clusters) {
    out.centers.insert(cluster->spec.center);
    const auto view = world.views.find(ClusterName(cluster->metadata.name));
    if (view == world.views.end()) continue;
    const auto* known = std::get_if<domain::Known<domain::ClusterView>>(&view->second);
    if (known != nullptr && !known->value.copies.empty() && !placed_through_another(world, *cluster, out))
      out.clusters.insert(cluster->metadata.name);
  }
  return out;
}

Inventory::Inventory(Hub& hub, const Fleet& fleet, const Board& board, const Clock& clock, TellTransition tell)
    : hub_(hub), fleet_(fleet), board_(board), clock_(clock), tell_(std::move(tell)) {}

template <class T>
Status Inventory::report(Pass& pass, const T& object, const typename T::StatusFields& wanted) {
  if (wanted == object.status) return Done{};
  if (hub_.shelf<T>().is_unreadable(runtime::store_key(object.metadata.ns, object.metadata.name))) return Done{};
  const auto& uid = object.metadata.uid;
  if (differ_in_numbers_alone(wanted, object.status))
    if (const auto wait = pace_.wait(uid, clock_.steady()); wait.count() > 0) {
      pass.look_again = std::min(pass.look_again, wait);
      return Done{};
    }
  if (auto done = apply_status(hub_, object, api::encode_status<T>(wanted), kStatusManager); !done) return done;
  pace_.wrote(uid, clock_.steady());
  for (const auto& turned : transitions(object.status.conditions, wanted.conditions))
    tell_(hub_resource<T>().kind, object.metadata, turned);
  return Done{};
}

template <class T>
Status Inventory::report_all(Pass& pass, const std::vector<std::shared_ptr<const T>>& objects) {
  for (const auto& object : objects)
    if (auto done = report(pass, *object, pass.summary.of(*object)); !done) return done;
  return Done{};
}

Status Inventory::report_clusters(Pass& pass) {
  for (const auto& cluster : pass.world.clusters) {
    const ClusterName name(cluster->metadata.name);
    const auto member = fleet_.member(name);
    const auto vital = member ? member->vital() : Vital{};
    const auto standing = fleet_.standing(name);
    domain::Contact contact{vital.uid, vital.version, standing.reason, vital.chart};
    if (standing.reason == kClusterChanged) contact.chart = {};  // the chart of another cluster
    if (auto done = report(pass, *cluster, pass.summary.of(*cluster, contact)); !done) return done;
    if (auto done = put_labels(hub_, *cluster, domain::member_cluster_labels(*cluster, pass.plan)); !done) return done;
  }
  return Done{};
}

// An object that cannot be read may use anything: then nothing that is held is let go.
Status Inventory::hold_in_use(const Pass& pass) {
  const auto used = in_use(pass.world, pass.plan);
  const bool doubt = !hub_.shelf<api::TenantSystem>().unreadable().empty() ||
                     !hub_.shelf<api::MemberCluster>().unreadable().empty();
  const auto hold = [&](const auto& objects, const std::set<std::string>& names) -> Status {
    for (const auto& object : objects) {
      const bool is_used = names.contains(object->metadata.name);
      if (!is_used && doubt) continue;
      if (auto done = set_finalizer(hub_, *object, domain::labels::kInUse, is_used); !done) return done;
    }
    return Done{};
  };
  if (auto done = hold(hub_.shelf<api::RiskTier>().all(), used.tiers); !done) return done;
  if (auto done = hold(hub_.shelf<api::FleetPolicy>().all(), used.policies); !done) return done;
  if (auto done = hold(hub_.shelf<api::Center>().all(), used.centers); !done) return done;
  return hold(hub_.shelf<api::MemberCluster>().all(), used.clusters);
}

Result<Next> Inventory::reconcile(const runtime::Key&) {
  const auto decision = board_.decision();
  if (!decision || !hub_.synced() || !fleet_.settled()) return Next::in(kMoment);
  const auto seen = world(hub_, fleet_, clock_);
  const domain::Summary summary(seen, decision->plan);
  Pass pass{seen, decision->plan, summary, kDay};
  if (auto done = report_clusters(pass); !done) return std::move(done).error();
  if (auto done = report_all(pass, seen.centers); !done) return std::move(done).error();
  if (auto done = report_all(pass, seen.tiers); !done) return std::move(done).error();
  if (auto done = report_all(pass, seen.providers); !done) return std::move(done).error();
  if (auto done = report_all(pass, seen.handoffs); !done) return std::move(done).error();
  if (seen.policy)
    if (auto done = report(pass, *seen.policy, summary.of(*seen.policy)); !done) return std::move(done).error();
  if (auto done = hold_in_use(pass); !done) return std::move(done).error();
  return Next::in(std::min<std::chrono::milliseconds>(pass.look_again, std::chrono::hours(1)));
}

}  // namespace haetae::controllers
