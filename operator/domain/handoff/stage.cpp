#include "domain/handoff/stage.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.hpp"

namespace haetae::handoff {

using api::Stage;

namespace {

/// Exit becomes the lowest.
int height(Stage stage) { return stage == Stage::Exit ? -1 : static_cast<int>(stage); }

}  // namespace

std::string name(Stage stage) { return std::string(api::name(stage)); }

const char* acts_now(Stage stage) {
  switch (stage) {
    case Stage::AgencyOperated:
    case Stage::Assessment:
    case Stage::Onboarding:
    case Stage::Exit: return "AgencyAndCenter";
    case Stage::Shadow: return "Center";
    case Stage::Joint: return "ProviderWithCenter";
    case Stage::EarlyLife:
    case Stage::Full: return "Provider";
  }
  return "AgencyAndCenter";
}

bool may_write(Stage stage) { return height(stage) >= height(Stage::Joint); }

bool higher(Stage a, Stage b) { return height(a) > height(b); }

SystemRef system_of(const api::Handoff& handoff) { return {handoff.metadata.ns, handoff.spec.system}; }

std::optional<InForce> in_force(const domain::Ref<api::Handoff>& handoff, bool provider_exists) {
  const auto stage = provider_exists ? handoff->spec.target_stage : api::named<Stage>(handoff->status.stage);
  if (!stage) return std::nullopt;
  return InForce{system_of(*handoff), ProviderName(handoff->spec.provider), *stage, handoff};
}

api::HandoffSummary summary(const std::vector<InForce>& of_system, const std::string& shown_before) {
  const auto weight = [&](const InForce& it) {
    const auto& meta = it.handoff->metadata;
    return std::tuple(-height(it.stage), it.provider.text() != shown_before, meta.created.value_or(Timestamp{}),
                      fnv1a(meta.name), meta.name);
  };
  const auto shown = std::min_element(of_system.begin(), of_system.end(),
                                      [&](const auto& a, const auto& b) { return weight(a) < weight(b); });
  if (shown == of_system.end()) return {"", name(Stage::AgencyOperated), acts_now(Stage::AgencyOperated)};
  return {shown->provider.text(), name(shown->stage), acts_now(shown->stage)};
}

std::vector<api::ProviderStage> by_provider(const std::vector<InForce>& in_cluster) {
  std::map<ProviderName, std::pair<Stage, std::set<SystemRef>>> found;
  for (const auto& it : in_cluster) {
    auto& [stage, systems] = found.try_emplace(it.provider, it.stage, std::set<SystemRef>{}).first->second;
    if (higher(it.stage, stage)) stage = it.stage;
    systems.insert(it.system);
  }
  std::vector<api::ProviderStage> stages;
  for (const auto& [provider, reached] : found)
    stages.push_back({provider.text(), name(reached.first), static_cast<std::int32_t>(reached.second.size())});
  return stages;
}

}  // namespace haetae::handoff
