#include "domain/approval/desk.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"

namespace haetae::approval {

namespace {

using enum api::ApproverRole;

constexpr std::size_t kMostHistory = 32;  // what the schema takes. Source: api/step.hpp.

constexpr std::array kEvery{What::TierEntry, What::DataClassLowering, What::Deletion, What::PolicyChange,
                            What::ClusterChange};

struct Row {
  std::string_view word;
  std::vector<api::ApproverRole> roles;
  std::int32_t count;
  bool requested;  ///< a spec.requestedBy can say who asks
  bool at_home;
};

const Row& row(What what) {
  static const std::array<Row, kEvery.size()> rows{{
      {"TierEntry", {OfCenter}, 1, true, false},
      {"DataClassLowering", {OfSecurity}, 1, true, false},
      {"Deletion", {OfAgency, OfCenter}, 2, false, true},       // a deletion carries no requester
      {"PolicyChange", {OfCenter}, 2, false, true},
      {"ClusterChange", {OfCenter}, 2, false, true},
  }};
  return rows.at(static_cast<std::size_t>(what));
}

const api::Step* issued(const std::vector<api::Step>& steps, std::string_view what, const std::string& about) {
  const auto at = std::find_if(steps.begin(), steps.end(),
                               [&](const api::Step& step) { return step.what == what && step.about == about; });
  return at == steps.end() ? nullptr : &*at;
}

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

void remember(Paper& paper, const api::Step& step, api::Verdict verdict, std::vector<std::string> by,
              std::optional<Timestamp> at) {
  paper.history.insert(paper.history.begin(), {step.id, step.what, step.about, verdict, std::move(by), at});
  if (paper.history.size() > kMostHistory) paper.history.resize(kMostHistory);
}

/// Of an id it matters that it is never issued twice: the time and the subject make it so, and within one second its
/// place among the steps issued before.
std::string new_id(const api::ObjectMeta& subject, const Ask& ask, const Paper& before, std::optional<Timestamp> now) {
  auto told = subject.uid + '\n' + std::string(word(ask.what)) + '\n' + ask.about;
  if (now) told += '\n' + rfc3339(*now);
  if (!before.history.empty()) told += '\n' + before.history.front().id;
  return lower(word(ask.what)) + "-" + hash8(told);
}

}  // namespace

std::string_view word(What what) { return row(what).word; }

Terms terms(What what, const std::string& requester) {
  const auto& it = row(what);
  return {it.roles, it.requested && requester.empty() ? it.count + 1 : it.count};
}

std::string place_of(std::string_view what, const api::ObjectMeta& subject, const std::string& home) {
  const bool at_home =
      std::any_of(kEvery.begin(), kEvery.end(), [&](What one) { return row(one).word == what && row(one).at_home; });
  return at_home || subject.ns.empty() ? home : subject.ns;
}

std::string roles_text(const std::vector<api::ApproverRole>& roles) {
  std::vector<std::string> words;
  for (const auto role : roles) words.emplace_back(api::name(role));
  return join(words, " or ");
}

Desk::Desk(const std::vector<domain::Ref<api::Approval>>& approvals, std::string home, std::optional<Timestamp> now)
    : home_(std::move(home)), now_(now) {
  for (const auto& approval : approvals) by_step_.emplace(approval->spec.step, approval);
}

std::string Desk::fault(const api::Approval& approval, const Subject& subject, const api::Step& step) const {
  const auto& of = approval.spec.subject;
  const auto& meta = subject.meta;
  if (of.kind != subject.kind || of.ns != meta.ns || of.name != meta.name) return "the step is not of " + of.kind + "/" + of.name;
  if (of.uid != meta.uid) return of.kind + " " + of.name + " is another object now: its uid is " + meta.uid;
  const auto what = std::find_if(step.roles.begin(), step.roles.end(), [&](auto role) { return role == approval.spec.role; });
  if (what == step.roles.end()) return "the step takes an approval of " + roles_text(step.roles) + ", not of " + std::string(api::name(approval.spec.role));
  if (!subject.requester.empty() && approval.spec.by == subject.requester) return approval.spec.by + " asked for it, and cannot approve it";
  if (!now_) return "the time is not known";
  if (!approval.spec.valid_until || *approval.spec.valid_until <= *now_) return "it has expired";
  if (!approval.metadata.created || (step.since && *approval.metadata.created < *step.since))
    return "it is older than the step";
  const auto wanted = place_of(step.what, meta, home_);
  if (approval.metadata.ns != wanted) return "it must lie in the namespace " + wanted;
  return "";
}

Answer Desk::answer(const Subject& subject, Ask ask) const {
  const auto wanted = terms(ask.what, subject.requester);
  Answer out;
  out.ask = std::move(ask);
  if (const auto* step = issued(subject.steps, word(out.ask.what), out.ask.about)) out.step = *step;
  out.step.what = word(out.ask.what);
  out.step.about = out.ask.about;
  out.step.roles = wanted.roles;
  out.step.count = wanted.count;
  out.step.why = out.ask.why;
  out.granted = out.step.granted.has_value();
  if (out.granted || out.step.id.empty()) return out;

  std::set<std::string> approved, rejected;
  const auto [begin, end] = by_step_.equal_range(out.step.id);
  for (auto at = begin; at != end; ++at) {
    if (!fault(*at->second, subject, out.step).empty()) continue;
    (at->second->spec.verdict == api::Verdict::Approved ? approved : rejected).insert(at->second->spec.by);
  }
  out.step.approved_by.assign(approved.begin(), approved.end());
  out.rejected_by.assign(rejected.begin(), rejected.end());
  out.granted = rejected.empty() && static_cast<std::int32_t>(approved.size()) >= out.step.count;
  return out;
}

std::string missing(const Answer& answer) {
  const auto left = answer.step.count - static_cast<std::int32_t>(answer.step.approved_by.size());
  auto text = "needs " + count(left, "approval") + " of " + roles_text(answer.step.roles);
  if (!answer.step.approved_by.empty()) text += "; approved by " + join(answer.step.approved_by, ", ");
  return text;
}

Paper paper(const api::ObjectMeta& subject, const Paper& before, const std::vector<Answer>& answers,
            std::optional<Timestamp> now) {
  Paper next;
  next.history = before.history;
  for (const auto& step : before.steps) {
    const bool asked = std::any_of(answers.begin(), answers.end(), [&](const Answer& answer) {
      return word(answer.ask.what) == step.what && answer.ask.about == step.about;
    });
    if (!asked && step.granted) remember(next, step, api::Verdict::Approved, step.approved_by, step.granted);
  }
  for (const auto& answer : answers) {
    auto step = answer.step;
    if (const auto* last = issued(before.steps, step.what, step.about)) {
      step.id = last->id;
      step.since = last->since;
      step.granted = last->granted;
      if (last->granted) step.approved_by = last->approved_by;
    }
    if (!answer.rejected_by.empty() && !step.granted && !step.id.empty()) {
      remember(next, step, api::Verdict::Rejected, answer.rejected_by, now);
      step.id.clear();
    }
    if (step.id.empty()) {
      step.id = new_id(subject, answer.ask, next, now);
      step.since = now;
      step.approved_by.clear();
      step.granted.reset();
    } else if (answer.granted && !step.granted) {
      step.granted = now;
    }
    next.steps.push_back(std::move(step));
  }
  return next;
}

}  // namespace haetae::approval
