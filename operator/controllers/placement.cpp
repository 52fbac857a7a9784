#include "controllers/placement.hpp"

#include <algorithm>

#include "controllers/hub_writes.hpp"
#include "controllers/names.hpp"
#include "controllers/observe.hpp"
#include "domain/conditions.hpp"
#include "domain/decide.hpp"

namespace haetae::controllers {

using runtime::Next;

namespace {

constexpr std::chrono::milliseconds kMoment{100};
constexpr std::chrono::hours kDatesTurn{1};  ///< contracts, assurances and closing dates run out without an event

/// Systems in the order in which they were served.
std::vector<const domain::SystemPlan*> in_turn(const domain::Plan& plan) {
  std::vector<const domain::SystemPlan*> all;
  for (const auto& [ref, system] : plan.systems) all.push_back(&system);
  std::ranges::stable_sort(all, {}, &domain::SystemPlan::turn);
  return all;
}

bool hub_is_silent(const Error& error) { return error.code == Code::Unreachable || error.code == Code::Throttled; }

}  // namespace

bool drops_copies(const api::PlacementStatus& stored, const api::PlacementStatus& wanted) {
  return std::ranges::any_of(stored.centers, [&](const api::PlacedCopy& copy) {
    return std::ranges::none_of(wanted.centers, [&](const auto& one) { return one.cluster == copy.cluster; });
  });
}

Placement::Placement(Hub& hub, const Fleet& fleet, Board& board, const Clock& clock, const telemetry::Log& log,
                     std::function<void(const Decision&, const std::vector<SystemRef>&)> on_changed)
    : hub_(hub), fleet_(fleet), board_(board), clock_(clock), log_(log), on_changed_(std::move(on_changed)) {}

Result<Next> Placement::reconcile(const runtime::Key&) {
  if (!hub_.synced() || !fleet_.settled()) return Next::in(kMoment);
  const auto since = clock_.steady();
  const auto changed = board_.publish(domain::decide(world(hub_, fleet_, clock_)));
  const auto decision = board_.decision();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - since);
  log_.debug("decided", {{"systems", std::to_string(decision->plan.systems.size())},
                         {"changed", std::to_string(changed.size())},
                         {"milliseconds", std::to_string(took.count())}});
  on_changed_(*decision, changed);
  if (auto done = store_all(*decision); !done) return std::move(done).error();
  return Next::in(kDatesTurn);
}

// In turn, one after the other: what is stored is then always the beginning of one and the same decision, and whoever
// goes on after a crash finds the ledger as the next system found it.
Status Placement::store_all(const Decision& decision) {
  Status outcome = Done{};
  for (const auto* plan : in_turn(decision.plan)) {
    auto done = store(*plan);
    if (done) continue;
    if (hub_is_silent(done.error())) return done;
    if (outcome) outcome = std::move(done);
  }
  return outcome;
}

Status Placement::store(const domain::SystemPlan& plan) {
  const auto system = hub_.shelf<api::TenantSystem>().get(runtime::store_key(plan.ref.agency, plan.ref.name));
  if (!system || system->metadata.uid != plan.system->metadata.uid) return Done{};
  const auto wanted = domain::placement_of(plan, clock_.now());
  if (wanted == plan.system->status.placement) return Done{};
  if (plan.system->status.placement != system->status.placement)
    return Error{Code::Conflict, "cannot store the decision for " + plan.ref.text() + ": the stored one has changed since"};
  if (drops_copies(system->status.placement, wanted)) {
    log_.error("a decision without a stored copy is not taken", {{"system", plan.ref.text()}});
    return Done{};
  }
  api::TenantSystemStatus status;
  status.placement = wanted;
  auto json = api::encode_status<api::TenantSystem>(status);
  nlohmann::ordered_json part = nlohmann::ordered_json::object();
  if (json.contains("placement")) part["placement"] = std::move(json["placement"]);
  return apply_status(hub_, *system, part, kPlacementManager);
}

}  // namespace haetae::controllers
