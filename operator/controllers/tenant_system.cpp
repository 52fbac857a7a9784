#include "controllers/tenant_system.hpp"

#include <algorithm>

#include "controllers/hub_writes.hpp"
#include "controllers/names.hpp"
#include "controllers/observe.hpp"
#include "controllers/placement.hpp"
#include "domain/conditions.hpp"

namespace haetae::controllers {

using runtime::Next;

namespace {

constexpr std::chrono::milliseconds kMoment{200};   ///< clusters are still showing themselves

// When the status may say something else though nothing but time passes.
Next next_look(const domain::SystemPlan& plan, const domain::Seen& seen) {
  const auto moment = domain::next_change(plan, seen);
  if (!moment) return Next::on_change();
  return Next::in(std::max<std::chrono::milliseconds>(*moment - *seen.now, std::chrono::seconds(1)));
}

bool same_copies(const api::PlacementStatus& a, const api::PlacementStatus& b) {
  return std::ranges::equal(a.centers, b.centers, [](const api::PlacedCopy& x, const api::PlacedCopy& y) {
    return x.cluster == y.cluster && x.role == y.role && x.replicas == y.replicas;
  });
}

}  // namespace

std::optional<api::TenantSystemStatus> to_say(api::TenantSystemStatus wanted, const api::TenantSystemStatus& last) {
  if (!same_copies(wanted.placement, last.placement)) {
    if (!drops_copies(last.placement, wanted.placement)) return std::nullopt;
    wanted.observed_generation = last.observed_generation;
  }
  wanted.placement = last.placement;  // another writer's
  return wanted;
}

bool differ_in_numbers_alone(const api::TenantSystemStatus& a, const api::TenantSystemStatus& b) {
  auto same = [](std::vector<api::ObservedCopy> copies) {
    for (auto& copy : copies) {
      copy.desired = copy.ready = copy.domains = 0;
      copy.as_of.reset();
    }
    return copies;
  };
  auto left = a, right = b;
  left.redundancy = same(a.redundancy);
  right.redundancy = same(b.redundancy);
  return left == right;
}

TenantSystemStatusWriter::TenantSystemStatusWriter(Hub& hub, const Fleet& fleet, const Board& board, const Clock& clock,
                                                   TellTransition tell)
    : hub_(hub), fleet_(fleet), board_(board), clock_(clock), tell_(std::move(tell)) {}

domain::Seen TenantSystemStatusWriter::seen(const api::TenantSystem& system, const domain::SystemPlan& plan) const {
  domain::Seen out;
  out.now = clock_.now();
  out.delivered = board_.delivered(plan.ref, system.metadata.uid);
  std::set<ClusterName> decided;
  for (const auto& copy : plan.copies) decided.insert(copy.cluster);
  for (const auto& copy : system.status.placement.centers) decided.insert(ClusterName(copy.cluster));
  // A copy that a silent cluster held when it was last seen is not gone, whatever is decided.
  const auto holding = holders(hub_, fleet_, system);
  for (const auto& cluster : hub_.shelf<api::MemberCluster>().all()) {
    const ClusterName name(cluster->metadata.name);
    if (decided.erase(name) > 0 || holding.contains(name)) out.copies.emplace(name, copy_view(fleet_, system, *cluster));
  }
  for (const auto& name : decided) out.copies.emplace(name, domain::Unknown{{}, "its MemberCluster is not there"});
  return out;
}

Result<Next> TenantSystemStatusWriter::reconcile(const runtime::Key& key) {
  const auto system = hub_.shelf<api::TenantSystem>().get(key.name);
  const auto decision = board_.decision();
  if (!system || !decision || hub_.shelf<api::TenantSystem>().is_unreadable(key.name)) return Next::on_change();
  const auto* decided = decision->system({system->metadata.ns, system->metadata.name});
  // What is reported is of the generation that was decided; another decision is on its way where they differ.
  if (decided == nullptr || !decided->system || decided->system->metadata.uid != system->metadata.uid ||
      decided->system->metadata.generation != system->metadata.generation)
    return Next::on_change();
  if (!fleet_.settled()) return Next::in(kMoment);
  domain::SystemPlan plan = *decided;
  plan.system = system;  // times and last known numbers go on from the newest status
  const auto now_seen = seen(*system, plan);
  const auto said = to_say(domain::status_of(plan, now_seen), system->status);
  if (!said) return Next::on_change();
  const auto& status = *said;
  const auto later = next_look(plan, now_seen);
  if (status == system->status) return later;
  const auto& uid = system->metadata.uid;
  if (differ_in_numbers_alone(status, system->status))
    if (const auto wait = pace_.wait(uid, clock_.steady()); wait.count() > 0) return Next::in(wait);
  auto json = api::encode_status<api::TenantSystem>(status);
  json.erase("placement");
  if (auto done = apply_status(hub_, *system, json, kStatusManager); !done) return std::move(done).error();
  pace_.wrote(uid, clock_.steady());
  for (const auto& turned : transitions(system->status.conditions, status.conditions))
    tell_("TenantSystem", system->metadata, turned);
  return later;
}

}  // namespace haetae::controllers
