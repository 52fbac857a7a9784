#pragma once
// Unreadable: an object that exists and that the decoder refuses, and what can be said of it all the same. Its spec
// may be of any depth and size: only its metadata and its status are parsed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/object.hpp"
#include "api/path.hpp"

namespace haetae::controllers {

/// What is known of it. `rest` and the three parts of its status are those that the newest event showed.
struct Unreadable {
  api::ObjectMeta metadata{};
  api::Fault fault{};               ///< the first that the decoder found; no path where the text itself is refused
  std::int64_t observed_generation{0};
  std::vector<api::Finding> findings{};
  std::vector<api::Condition> conditions{};
  std::string rest{"{}"};           ///< JSON object: the other members of its status, but those that cannot be read
  bool operator==(const Unreadable&) const = default;
};

/// {metadata, status} of an object, cut out of its text: at any depth or size of the rest. managedFields are left out;
/// so is the status where it passes a limit of its own. Thread: any; no recursion over what is left out.
[[nodiscard]] nlohmann::ordered_json outline(std::string_view object_json);

/// The members of `outline`'s status that no fault lies in, without those that every status has; JSON text.
[[nodiscard]] std::string rest_of_status(const nlohmann::ordered_json& outline, const std::vector<api::Fault>& faults);

/// True where one of the faults lies in the status.
[[nodiscard]] bool any_in_status(const std::vector<api::Fault>& faults);

/// Why the decoder refuses it.
template <class T>
[[nodiscard]] api::Fault refused_for(std::string_view object_json) {
  auto tree = api::read_json(object_json);
  if (!tree) return {"", std::move(tree).error().message};
  auto faults = api::decode<T>(*tree, api::Strictness::Lenient).faults;
  return faults.empty() ? api::Fault{} : std::move(faults.front());
}

/// An object whose metadata is read, whose status is read as far as that goes, and whose spec is empty.
template <class T>
struct Outlined {
  T object{};
  bool status_is_sound{false};  ///< every member of the status can be read
  Unreadable told{};
};
template <class T>
[[nodiscard]] Outlined<T> outlined(std::string_view object_json) {
  const auto tree = outline(object_json);
  auto [object, faults] = api::decode<T>(tree, api::Strictness::Lenient);
  Unreadable told{object.metadata,
                  refused_for<T>(object_json),
                  object.status.observed_generation,
                  object.status.findings,
                  object.status.conditions,
                  rest_of_status(tree, faults)};
  return {std::move(object), !any_in_status(faults), std::move(told)};
}

}  // namespace haetae::controllers
