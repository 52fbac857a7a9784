#include "controllers/transitions.hpp"

#include <algorithm>

#include "api/kind.hpp"

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

runtime::EventNote event_of(const std::string& kind, const api::ObjectMeta& of, const Transition& turned) {
  runtime::EventNote note;
  note.api_version = api::kApiVersion;
  note.kind = kind;
  note.ns = of.ns;
  note.name = of.name;
  note.uid = of.uid;
  note.warning = turned.is_warning();
  note.reason = turned.reason.empty() ? turned.type : turned.reason;
  note.action = turned.type;
  note.note = turned.type + ": " + turned.message;
  return note;
}

}  // namespace haetae::controllers
