#pragma once
// Labels that a MemberCluster object carries for us: its center, and the highest stage of each provider there.

#include "controllers/hub.hpp"

namespace haetae::controllers {

/// Puts `wanted` back where it differs and drops those of ours that are not wanted any more, whoever wrote them. No
/// request where nothing differs.
[[nodiscard]] Status put_labels(Hub& hub, const api::MemberCluster& cluster, const api::Labels& wanted);

}  // namespace haetae::controllers
