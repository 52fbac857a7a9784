#pragma once
// `haetae explain`: why a system is where it is, and why not elsewhere.

#include <string>
#include <vector>

#include "cli/command_line.hpp"

namespace haetae::cli {

/// Plans what the paths hold and tells what every cluster says to one system, written `agency/name`. Returns an exit
/// code: findings on this system alone count.
[[nodiscard]] int explain(const std::string& system, const std::vector<std::string>& paths, const Streams& streams);

}  // namespace haetae::cli
