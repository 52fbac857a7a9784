#include "domain/placement/explanation.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.hpp"

namespace haetae::placement {
namespace {

/// Source: api.md "reasons are counted and bounded (8)".
constexpr std::size_t kMostReasons = 8;

struct No {
  std::string_view reason{};
  std::string example{};
  std::ptrdiff_t depth{0};  ///< how many constraints held before
};

const Load& load_of(const Outcome& outcome, api::Role role) {
  return role == api::Role::Active ? outcome.active : outcome.standby;
}

std::string shortage(const Outcome& outcome, std::size_t cluster, api::Role role, Ledger& ledger) {
  return ledger.room(cluster).shortage(
      ledger.missing_part(cluster, outcome.request.ref, load_of(outcome, role)));
}

/// Why the cluster may not take a copy in this role; nothing where it may.
std::optional<No> refusal(const Question& question, std::size_t cluster, const Outcome& outcome, Ledger& ledger) {
  const auto name = question.candidate.cluster.text() + ": ";
  if (const auto* broken = first_broken(question)) {
    return No{broken->broken, name + broken->why_not(question), broken - constraints().data()};
  }
  const auto depth = static_cast<std::ptrdiff_t>(constraints().size());
  const auto then = outcome.at_its_turn.find({cluster, question.role});
  if (then != outcome.at_its_turn.end()) return No{kRoomBroken, name + then->second, depth};
  const auto now = shortage(outcome, cluster, question.role, ledger);
  if (now.empty()) return std::nullopt;
  return No{kRoomBroken, name + now + " beside copies that are decided already", depth};
}

bool holds_a_copy(const std::vector<Held>& held, std::size_t cluster) {
  return std::any_of(held.begin(), held.end(), [cluster](const Held& h) { return h.candidate == cluster; });
}

std::string missing_of(std::int32_t missing, std::int32_t demanded, const char* role) {
  return std::to_string(missing) + " of " + count(demanded, std::string(role) + " copy") +
         (missing == 1 ? " has" : " have") + " no cluster";
}

std::string because(const std::vector<api::Rejection>& rejected) {
  if (rejected.empty()) return "there is no other cluster";
  std::vector<std::string> parts;
  for (const auto& rejection : rejected) {
    const auto times = rejection.count > 1 ? " ×" + std::to_string(rejection.count) + ", e.g. " : " ";
    parts.push_back(rejection.reason + times + "(" + rejection.example + ")");
  }
  return join(parts, "; ");
}

}  // namespace

std::vector<api::Role> demanded_roles(const redundancy::Demand& demand) {
  std::vector<api::Role> roles;
  if (demand.active_centers > 0) roles.push_back(api::Role::Active);
  if (demand.standby_centers > 0) roles.push_back(api::Role::Standby);
  return roles;
}

Shortages shortages(const Outcome& outcome, const std::vector<Candidate>& candidates, Ledger& ledger) {
  Shortages all;
  const auto taken = others(outcome.held);
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    if (holds_a_copy(outcome.held, c)) continue;
    for (const auto role : demanded_roles(outcome.request.demand)) {
      if (first_broken({outcome.request, candidates[c], role, taken}) != nullptr) continue;
      auto words = shortage(outcome, c, role, ledger);
      if (!words.empty()) all.emplace(std::pair(c, role), std::move(words));
    }
  }
  return all;
}

std::vector<api::Role> open_roles(const Outcome& outcome) {
  const auto missing = lack(outcome.request.demand, outcome.held);
  if (missing.active + missing.standby == 0) return demanded_roles(outcome.request.demand);
  std::vector<api::Role> roles;
  if (missing.active > 0) roles.push_back(api::Role::Active);
  if (missing.standby > 0) roles.push_back(api::Role::Standby);
  return roles;
}

std::vector<api::Rejection> rejections(const Outcome& outcome, const std::vector<api::Role>& roles,
                                       const std::vector<Candidate>& candidates, Ledger& ledger) {
  const auto taken = others(outcome.held);
  std::map<std::string_view, api::Rejection> by_reason;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    if (holds_a_copy(outcome.held, c)) continue;
    std::optional<No> no;
    for (const auto role : roles) {
      auto refused = refusal({outcome.request, candidates[c], role, taken}, c, outcome, ledger);
      if (!refused) {
        no.reset();
        break;
      }
      if (!no || refused->depth > no->depth) no = std::move(refused);
    }
    if (!no) continue;
    auto& row = by_reason[no->reason];
    row.reason = std::string(no->reason);
    if (row.count++ == 0) row.example = std::move(no->example);
  }
  std::vector<api::Rejection> rows;
  for (auto& [reason, row] : by_reason) rows.push_back(std::move(row));
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  if (rows.size() > kMostReasons) rows.resize(kMostReasons);
  return rows;
}

std::string why_missing(const Outcome& outcome, const std::vector<Candidate>& candidates, Ledger& ledger) {
  std::vector<std::string> parts;
  const auto& demand = outcome.request.demand;
  const auto missing = lack(demand, outcome.held);
  if (missing.active > 0) {
    parts.push_back(missing_of(missing.active, demand.active_centers, "active") + ": " +
                    because(rejections(outcome, {api::Role::Active}, candidates, ledger)));
  }
  if (missing.standby > 0) {
    parts.push_back(missing_of(missing.standby, demand.standby_centers, "standby") + ": " +
                    because(rejections(outcome, {api::Role::Standby}, candidates, ledger)));
  }
  return join(parts, ". ");
}

}  // namespace haetae::placement
