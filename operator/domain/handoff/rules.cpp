#include "domain/handoff/rules.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace haetae::handoff {

using domain::Breaches;
using domain::Resolved;
using domain::ResolvedSystem;

namespace {

const ResolvedSystem* named_system(const Resolved& fleet, const api::Handoff& handoff) {
  const auto at = fleet.systems.find(system_of(handoff));
  return at == fleet.systems.end() ? nullptr : &at->second;
}

/// Providers at Joint or beyond, by name; a conflict where there are several.
std::vector<std::string> writers(const ResolvedSystem& system) {
  std::set<std::string> names;
  for (const auto& it : system.handoffs)
    if (may_write(it.stage)) names.insert(it.provider.text());
  return {names.begin(), names.end()};
}

std::string conflict(const ResolvedSystem& system, const std::vector<std::string>& names) {
  return join(names, " and ") + " are all at Joint or beyond with " + system.ref.text() + ", where one may write; " +
         system.handoff.provider + " is shown";
}

}  // namespace

Breaches system_exists(const Resolved& fleet, const api::Handoff& handoff) {
  if (named_system(fleet, handoff) != nullptr) return {};
  return {{"spec.system", "there is no TenantSystem " + system_of(handoff).text()}};
}

Breaches provider_exists(const Resolved& fleet, const api::Handoff& handoff) {
  if (fleet.providers.count(ProviderName(handoff.spec.provider)) > 0) return {};
  const auto before = api::named<api::Stage>(handoff.status.stage);
  return {{"spec.provider", "there is no ServiceProvider " + handoff.spec.provider +
                                (before ? "; stage " + name(*before) + " stays" : std::string("; no stage is shown"))}};
}

Breaches one_provider_writes(const Resolved& fleet, const api::Handoff& handoff) {
  const auto* system = named_system(fleet, handoff);
  if (system == nullptr) return {};
  const auto mine = std::find_if(system->handoffs.begin(), system->handoffs.end(),
                                 [&](const auto& it) { return it.handoff.get() == &handoff; });
  const auto names = writers(*system);
  if (names.size() < 2 || mine == system->handoffs.end() || !may_write(mine->stage)) return {};
  return {{"spec.targetStage", conflict(*system, names)}};
}

Breaches handoff_is_the_only_one(const Resolved& fleet, const api::Handoff& handoff) {
  const auto twin = [&](const auto& other) {
    return other.get() != &handoff && system_of(*other) == system_of(handoff) &&
           other->spec.provider == handoff.spec.provider;
  };
  const auto other = std::find_if(fleet.handoffs.begin(), fleet.handoffs.end(), twin);
  if (other == fleet.handoffs.end()) return {};
  return {{"spec.provider", "Handoff " + (*other)->metadata.name + " hands the same system to the same provider; "
                            "the higher stage is shown"}};
}

Breaches provider_may_have_the_tier(const Resolved& fleet, const api::Handoff& handoff) {
  const auto* system = named_system(fleet, handoff);
  const auto provider = fleet.providers.find(ProviderName(handoff.spec.provider));
  if (system == nullptr || !system->tier || provider == fleet.providers.end()) return {};
  const auto stage = handoff.spec.target_stage;
  if (stage == api::Stage::AgencyOperated || stage == api::Stage::Exit) return {};
  const auto best = provider->second->spec.highest_tier_rank;
  if (system->tier->spec.rank >= best) return {};
  return {{"spec.provider", system->ref.text() + " is of " + system->tier->metadata.name + " (rank " +
                                std::to_string(system->tier->spec.rank) + "), and " + handoff.spec.provider +
                                " may be handed rank " + std::to_string(best) + " and below"}};
}

Breaches one_provider_holds(const Resolved&, const ResolvedSystem& system) {
  const auto names = writers(system);
  if (names.size() < 2) return {};
  return {{"status.handoff", conflict(system, names)}};
}

Breaches contract_is_valid(const Resolved& fleet, const api::ServiceProvider& provider) {
  const auto& until = provider.spec.contract.valid_until;
  if (!until || !fleet.now || *until >= *fleet.now) return {};
  return {{"spec.contract.validUntil", "the contract ended at " + rfc3339(*until)}};
}

}  // namespace haetae::handoff
