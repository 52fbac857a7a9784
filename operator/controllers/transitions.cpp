#include "controllers/transitions.hpp"

#include <algorithm>

namespace haetae::controllers {

namespace {

// Conditions whose True is the bad news. Source: kstatus, "abnormal-true".
bool is_abnormal_when_true(const std::string& type) {
  return type == "Stalled" || type == "PlanStale";
}

}  // namespace

bool Transition::is_warning() const {
  if (status == api::ConditionStatus::Unknown) return true;
  return is_abnormal_when_true(type) == (status == api::ConditionStatus::True);
}

std::vector<Transition> transitions(const std::vector<api::Condition>& before, const std::vector<api::Condition>& after) {
  std::vector<Transition> out;
  for (const auto& now : after) {
    const auto was = std::ranges::find(before, now.type, &api::Condition::type);
    if (was == before.end() || now.type == "Reconciling") continue;
    const Transition turned{now.type, now.status, now.reason, now.message};
    if (was->status != now.status || (turned.is_warning() && was->reason != now.reason)) out.push_back(turned);
  }
  return out;
}

}  // namespace haetae::controllers
