#include "domain/tiering/entry.hpp"

namespace haetae::tiering {

namespace {

bool guarded(const api::RiskTier& tier) { return tier.spec.admission == api::AdmissionPolicy::Approved; }

}  // namespace

bool moves_freely(const api::RiskTier* held, const api::RiskTier& wanted) {
  if (held != nullptr && held->metadata.name == wanted.metadata.name) return true;
  return !guarded(wanted) && (held == nullptr || !guarded(*held));
}

domain::Ref<api::RiskTier> meanwhile(const Ladder& ladder, const domain::Ref<api::RiskTier>& held,
                                     const api::RiskTier& wanted) {
  if (held) return held;
  const auto& tiers = ladder.best_first();
  for (auto place = ladder.position(wanted); place < tiers.size(); ++place)
    if (!guarded(*tiers[place])) return tiers[place];
  return nullptr;
}

// DataClass lists the most confidential first.
bool lowers_class(const api::TenantSystem& system) {
  const auto& last = system.status.data_class;
  return last && system.spec.data_class > *last;
}

api::DataClass class_in_force(const api::TenantSystem& system, bool granted) {
  return lowers_class(system) && !granted ? *system.status.data_class : system.spec.data_class;
}

}  // namespace haetae::tiering
