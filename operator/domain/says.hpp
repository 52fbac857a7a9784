#pragma once
// How conditions are said: one shape for all of them, and how much a message may name.

#include <string>
#include <utility>

#include "api/object.hpp"

namespace haetae::domain {

/// Systems, rules or copies that one message names at most. Source: api.md, "reasons are counted and bounded (8)".
inline constexpr std::size_t kMostNamed = 8;

/// A condition without generation and time, which with_times() and its callers add.
[[nodiscard]] inline api::Condition says(const char* type, api::ConditionStatus status, std::string reason,
                                         std::string message) {
  api::Condition condition;
  condition.type = type;
  condition.status = status;
  condition.reason = std::move(reason);
  condition.message = std::move(message);
  return condition;
}

}  // namespace haetae::domain
