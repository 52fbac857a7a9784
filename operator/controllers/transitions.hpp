#pragma once
// Transitions: which conditions turned between two statuses, for Events.

#include <functional>
#include <string>
#include <vector>

#include "api/object.hpp"
#include "runtime/event_recorder.hpp"

namespace haetae::controllers {

/// One condition that has turned.
struct Transition {
  std::string type{};
  api::ConditionStatus status{};
  std::string reason{};
  std::string message{};
  [[nodiscard]] bool is_warning() const;
};

/// Conditions that have turned, in the order of `after`: another status, or another reason for what is wrong. One that
/// appears has not turned; Reconciling comes and goes with every edit and says nothing.
[[nodiscard]] std::vector<Transition> transitions(const std::vector<api::Condition>& before,
                                                  const std::vector<api::Condition>& after);

/// Told of each, with the kind and metadata of its object.
using TellTransition = std::function<void(const std::string& kind, const api::ObjectMeta& of, const Transition&)>;

/// The Event that tells it. A Warning where it is bad news or not known.
[[nodiscard]] runtime::EventNote event_of(const std::string& kind, const api::ObjectMeta& of, const Transition& turned);

}  // namespace haetae::controllers
