#include "domain/placement/choose.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include "domain/placement/explanation.hpp"
#include "domain/placement/seats.hpp"

namespace haetae::placement {
namespace {

/// One system during the pass.
struct Row {
  const Request* request{nullptr};
  Load active{};
  Load standby{};
  std::vector<Held> held{};
  std::vector<Violation> overdrawn{};
  Shortages at_its_turn{};
  bool added{false};
  [[nodiscard]] const Load& load(api::Role role) const { return role == api::Role::Active ? active : standby; }
};

/// The whole fleet during the pass: what is charged, and who is served when.
class Pass {
 public:
  Pass(const domain::World& world, const std::vector<Request>& requests)
      : candidates_(candidates(world)),
        centers_(centers_by_name(world)),
        salt_(world.policy ? world.policy->spec.salt : api::FleetPolicySpec{}.salt),
        ledger_(candidates_, requests) {
    for (const auto& request : requests) {
      rows_.push_back({&request, ledger_.load(request.demand, api::Role::Active),
                       ledger_.load(request.demand, api::Role::Standby), kept(request, candidates_, centers_), {}, {}, false});
    }
    sort_by_turn();
  }

  /// Charges all that is held, then serves who lacks something, until nothing can be added: a plan of this outcome
  /// would start where the last round starts, and so add nothing either.
  void run() {
    bool added = true;
    while (added) {
      charge_held();
      added = false;
      for (auto& row : rows_) added = serve(row) || added;
    }
  }

  [[nodiscard]] std::map<SystemRef, Choice> choices() {
    charge_held([this](Row& row) {
      if (is_news(row)) row.at_its_turn = shortages(outcome(row), candidates_, ledger_);
    });
    std::map<SystemRef, Choice> all;
    for (std::size_t turn = 0; turn < rows_.size(); ++turn) {
      auto chosen = choice(rows_[turn]);
      chosen.turn = turn;
      all.emplace(rows_[turn].request->ref, std::move(chosen));
    }
    return all;
  }

 private:
  void sort_by_turn() {
    const auto turn = [this](const Row& row) {
      const auto& request = *row.request;
      return std::tuple(request.rank, !request.citizen_facing, uniform_hash(salt_, request.ref.text(), ""), request.ref);
    };
    std::sort(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) { return turn(a) < turn(b); });
  }

  void charge_held(const std::function<void(Row&)>& after = {}) {
    ledger_.restart();
    for (auto& row : rows_) {
      row.overdrawn.clear();
      for (const auto& held : row.held) charge(row, held);
      if (after) after(row);
    }
    ledger_.charge_others();
  }

  void charge(Row& row, const Held& held) {
    if (!held.candidate || !ledger_.observes(*held.candidate)) return;
    const auto cluster = *held.candidate;
    const auto& load = row.load(held.copy.role);
    auto words = ledger_.room(cluster).overdrawn(ledger_.missing_part(cluster, row.request->ref, load));
    if (!words.empty() && !row.request->hold) {
      row.overdrawn.push_back({held.copy.cluster, std::string(kRoomName), std::move(words)});
    }
    ledger_.charge(cluster, row.request->ref, load, row.active);
  }

  bool serve(Row& row) {
    if (row.request->hold) return false;
    const auto wanted = lack(row.request->demand, row.held);
    if (wanted.active + wanted.standby == 0) return false;
    const auto given = seats(options(row, wanted), wanted.active, wanted.standby);
    for (const auto& seat : given) {
      const auto& candidate = candidates_[seat.candidate];
      row.held.push_back({{candidate.center, candidate.cluster, seat.role, false, seat.reason}, seat.candidate,
                          candidate.risk_group});
      ledger_.charge(seat.candidate, row.request->ref, row.load(seat.role), row.active);
    }
    if (given.empty()) return false;
    sort_copies(row.held);
    return row.added = true;
  }

  [[nodiscard]] std::vector<Option> options(const Row& row, Lack wanted) {
    std::vector<Option> all;
    const auto taken = others(row.held);
    const auto& request = *row.request;
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      for (const auto role : {api::Role::Active, api::Role::Standby}) {
        if ((role == api::Role::Active ? wanted.active : wanted.standby) == 0) continue;
        if (first_broken({request, candidates_[c], role, taken}) != nullptr) continue;
        if (!ledger_.room(c).fits(ledger_.missing_part(c, request.ref, row.load(role)))) continue;
        const auto& center = candidates_[c].center.text();
        all.push_back({c, role, request.demand.distinct_risk_groups ? candidates_[c].risk_group : center,
                       standing(request, candidates_[c], ledger_.room(c), row.active.total, salt_)});
      }
    }
    return all;
  }

  [[nodiscard]] Outcome outcome(const Row& row) const {
    return {*row.request, row.held, row.active, row.standby, row.at_its_turn};
  }

  /// The decision is new, or lacks something: its reasons are told anew.
  static bool is_news(const Row& row) {
    const auto missing = lack(row.request->demand, row.held);
    return !row.request->hold && (row.added || missing.active + missing.standby > 0);
  }

  [[nodiscard]] Choice choice(const Row& row) {
    const auto& request = *row.request;
    Choice choice;
    for (const auto& held : row.held) choice.copies.push_back(held.copy);
    if (request.hold) {
      choice.rejected = request.record;
      return choice;
    }
    const auto missing = lack(request.demand, row.held);
    choice.missing_active = missing.active;
    choice.missing_standby = missing.standby;
    choice.violations = violations(request, row.held, candidates_);
    choice.violations.insert(choice.violations.end(), row.overdrawn.begin(), row.overdrawn.end());
    const auto all = outcome(row);
    choice.why = why_missing(all, candidates_, ledger_);
    // The record of a decision stays while the decision does: numbers that drift are no news.
    choice.rejected = is_news(row) ? rejections(all, open_roles(all), candidates_, ledger_) : request.record;
    return choice;
  }

  std::vector<Candidate> candidates_;
  Centers centers_;
  std::string salt_;
  Ledger ledger_;
  std::vector<Row> rows_;
};

}  // namespace

std::map<SystemRef, Choice> place(const domain::World& world, const std::vector<Request>& requests) {
  Pass pass(world, requests);
  pass.run();
  return pass.choices();
}

}  // namespace haetae::placement
