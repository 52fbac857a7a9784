#pragma once
// Standing: what one copy shows, held against what its tier demands.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/conditions.hpp"

namespace haetae::redundancy {

enum class CopyState {
  Good,     ///< at its demanded size and spread
  Crowded,  ///< at its size, but not spread as the tier requires
  Short,    ///< fewer Ready pods than demanded
  Absent,   ///< its namespace is not there (yet)
  Unknown,  ///< not observed: it may be any of these
};

struct Standing {
  CopyState state{CopyState::Unknown};
  std::int32_t desired{0};   ///< least pods that the plan wants there; 0 for a copy that is not planned
  std::int32_t ready{0};
  std::int32_t domains{0};   ///< see api::ObservedCopy; the least over the components that run
  std::string component{};   ///< the first component that is Short or Crowded
  bool rolled_out{true};     ///< every component that runs is of its present template
  std::optional<Timestamp> as_of{};
  std::optional<Timestamp> unknown_since{};  ///< of Unknown; kept from the last status, so that it never restarts
  std::string why_unknown{};
};

/// `copy` may be null: a copy that the cluster shows and the plan does not want.
[[nodiscard]] Standing standing(const domain::SystemPlan& plan, const domain::CopyPlan* copy,
                                const ClusterName& cluster, const domain::Seen& seen);

/// Every pod of every component is Ready (its spread is another matter).
[[nodiscard]] inline bool is_ready(CopyState state) { return state == CopyState::Good || state == CopyState::Crowded; }

/// One planned copy and its standing.
struct Judged {
  const domain::CopyPlan* copy{nullptr};
  Standing standing{};
};

/// All planned copies, in the order of the plan.
[[nodiscard]] std::vector<Judged> judged(const domain::SystemPlan& plan, const domain::Seen& seen);

/// The condition Redundant. Source: api.md, "Redundant".
[[nodiscard]] api::Condition redundant(const domain::SystemPlan& plan, const std::vector<Judged>& copies);

/// status.redundancy: planned copies in plan order, then others that the clusters show, by name. Numbers and asOf of
/// the last status stay while their meaning does, and while the copy is Unknown.
[[nodiscard]] std::vector<api::ObservedCopy> observed(const domain::SystemPlan& plan, const domain::Seen& seen,
                                                      const std::vector<Judged>& copies);

}  // namespace haetae::redundancy
