#pragma once
// JSON text of foreign origin → a tree, with limits. The only way from text to ordered_json in this project.

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "api/limits.hpp"
#include "base/result.hpp"

namespace haetae::api {

/// Reads exactly one JSON value, keys in the writer's order. Integers are kept to the last digit.
/// Errors: Malformed where it is no JSON (RFC 8259) or no UTF-8, an object repeats a key, an integer does not fit
/// 64 bits, or a limit is passed. The message names line and column, or the key, and quotes no value.
/// Thread: any. Callers include <nlohmann/json.hpp> themselves.
[[nodiscard]] Result<nlohmann::ordered_json> read_json(std::string_view text, const Limits& limits = {},
                                                       Lines* lines = nullptr);

}  // namespace haetae::api
