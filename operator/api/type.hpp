#pragma once
// The field lists as plain values: what codec, schema and API reference walk over.

#include <algorithm>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/kind.hpp"
#include "api/path.hpp"

namespace haetae::api {

enum class Shape { String, Integer, Boolean, Enum, Time, Duration, List, Map, Object, Raw };

struct Member;

/// One type of the wire form. For a list `item` holds its one item type, for an object `members` its fields.
struct Type {
  Shape shape{Shape::String};
  Traits traits{};
  bool wide{false};                    ///< Integer: 64 bits
  std::vector<std::string> names{};    ///< Enum: the spellings
  std::vector<Type> item{};
  std::vector<Member> members{};
  std::vector<std::string> accepted{}; ///< Object: fields that may be there and are not read
  std::vector<Rule> rules{};
};

struct Member {
  std::string name{};
  std::string doc{};
  bool required{false};
  Type type{};
  nlohmann::ordered_json initial{};  ///< the member initializer; null where it says nothing (empty, absent)
};

/// A kind with the types of its two halves.
struct KindTypes {
  const KindInfo& kind;
  Type spec{};
  Type status{};
};

/// Of one kind. Thread: any.
template <class K>
[[nodiscard]] const KindTypes& types_of();

/// Of all kinds, in the order of kinds.hpp.
[[nodiscard]] std::vector<const KindTypes*> all_types();

/// Holds a value against its type; every fault goes to `faults` (at most kMostFaults).
void check(const nlohmann::ordered_json& value, const Type& type, const std::string& path, bool strict,
           std::vector<Fault>& faults);

inline constexpr std::size_t kMostFaults = 1000;
/// A piece of JSON that is kept as written is at most this long and deep. Source: a pod template beyond it is
/// nobody's; etcd refuses objects above 1.5 MiB.
inline constexpr std::size_t kLongestRaw = 256U << 10U;
inline constexpr std::size_t kDeepestRaw = 64;

/// Code points of UTF-8 text, which is what maxLength counts.
[[nodiscard]] std::size_t code_points(std::string_view utf8);
/// The integer that a JSON number stands for; 2.0 counts as 2, as it does for the API server. Nothing for others.
[[nodiscard]] std::optional<std::int64_t> integer_of(const nlohmann::ordered_json& value);
/// The entries of a null-ended list of words.
template <std::size_t N>
[[nodiscard]] std::vector<std::string> words(const std::array<const char*, N>& list) {
  return {list.begin(), std::find(list.begin(), list.end(), nullptr)};
}

}  // namespace haetae::api
