#pragma once
// Handoff: the stage at which one system is handed to one provider.

#include "api/object.hpp"

namespace haetae::api {

/// The stages in order; Exit stands outside the order and is never "highest". Source: domain.md §4.
enum class Stage { AgencyOperated, Assessment, Onboarding, Shadow, Joint, EarlyLife, Full, Exit };
constexpr std::array<std::string_view, 8> names(Stage) {
  return {"AgencyOperated", "Assessment", "Onboarding", "Shadow", "Joint", "EarlyLife", "Full", "Exit"};
}

struct HandoffSpec {
  std::string system{};
  std::string provider{};
  Stage target_stage{Stage::AgencyOperated};
  bool operator==(const HandoffSpec&) const = default;

  static const KindInfo& about();
  template <class Fields>
  static void fields(Fields& f) {
    f.required("system", &HandoffSpec::system, "Name of the TenantSystem, in the same namespace.",
               {.text = {.least = 1, .most = kLongestName, .pattern = &kDnsLabel}, .immutable = true});
    f.required("provider", &HandoffSpec::provider, "Name of the ServiceProvider.",
               {.text = {.least = 1, .most = kLongestName, .pattern = &kDnsLabel}, .immutable = true});
    f.required("targetStage", &HandoffSpec::target_stage,
               "The stage to reach; Exit ends the handoff from any stage.");
  }
};

struct HandoffStatus {
  std::int64_t observed_generation{0};
  std::string stage{};
  std::optional<Timestamp> since{};
  std::string acts_now{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const HandoffStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    observed_generation_field<HandoffStatus>(f);
    f.optional("stage", &HandoffStatus::stage, "The stage that holds now.", {.text = {.most = 63}});
    f.optional("since", &HandoffStatus::since, "Since when it holds.");
    f.optional("actsNow", &HandoffStatus::acts_now, "Who operates the system at this stage.", {.text = {.most = 63}});
    verdict_fields<HandoffStatus>(f);
  }
};

using Handoff = Object<HandoffSpec, HandoffStatus>;

}  // namespace haetae::api
