#pragma once
// Wire form ⇄ structs. Compiled once a kind (operator/api/<kind>.cpp); users see declarations only.

#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "api/kinds.hpp"
#include "api/path.hpp"
#include "base/result.hpp"

namespace haetae::api {

/// Strict is for files that people write: unknown fields are faults. Lenient is for what an API server serves:
/// they are ignored, so that a newer CRD does not stop an older operator. All else is checked in both.
enum class Strictness { Strict, Lenient };

/// What could be read, and every fault found, in the order of the text. With faults the value holds what was
/// sound and defaults for the rest: fit for display, not for decisions.
template <class K>
struct Decoded {
  K value{};
  std::vector<Fault> faults{};
  [[nodiscard]] bool sound() const { return faults.empty(); }
};

/// Reads one object of kind K; defaults are filled in as the API server would. A null member counts as absent.
/// Faults name exact paths ("spec.components[1].replicas") and say what the API server says of the same object; at
/// most 1,000 are listed. Thread: any.
template <class K>
[[nodiscard]] Decoded<K> decode(const nlohmann::ordered_json& object, Strictness strictness);

/// The same from JSON text, leniently. Errors: Malformed, with the first faults.
template <class K>
[[nodiscard]] Result<K> decode_text(std::string_view json);

/// The whole object, members in declaration order; empty strings, lists, maps, times and parts are left out, and
/// so is a status that says nothing. Numbers, booleans and enums are always written.
template <class K>
[[nodiscard]] nlohmann::ordered_json encode(const K& object);

/// The status alone, ready to be written to an API server: texts and lists longer than the schema allows are cut
/// (texts end in "…"), so that a long message never costs the whole status.
template <class K>
[[nodiscard]] nlohmann::ordered_json encode_status(const typename K::StatusFields& status);

}  // namespace haetae::api
