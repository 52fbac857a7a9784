#pragma once
// YAML (and JSON) text that people write → trees with line numbers; trees → YAML.

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/limits.hpp"
#include "base/result.hpp"

namespace haetae::api {

/// One document of a text.
struct Document {
  nlohmann::ordered_json value{};
  Lines lines{};
  /// The line of the value at `path` (path.hpp), or of the nearest one above it that is there. 1-based.
  [[nodiscard]] int line(std::string_view path) const;
};

/// Reads every document; empty ones are left out. Text that starts with `{` is read as JSON where it is JSON.
/// Scalars follow YAML 1.2's core schema. What that schema and kubectl (YAML 1.1) read differently is refused
/// rather than guessed: plain `yes` or `off`, `0644`, `1_000`; so are duplicate keys, keys that are no plain text,
/// unknown tags, `.inf`, `.nan`, integers beyond 64 bits, cyclic aliases, and `<<` of anything but aliases.
/// Errors: Malformed, "cannot read YAML: <why> at line N"; also where a limit is passed. No value is quoted.
/// Thread: any.
[[nodiscard]] Result<std::vector<Document>> read_documents(std::string_view text, const Limits& limits = {});

/// Block style, two spaces, lists at the indent of their key, as kubectl prints. Strings that any YAML version
/// could take for something else are quoted. Reading it back gives the same value.
[[nodiscard]] std::string to_yaml(const nlohmann::ordered_json& value);

/// What a plain (unquoted) YAML scalar is: its value, or why it is refused.
[[nodiscard]] Result<nlohmann::ordered_json> plain_scalar(std::string_view text);

}  // namespace haetae::api
