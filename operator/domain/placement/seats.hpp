#pragma once
// Seats: the exact search for one system. It is small: a system has a few copies, a fleet a few centers.

#include <string>
#include <vector>

#include "domain/placement/preferences.hpp"

namespace haetae::placement {

/// One cluster that could take a copy in the role.
struct Option {
  std::size_t candidate{0};
  api::Role role{api::Role::Active};
  std::string group{};        ///< what has to be distinct: center or risk group
  Standing standing{};
};

struct Seat {
  std::size_t candidate{0};
  api::Role role{api::Role::Active};
  std::string reason{};
};

/// Gives out at most `actives` and `standbys` seats, no two in one group. Promises, in this order: as many actives as
/// any combination allows; with them, as many standbys; each in turn the best standing that keeps the first two.
/// A choice is never regretted, since all that later seats need of the groups left is how many can play which role.
[[nodiscard]] std::vector<Seat> seats(const std::vector<Option>& options, std::int32_t actives, std::int32_t standbys);

}  // namespace haetae::placement
