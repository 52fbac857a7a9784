#pragma once
// What every custom resource is made of: metadata, conditions, findings. Plain values; the wire form is codec.hpp's.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace haetae::api {

using Labels = std::map<std::string, std::string>;

/// The part of metav1.ObjectMeta that we read; managedFields never gets this far.
struct ObjectMeta {
  std::string name{};
  std::string ns{};  ///< "" for cluster-scoped objects
  std::string uid{};
  std::string resource_version{};
  std::int64_t generation{0};
  std::optional<Timestamp> created{};
  std::optional<Timestamp> deleted{};  ///< deletionTimestamp
  Labels labels{};
  Labels annotations{};
  std::vector<std::string> finalizers{};
  bool operator==(const ObjectMeta&) const = default;
};

/// One custom resource. S and T carry the field descriptors of spec and status.
template <class S, class T>
struct Object {
  using Spec = S;
  using StatusFields = T;
  ObjectMeta metadata{};
  S spec{};
  T status{};
  bool operator==(const Object&) const = default;
};

enum class ConditionStatus { True, False, Unknown };

/// metav1.Condition.
struct Condition {
  std::string type{};
  ConditionStatus status{ConditionStatus::Unknown};
  std::int64_t observed_generation{0};
  std::optional<Timestamp> last_transition{};  ///< absent offline for a condition that is new
  std::string reason{};
  std::string message{};
  bool operator==(const Condition&) const = default;
};

enum class Severity { Error, Warning };

/// One broken rule, as status shows it.
struct Finding {
  std::string rule{};
  Severity severity{Severity::Error};
  std::string message{};
  std::string path{};                 ///< of the field, e.g. spec.dependsOn[0].system
  std::optional<Timestamp> since{};   ///< absent offline for a finding that is new
  bool operator==(const Finding&) const = default;
};

/// A piece of JSON kept as it was written: compact text, the writer's key order.
struct RawJson {
  std::string json{};
  [[nodiscard]] bool empty() const { return json.empty(); }
  bool operator==(const RawJson&) const = default;
};

}  // namespace haetae::api
