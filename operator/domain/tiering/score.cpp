#include "domain/tiering/score.hpp"

#include <algorithm>
#include <tuple>

#include "base/text.hpp"

namespace haetae::tiering {

using domain::Ref;

namespace {

/// Which of two tiers that claim the same thing came first. A tier of a file has no creation time and ties.
auto age(const api::RiskTier& tier) {
  return std::tuple(tier.metadata.created.value_or(Timestamp{}), fnv1a(tier.metadata.name), tier.metadata.name);
}

template <class Claim>
std::vector<std::string> others_with(const std::vector<Ref<api::RiskTier>>& tiers, const api::RiskTier& tier,
                                     Claim claim) {
  std::vector<std::string> names;
  for (const auto& other : tiers)
    if (other->metadata.name != tier.metadata.name && other->spec.*claim == tier.spec.*claim)
      names.push_back(other->metadata.name);
  std::sort(names.begin(), names.end());
  return names;
}

/// The tier that the system had by itself when its status was written; null where it was raised, or had none.
Ref<api::RiskTier> held_last(const api::TenantSystem& system, const Ladder& ladder) {
  const auto& last = system.status.tier;
  return last.because.empty() ? ladder.named(last.effective) : nullptr;
}

}  // namespace

Ladder::Ladder(std::vector<Ref<api::RiskTier>> tiers) : tiers_(std::move(tiers)) {
  std::sort(tiers_.begin(), tiers_.end(), [](const auto& a, const auto& b) {
    return std::tuple(a->spec.rank, age(*a)) < std::tuple(b->spec.rank, age(*b));
  });
}

Ref<api::RiskTier> Ladder::named(const std::string& name) const {
  const auto at = std::find_if(tiers_.begin(), tiers_.end(), [&](const auto& t) { return t->metadata.name == name; });
  return at == tiers_.end() ? nullptr : *at;
}

Ref<api::RiskTier> Ladder::reached_by(std::int32_t score) const {
  Ref<api::RiskTier> best;
  for (const auto& tier : tiers_) {
    if (tier->spec.min_score > score) continue;
    const bool higher = !best || tier->spec.min_score > best->spec.min_score;
    const bool older = best && tier->spec.min_score == best->spec.min_score && age(*tier) < age(*best);
    if (higher || older) best = tier;
  }
  return best;
}

std::size_t Ladder::position(const api::RiskTier& tier) const {
  const auto at = std::find_if(tiers_.begin(), tiers_.end(),
                               [&](const auto& t) { return t->metadata.name == tier.metadata.name; });
  return static_cast<std::size_t>(at - tiers_.begin());
}

std::vector<std::string> Ladder::sharing_rank(const api::RiskTier& tier) const {
  return others_with(tiers_, tier, &api::RiskTierSpec::rank);
}

std::vector<std::string> Ladder::sharing_score(const api::RiskTier& tier) const {
  return others_with(tiers_, tier, &api::RiskTierSpec::min_score);
}

OwnTier own_tier(const api::TenantSystem& system, const Ladder& ladder) {
  OwnTier tier;
  tier.assessed = ladder.reached_by(system.spec.assessment.score());
  tier.asked = system.spec.tier.empty() ? nullptr : ladder.named(system.spec.tier);
  tier.known = tier.asked || (tier.assessed && system.spec.tier.empty());
  if (!tier.known) {
    tier.own = held_last(system, ladder);
    if (!tier.own || (tier.assessed && ladder.position(*tier.assessed) < ladder.position(*tier.own)))
      tier.own = tier.assessed;
    return tier;
  }
  tier.asks_lower =
      tier.asked && tier.assessed && ladder.position(*tier.asked) > ladder.position(*tier.assessed);
  tier.own = tier.asked && !tier.asks_lower ? tier.asked : tier.assessed;
  return tier;
}

}  // namespace haetae::tiering
