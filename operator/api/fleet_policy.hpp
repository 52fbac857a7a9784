#pragma once
// FleetPolicy: one object, `default`, for the whole fleet.

#include "api/object.hpp"

namespace haetae::api {

enum class FleetMode { Observe, Enforce };

struct FleetPolicySpec {
  FleetMode mode{FleetMode::Enforce};  ///< Observe: hub status and Events only, nothing is written in members
  bool paused{false};                  ///< true: nothing is written in members
  std::string salt{"haetae"};          ///< of the rendezvous hash that breaks ties
  bool operator==(const FleetPolicySpec&) const = default;
};

struct FleetPolicyStatus {
  std::int64_t observed_generation{0};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const FleetPolicyStatus&) const = default;
};

using FleetPolicy = Object<FleetPolicySpec, FleetPolicyStatus>;

}  // namespace haetae::api
