#pragma once
// Words for people: why not there, and what is missing where.

#include <map>
#include <utility>
#include <vector>

#include "domain/placement/kept.hpp"

namespace haetae::placement {

/// What each cluster lacked for one system when it was served, by cluster and role; where nothing was lacking: absent.
using Shortages = std::map<std::pair<std::size_t, api::Role>, std::string>;

/// What one system looks like after the pass.
struct Outcome {
  const Request& request;
  const std::vector<Held>& held;
  const Load& active;    ///< one copy in this role
  const Load& standby;
  const Shortages& at_its_turn;
};

/// Requires: `ledger` is charged with the copies of those that are served before, and with its own.
[[nodiscard]] Shortages shortages(const Outcome& outcome, const std::vector<Candidate>& candidates, Ledger& ledger);

/// The clusters that hold no copy and may hold none in any of `roles`, by the constraint each breaks (of several roles,
/// the one it came closest to); most frequent first, at most 8. A cluster that was merely preferred less is not in it.
/// Room is told as it was when the system was served: what lower tiers take of the rest is not the reason. Only where
/// there was room then, copies that were decided earlier are. Requires: `ledger` is charged with every copy.
[[nodiscard]] std::vector<api::Rejection> rejections(const Outcome& outcome, const std::vector<api::Role>& roles,
                                                     const std::vector<Candidate>& candidates, Ledger& ledger);

/// "1 of 2 active copies has no cluster: it has no room (daegu-a: needs cpu 12, has 8 left); …"; "" where none lacks.
[[nodiscard]] std::string why_missing(const Outcome& outcome, const std::vector<Candidate>& candidates, Ledger& ledger);

/// The roles that a system lacks copies in; those that it demands where it lacks none.
[[nodiscard]] std::vector<api::Role> open_roles(const Outcome& outcome);
[[nodiscard]] std::vector<api::Role> demanded_roles(const redundancy::Demand& demand);

}  // namespace haetae::placement
