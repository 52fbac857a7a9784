#include "domain/placement/verdicts.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "domain/placement/explanation.hpp"
#include "domain/placement/preferences.hpp"

namespace haetae::placement {
namespace {

std::string in_words(const Constraint& constraint, const Question& question) {
  return std::string(constraint.broken) + " (" + constraint.why_not(question) + ")";
}

/// The fleet with every copy of the outcome charged, and the one system that is asked about.
class Hearing {
 public:
  Hearing(const domain::World& world, const std::vector<Request>& requests, const Request& asked)
      : asked_(asked),
        candidates_(candidates(world)),
        ledger_(candidates_, requests),
        active_(ledger_.load(asked.demand, api::Role::Active)),
        standby_(ledger_.load(asked.demand, api::Role::Standby)) {
    const auto centers = centers_by_name(world);
    for (const auto& request : requests) {
      const auto active = ledger_.load(request.demand, api::Role::Active);
      const auto standby = ledger_.load(request.demand, api::Role::Standby);
      auto copies = kept(request, candidates_, centers);
      for (const auto& held : copies) {
        if (!held.candidate) continue;
        ledger_.charge(*held.candidate, request.ref, held.copy.role == api::Role::Active ? active : standby, active);
      }
      if (request.ref == asked.ref) held_ = std::move(copies);
    }
    ledger_.charge_others();
  }

  std::vector<Verdict> run() {
    std::vector<Verdict> all;
    for (const auto& held : held_) all.push_back(of_copy(held));
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      const bool is_held = std::any_of(held_.begin(), held_.end(), [c](const Held& h) { return h.candidate == c; });
      if (!is_held) all.push_back(of_newcomer(c));
    }
    std::stable_sort(all.begin(), all.end(), [](const Verdict& a, const Verdict& b) {
      return std::tuple(!a.holds, a.holds ? a.role : api::Role::Active, a.center, a.cluster) <
             std::tuple(!b.holds, b.holds ? b.role : api::Role::Active, b.center, b.cluster);
    });
    return all;
  }

 private:
  int percent(std::size_t cluster, const Amounts& more) {
    if (!ledger_.observes(cluster)) return 0;
    return static_cast<int>(std::lround(std::min(ledger_.room(cluster).share_with(more), 99.99) * 100));
  }

  Verdict of_copy(const Held& held) {
    Verdict verdict{held.copy.center, held.copy.cluster, true, held.copy.role, held.copy.reason, {}, 0};
    for (const auto& violation : violations(asked_, held_, candidates_)) {
      if (violation.cluster == held.copy.cluster) verdict.noes.push_back(violation.constraint + ": " + violation.message);
    }
    return verdict;
  }

  Verdict of_newcomer(std::size_t cluster) {
    const auto& candidate = candidates_[cluster];
    Verdict first;
    bool asked = false;
    for (const auto role : demanded_roles(asked_.demand)) {
      Verdict verdict{candidate.center, candidate.cluster, false, role, "", noes(cluster, role), 0};
      if (verdict.noes.empty()) {
        verdict.percent = percent(cluster, active_.total);
        return verdict;
      }
      if (!std::exchange(asked, true)) first = std::move(verdict);
    }
    return asked ? first : Verdict{candidate.center, candidate.cluster, false, api::Role::Active, "", {}, 0};
  }

  std::vector<std::string> noes(std::size_t cluster, api::Role role) {
    const auto taken = others(held_);
    const Question question{asked_, candidates_[cluster], role, taken};
    std::vector<std::string> words;
    for (const auto& constraint : constraints()) {
      if (constraint.binds == Binds::Kept || constraint.holds(question)) continue;
      words.push_back(in_words(constraint, question));
      if (question.candidate.place == nullptr) return words;  // the rest asks the center
    }
    if (!ledger_.observes(cluster)) return words;
    const auto& load = role == api::Role::Active ? active_ : standby_;
    const auto shortage = ledger_.room(cluster).shortage(ledger_.missing_part(cluster, asked_.ref, load));
    if (!shortage.empty()) words.push_back(std::string(kRoomBroken) + " (" + shortage + ")");
    return words;
  }

  const Request& asked_;
  std::vector<Candidate> candidates_;
  Ledger ledger_;
  Load active_;
  Load standby_;
  std::vector<Held> held_{};
};

}  // namespace

std::vector<Verdict> verdicts(const domain::World& world, const std::vector<Request>& requests, const SystemRef& ref) {
  const auto asked = std::find_if(requests.begin(), requests.end(), [&](const Request& r) { return r.ref == ref; });
  if (asked == requests.end()) return {};
  return Hearing(world, requests, *asked).run();
}

}  // namespace haetae::placement
