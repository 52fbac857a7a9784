#pragma once
// The dependency graph as bare numbers: how a tier travels from a system to everything that it cannot do without.

#include <cstddef>
#include <limits>
#include <vector>

namespace haetae::tiering {

inline constexpr std::size_t kNoTier = std::numeric_limits<std::size_t>::max();
/// Systems that `because` names at most; of a longer path the middle is left out.
inline constexpr std::size_t kLongestReason = 16;

/// One system. Systems are named by their index.
struct Node {
  std::size_t own{kNoTier};            ///< place on the ladder, 0 = best
  std::vector<std::size_t> needs{};    ///< what it Hard-depends on; itself and repeats are allowed
};

/// Where one system ends up.
struct Raised {
  std::size_t effective{kNoTier};      ///< the best `own` over itself and its transitive Hard dependents
  /// A shortest path of dependents that raised it, from the one whose own tier it is to the system itself; empty
  /// where it was not raised.
  std::vector<std::size_t> because{};
  /// A shortest closed path through the group of systems that depend on each other, its first member repeated at the
  /// end; the same for every member. Empty where the system is in no cycle.
  std::vector<std::size_t> cycle{};
};

/// Costs O(systems + dependencies). Of several shortest paths the first in the order of `nodes` and `needs` counts.
/// Requires: every index in `needs` is below `nodes.size()`.
[[nodiscard]] std::vector<Raised> raised(const std::vector<Node>& nodes);

}  // namespace haetae::tiering
