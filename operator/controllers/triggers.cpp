#include "controllers/triggers.hpp"

#include <algorithm>

#include "controllers/names.hpp"

namespace haetae::controllers {

using runtime::Priority;

namespace {

// Room changes with every pod; a decision is worth it once they have come to rest for a moment.
constexpr std::chrono::milliseconds kRoomDebounce{2'000};
constexpr std::chrono::milliseconds kInventoryDebounce{500};

/// Whether a decision may look at the difference.
template <class T>
bool differ_in_meaning(const T& a, const T& b) {
  return a.metadata.uid != b.metadata.uid || a.metadata.generation != b.metadata.generation ||
         a.metadata.deleted != b.metadata.deleted;
}

bool differ_in_meaning(const api::MemberCluster& a, const api::MemberCluster& b) {
  return differ_in_meaning<api::MemberCluster>(a, b) || a.status.uid != b.status.uid;  // two names of one cluster
}

SystemRef ref_of(const api::TenantSystem& system) { return {system.metadata.ns, system.metadata.name}; }

std::string namespace_of(const OwnedRow& object) { return object.ns->empty() ? *object.name : *object.ns; }

/// Whether delivery may have something to do about it. What only the server writes (status) does not count.
bool differ_for_delivery(const OwnedRow& a, const OwnedRow& b) {
  return a.seen.uid != b.seen.uid || a.seen.content != b.seen.content || a.replicas != b.replicas ||
         a.seen.deleting != b.seen.deleting || *a.system != *b.system || *a.mark != *b.mark;
}

bool takes_the_same_room(const PodRow& a, const PodRow& b) {
  return *a.node == *b.node && a.over == b.over && *a.requests == *b.requests;
}

}  // namespace

void Triggers::placement() { queue_.add_after({kPlacement, "", "fleet"}, debounce_, Priority::User); }

void Triggers::inventory() { queue_.add_after({kInventory, "", "fleet"}, kInventoryDebounce, Priority::Secondary); }

void Triggers::status(const SystemRef& ref) { queue_.add({kTenantSystem, "", ref.text()}, Priority::Secondary); }

void Triggers::finalizer(const SystemRef& ref) { queue_.add({kFinalizer, "", ref.text()}, Priority::User); }

void Triggers::delivery(const SystemRef& ref, const ClusterName& cluster, Priority priority) {
  queue_.add({kDelivery, cluster.text(), ref.text()}, priority);
}

void Triggers::decided(const Decision& decision, const std::vector<SystemRef>& changed) {
  for (const auto& ref : changed) {
    if (decision.system(ref) == nullptr) continue;
    finalizer(ref);
    status(ref);
  }
  inventory();
}

void Triggers::cluster_gone(const ClusterName& cluster) {
  queue_.drop_lane(cluster.text());
  placement();
  inventory();
  if (const auto decision = board_.decision())
    for (const auto& [ref, plan] : decision->plan.systems) status(ref);  // any of them may have shown a copy there
}

template <class T>
void Triggers::on_meaning(Hub& hub, std::function<void(const T&)> wake) {
  hub.shelf<T>().store().on_change([this, wake](const auto&, const auto& before, const auto& after) {
    inventory();
    if (before && after && !differ_in_meaning(*before, *after)) return;
    placement();
    if (wake) wake(after ? *after : *before);
  });
}

template <class T>
void Triggers::on_steps(Hub& hub) {
  hub.shelf<T>().store().on_change([this, &hub](const auto&, const auto& before, const auto& after) {
    if (before && after && before->status.steps == after->status.steps) return;
    approvals(hub);
    placement();
  });
}

void Triggers::listen(Hub& hub) {
  hub.on_unreadable([this](const std::string& name) {
    queue_.add({kUnreadable, "", name}, Priority::Secondary);
    placement();  // a decision takes into account what cannot be read
  });
  hub.shelf<api::TenantSystem>().store().on_change(
      [this](const auto&, const auto& before, const auto& after) { system_changed(before.get(), after.get()); });
  on_steps<api::TenantSystem>(hub);
  on_steps<api::RiskTier>(hub);
  on_steps<api::MemberCluster>(hub);
  on_meaning<api::RiskTier>(hub);
  on_meaning<api::Center>(hub);
  on_meaning<api::ServiceProvider>(hub);
  on_meaning<api::Handoff>(hub);
  on_meaning<api::Approval>(hub, [this](const api::Approval& approval) {
    queue_.add({kApproval, "", runtime::store_key(approval.metadata.ns, approval.metadata.name)}, Priority::User);
  });
  on_meaning<api::FleetPolicy>(hub, [this](const api::FleetPolicy&) { all_deliveries(); });
  on_meaning<api::MemberCluster>(hub, [this](const api::MemberCluster& cluster) {
    queue_.add({kConnection, "", cluster.metadata.name}, Priority::User);
    everything_in(ClusterName(cluster.metadata.name), true);  // its uid may tell that it is another one
  });
}

// A status that has a step more, or one less, tells what Approvals are worth. There are never many.
void Triggers::approvals(Hub& hub) {
  for (const auto& one : hub.shelf<api::Approval>().all())
    queue_.add({kApproval, "", runtime::store_key(one->metadata.ns, one->metadata.name)}, Priority::Secondary);
}

void Triggers::all_deliveries() {
  const auto decision = board_.decision();
  if (!decision) return;
  for (const auto& [ref, plan] : decision->plan.systems)
    for (const auto& copy : plan.copies) delivery(ref, copy.cluster, Priority::Initial);
}

void Triggers::system_changed(const api::TenantSystem* before, const api::TenantSystem* after) {
  if (before == nullptr || after == nullptr || differ_in_meaning(*before, *after)) placement();
  if (after == nullptr) return;
  const bool stored_anew = before != nullptr && before->status.placement != after->status.placement;
  const bool answered = before != nullptr && (before->status.tier.effective != after->status.tier.effective ||
                                              before->status.data_class != after->status.data_class);
  if (stored_anew || answered) placement();  // a hand may have been at it
  if (stored_anew || (before != nullptr && before->metadata.finalizers != after->metadata.finalizers)) finalizer(ref_of(*after));
  if (before == nullptr || !(before->status == after->status)) status(ref_of(*after));
}

MemberEvents Triggers::member_events() {
  MemberEvents events;
  events.owned = [this](const auto& cluster, const auto& before, const auto& after) { owned_changed(cluster, before, after); };
  events.pod = [this](const auto&, const auto* before, const auto* after) { pod_changed(before, after); };
  events.node = [this](const auto&) {
    placement();
    inventory();
  };
  events.vital = [this](const auto&) { inventory(); };
  events.standing = [this](const auto& cluster, const auto& standing) { standing_changed(cluster, standing); };
  return events;
}

void Triggers::owned_changed(const ClusterName& cluster, const MemberEvents::Owned& before, const MemberEvents::Owned& after) {
  const bool rolled = before && after && before->rolled_out != after->rolled_out;
  const bool drifted = !before || !after || differ_for_delivery(*before, *after);
  if (!rolled && !drifted) return;
  const auto decision = board_.decision();
  if (!decision) return;
  const auto owners = decision->by_namespace.find(namespace_of(after ? *after : *before));
  if (owners == decision->by_namespace.end()) return;
  for (const auto& owner : owners->second) {
    if (drifted) delivery(owner, cluster, before ? Priority::Urgent : Priority::Initial);
    status(owner);
  }
}

void Triggers::pod_changed(const PodRow* before, const PodRow* after) {
  inventory();
  if (before == nullptr || after == nullptr || !takes_the_same_room(*before, *after))
    queue_.add_after({kPlacement, "", "fleet"}, kRoomDebounce, Priority::Secondary);
  const auto decision = board_.decision();
  if (!decision) return;
  const auto owners = decision->by_namespace.find(*(after != nullptr ? after : before)->ns);
  if (owners == decision->by_namespace.end()) return;
  for (const auto& owner : owners->second) status(owner);
}

void Triggers::standing_changed(const ClusterName& cluster, const Standing& standing) {
  const bool known = standing.state == Standing::State::Known;
  known ? queue_.open_lane(cluster.text()) : queue_.close_lane(cluster.text());
  // Rights may come with a new Secret: it is read at once instead of in a minute.
  if (standing.reason == "Forbidden") queue_.add_after({kConnection, "", cluster.text()}, std::chrono::seconds(1));
  placement();
  inventory();
  everything_in(cluster, known);
}

void Triggers::everything_in(const ClusterName& cluster, bool deliver) {
  const auto decision = board_.decision();
  if (!decision) return;
  for (const auto& [ref, plan] : decision->plan.systems) {
    const bool concerned = plan.copy_in(cluster) != nullptr || (plan.deleting && plan.may_remove);
    if (!concerned) continue;
    status(ref);
    if (deliver) delivery(ref, cluster, Priority::Initial);
  }
}

}  // namespace haetae::controllers
