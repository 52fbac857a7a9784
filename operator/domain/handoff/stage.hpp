#pragma once
// Handoffs: which stage each provider has reached with each system, and who acts on an incident at that stage.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/world.hpp"

namespace haetae::handoff {

/// The stage as YAML, labels and status spell it.
[[nodiscard]] std::string name(api::Stage stage);
/// Who acts on an incident. At Exit the provider's rights end at once, so it is again who acted before any handoff.
/// Source: api.md HandoffPolicy, domain.md §4 "Who acts at 3 a.m.".
[[nodiscard]] const char* acts_now(api::Stage stage);
/// From Joint on a provider may write; Exit stands outside the order.
[[nodiscard]] bool may_write(api::Stage stage);
/// Exit is below every other stage: it is never "highest".
[[nodiscard]] bool higher(api::Stage a, api::Stage b);

/// A Handoff whose system exists, and the stage that holds.
struct InForce {
  SystemRef system{};
  ProviderName provider{};
  api::Stage stage{api::Stage::AgencyOperated};
  domain::Ref<api::Handoff> handoff{};
};

/// The system that a Handoff names, in its own namespace.
[[nodiscard]] SystemRef system_of(const api::Handoff& handoff);
/// What a Handoff brings about. A provider that does not exist brings no new stage; the stage that was in force
/// before stays, since a reference that broke takes nothing away. Absent: no stage.
[[nodiscard]] std::optional<InForce> in_force(const domain::Ref<api::Handoff>& handoff, bool provider_exists);

/// What a system shows of its Handoffs: the highest stage. Of equals the provider shown before stays, then the
/// older Handoff. None: AgencyOperated, without a provider.
[[nodiscard]] api::HandoffSummary summary(const std::vector<InForce>& of_system, const std::string& shown_before);

/// Per provider its highest stage and the number of its systems among `in_cluster`, by provider.
[[nodiscard]] std::vector<api::ProviderStage> by_provider(const std::vector<InForce>& in_cluster);

}  // namespace haetae::handoff
