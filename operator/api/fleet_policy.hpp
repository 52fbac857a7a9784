#pragma once
// FleetPolicy: one object, `default`, for the whole fleet.

#include "api/object.hpp"

namespace haetae::api {

enum class FleetMode { Observe, Enforce };
constexpr std::array<std::string_view, 2> names(FleetMode) { return {"Observe", "Enforce"}; }

struct FleetPolicySpec {
  FleetMode mode{FleetMode::Enforce};
  bool paused{false};
  std::string salt{"haetae"};
  bool operator==(const FleetPolicySpec&) const = default;

  static const KindInfo& about();
  template <class Fields>
  static void fields(Fields& f) {
    f.optional("mode", &FleetPolicySpec::mode,
               "Observe: status and Events in the hub, nothing is written in members. Enforce: promises are kept.");
    f.optional("paused", &FleetPolicySpec::paused, "True: nothing is written in members for now.");
    f.optional("salt", &FleetPolicySpec::salt,
               "Seed of the hash that breaks ties between equal clusters; changing it may propose other places.",
               {.text = {.least = 1, .most = 63}});
  }
};

struct FleetPolicyStatus {
  std::int64_t observed_generation{0};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const FleetPolicyStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    observed_generation_field<FleetPolicyStatus>(f);
    verdict_fields<FleetPolicyStatus>(f);
  }
};

using FleetPolicy = Object<FleetPolicySpec, FleetPolicyStatus>;

}  // namespace haetae::api
