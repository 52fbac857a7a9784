#pragma once
// An element of a keyed list whose key somebody edited. Server-side apply takes it for another element, puts ours
// beside it, and the server refuses the two: only the key itself, put back first, mends that. Pure.

#include <nlohmann/json.hpp>

namespace haetae::runtime {

/// JSON patch steps that give ports of `live` the keys that `intent` states for the port of the same name (or the
/// only port), each behind a test that the port is still what was seen. Empty where no key was edited.
/// Source: x-kubernetes-list-map-keys of Service and container ports.
[[nodiscard]] nlohmann::ordered_json rekeying(const nlohmann::ordered_json& intent, const nlohmann::ordered_json& live);

}  // namespace haetae::runtime
