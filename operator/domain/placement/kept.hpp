#pragma once
// Kept copies: what the stored decision holds, and what of it breaks a rule today. Nothing here moves or drops a copy.

#include <optional>
#include <vector>

#include "domain/placement/constraints.hpp"

namespace haetae::placement {

/// A copy that a system has, from the stored decision or taken in this pass.
struct Held {
  ChosenCopy copy{};
  std::optional<std::size_t> candidate{};  ///< absent: its MemberCluster does not exist
  std::string risk_group{};
};

/// The copies of the stored decision, each cluster once, actives first, then by center and cluster: the order of the
/// stored list carries no meaning.
[[nodiscard]] std::vector<Held> kept(const Request& request, const std::vector<Candidate>& candidates,
                                     const Centers& centers);
/// What stands for a stored decision where there is none, as after a restore of the hub: the marked copies that the
/// clusters show, each in the role of its namespace's label (Active where it has none). So nothing moves. Clusters that
/// are Unknown hold up nobody: a new system has no stored decision either. Held ones show what another one shows.
[[nodiscard]] std::vector<api::PlacedCopy> found(const domain::World& world, const SystemRef& ref);
void sort_copies(std::vector<Held>& copies);

/// How many copies of each role a demand still lacks. An active copy beyond the demand stands in for a standby, since it
/// can do all that a standby can; a standby never stands in for an active.
struct Lack {
  std::int32_t active{0};
  std::int32_t standby{0};
};
[[nodiscard]] Lack lack(const redundancy::Demand& demand, const std::vector<Held>& held);

/// Every hard rule that a held copy breaks today, room aside, and copies beyond the demand ("surplus").
[[nodiscard]] std::vector<Violation> violations(const Request& request, const std::vector<Held>& held,
                                                const std::vector<Candidate>& candidates);

/// Where the copies are; `but` is left out.
[[nodiscard]] Others others(const std::vector<Held>& held, const Held* but = nullptr);

}  // namespace haetae::placement
