#pragma once
// The preferences of placement, among clusters that every hard constraint allows.
// Order: preferred centers, then the least worst share in use, then weighted rendezvous hashing, never the name.

#include <compare>
#include <string>
#include <string_view>

#include "domain/placement/ledger.hpp"

namespace haetae::placement {

/// How one cluster stands for one copy; the smaller one is preferred.
struct Standing {
  std::size_t wish{0};     ///< place in placement.preferCenters; its length where the center is not in it
  double share{0};         ///< in use with the copy at active size, and every standby there grown; worst resource
  double draw{0};          ///< of the hash: negative, the larger cluster wins in proportion to its size
  auto operator<=>(const Standing&) const = default;
};

/// Requires: ledger.observes(cluster). `active` is the copy at active size.
[[nodiscard]] Standing standing(const Request& request, const Candidate& candidate, Room& room, const Amounts& active,
                                std::string_view salt);

/// Why the one was taken and not the other, in words for status.placement.centers[].reason.
[[nodiscard]] std::string reason(const Standing& taken, const Standing& next);

/// A number in (0, 1) that depends on nothing but the texts. Stable over builds and machines.
[[nodiscard]] double uniform_hash(std::string_view salt, std::string_view a, std::string_view b);

}  // namespace haetae::placement
