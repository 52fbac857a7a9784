#pragma once
// Words for people: why not there, and what is missing where.

#include <vector>

#include "domain/placement/kept.hpp"

namespace haetae::placement {

/// What one system looks like after the pass.
struct Outcome {
  const Request& request;
  const std::vector<Held>& held;
  Lack lack{};
  const Load& active;    ///< one copy in this role
  const Load& standby;
};

/// The clusters that hold no copy and may hold none in any of `roles`, by the first constraint each breaks; most frequent first, at
/// most 8. A cluster that was merely preferred less is not in it.
[[nodiscard]] std::vector<api::Rejection> rejections(const Outcome& outcome, const std::vector<api::Role>& roles,
                                                     const std::vector<Candidate>& candidates, Ledger& ledger);

/// "1 of 2 active copies has no cluster: it has no room (daegu-a: needs cpu 12, has 8 left); …". Requires: something lacks.
[[nodiscard]] std::string why_missing(const Outcome& outcome, const std::vector<Candidate>& candidates, Ledger& ledger);

/// The roles that the demand of a system has.
[[nodiscard]] std::vector<api::Role> demanded_roles(const redundancy::Demand& demand);

}  // namespace haetae::placement
