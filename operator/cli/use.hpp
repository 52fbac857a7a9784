#pragma once
// How full each center would be once the plan is carried out.

#include <map>

#include "domain/decide.hpp"

namespace haetae::cli {

struct CenterUse {
  std::int32_t active{0};      ///< copies
  std::int32_t standby{0};
  std::int32_t clusters{0};
  std::int32_t unknown{0};     ///< of them, not observed: in no sum below
  Resources capacity{};        ///< less the reserve
  Resources used{};            ///< foreign pods, and per system the larger of planned and observed
};

/// Every center of the World, and those that plans name though they do not exist.
[[nodiscard]] std::map<CenterName, CenterUse> center_use(const domain::World& world, const domain::Plan& plan);

}  // namespace haetae::cli
