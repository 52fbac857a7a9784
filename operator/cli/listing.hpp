#pragma once
// The answer for machines: the very objects that went in, with their new status.

#include <nlohmann/json.hpp>

#include "cli/load.hpp"
#include "cli/statuses.hpp"

namespace haetae::cli {

/// A v1 List as `kubectl get -o yaml` prints it. Everything the user wrote is kept as it was, `status` aside; items are
/// in the order of ObjectKey.
[[nodiscard]] nlohmann::ordered_json listing(const Loaded& loaded, const Statuses& statuses);

}  // namespace haetae::cli
