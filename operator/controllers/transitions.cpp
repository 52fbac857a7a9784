#include "controllers/transitions.hpp"

#include <algorithm>

namespace haetae::controllers {

namespace {

// Conditions whose True is the bad news. Source: kstatus, "abnormal-true".
bool is_abnormal_when_true(const std::string& type) {
  return type == "Stalled" || type == "Reconciling" || type == "PlanStale";
}

}  // namespace

bool Transition::is_warning() const {
  if (status == api::ConditionStatus::Unknown) return true;
  return is_abnormal_when_true(type) == (status == api::ConditionStatus::True) && type != "Reconciling";
}

std::vector<Transition> transitions(const std::vector<api::Condition>& before, const std::vector<api::Condition>& after) {
  std::vector<Transition> out;
  for (const auto& now : after) {
    const auto was = std::ranges::find(before, now.type, &api::Condition::type);
    if (was == before.end() ? now.status == api::ConditionStatus::Unknown
                            : was->status == now.status && was->reason == now.reason)
      continue;
    out.push_back({now.type, now.status, now.reason, now.message});
  }
  return out;
}

}  // namespace haetae::controllers
