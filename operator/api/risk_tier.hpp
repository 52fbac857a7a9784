#pragma once
// RiskTier: what a risk tier demands. Four are shipped by the chart (domain.md §12), all numbers editable.

#include "api/object.hpp"

namespace haetae::api {

enum class SpreadDomain { Host, Room };
enum class DeletionPolicy { Approved, Immediate };

/// How the pods of one copy are spread inside a center.
struct Spread {
  SpreadDomain domain{SpreadDomain::Host};
  std::int32_t max_skew{1};
  bool required{true};
  bool operator==(const Spread&) const = default;
};

struct Redundancy {
  std::int32_t active_centers{1};
  std::int32_t active_scale{100};    ///< percent of the peak that each active copy must carry alone
  std::int32_t standby_centers{0};
  std::int32_t standby_scale{0};     ///< percent kept running in standby
  std::int32_t min_replicas{1};      ///< per active copy and component
  std::optional<std::int32_t> max_unavailable{};
  std::vector<Spread> spread{};
  bool distinct_risk_groups{false};
  bool survives_center_loss{false};
  bool operator==(const Redundancy&) const = default;
};

struct RiskTierSpec {
  std::int32_t rank{1};              ///< 1 = highest; unique
  std::string display_name{};
  std::int32_t min_score{0};         ///< lower bound of the assessed band
  Redundancy redundancy{};
  std::string priority_class{};
  bool preemptible{false};
  DeletionPolicy deletion{DeletionPolicy::Approved};
  std::chrono::milliseconds unknown_after{std::chrono::minutes(2)};
  bool operator==(const RiskTierSpec&) const = default;
};

struct RiskTierStatus {
  std::int64_t observed_generation{0};
  std::int32_t systems{0};           ///< whose effective tier this is
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const RiskTierStatus&) const = default;
};

using RiskTier = Object<RiskTierSpec, RiskTierStatus>;

}  // namespace haetae::api
