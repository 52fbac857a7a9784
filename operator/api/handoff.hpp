#pragma once
// Handoff: the stage at which one system is handed to one provider.

#include "api/object.hpp"

namespace haetae::api {

/// The stages in order; Exit stands outside the order and is never "highest". Source: domain.md §4.
enum class Stage { AgencyOperated, Assessment, Onboarding, Shadow, Joint, EarlyLife, Full, Exit };

struct HandoffSpec {
  std::string system{};              ///< name of a TenantSystem in the same namespace
  std::string provider{};
  Stage target_stage{Stage::AgencyOperated};
  bool operator==(const HandoffSpec&) const = default;
};

struct HandoffStatus {
  std::int64_t observed_generation{0};
  std::string stage{};
  std::optional<Timestamp> since{};
  std::string acts_now{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const HandoffStatus&) const = default;
};

using Handoff = Object<HandoffSpec, HandoffStatus>;

}  // namespace haetae::api
