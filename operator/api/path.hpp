#pragma once
// Where in an object something is: the one spelling of paths in faults, findings and file positions.

#include <string>
#include <string_view>

namespace haetae::api {

/// `spec` + `tier` → "spec.tier"; a key that is no plain word is quoted: `requests["nvidia.com/gpu"]`.
/// Keys longer than 80 bytes are cut, since a path is for people.
[[nodiscard]] std::string field_path(std::string_view parent, std::string_view key);
/// `spec.components` + 2 → "spec.components[2]".
[[nodiscard]] std::string item_path(std::string_view parent, std::size_t index);
/// The path one level up: "spec.components[2]" → "spec.components" → "spec" → "".
[[nodiscard]] std::string parent_path(std::string_view path);

/// Something wrong at one place of an object. `what` reads after the path, without a full stop, and where the API
/// server would find the same fault it says so in the API server's words: "spec.dataClass: Required value".
struct Fault {
  std::string path{};
  std::string what{};
  [[nodiscard]] std::string text() const { return path.empty() ? what : path + ": " + what; }
  bool operator==(const Fault&) const = default;
};

}  // namespace haetae::api
