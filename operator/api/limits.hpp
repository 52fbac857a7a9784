#pragma once
// What reading foreign text may cost, and where its nodes stood.

#include <cstddef>
#include <string>
#include <unordered_map>

namespace haetae::api {

/// What foreign bytes may cost before a reader refuses them.
struct Limits {
  std::size_t bytes{4U << 20U};
  std::size_t depth{64};       ///< nested objects and arrays
  std::size_t nodes{200'000};  ///< values, what aliases repeat included
  std::size_t documents{1000}; ///< of one YAML text
  std::size_t aliases{1000};   ///< of one YAML document
  /// What is nested deeper is left out instead of refused; where it stood is an object with the one key kCutMark. For
  /// what an API server has stored: who keeps one field as nobody can read it must not make the whole object so.
  bool cut{false};
};
inline constexpr auto kCutMark = "haetae.io/left-out";

/// Of JSON that an API server serves. It is at most etcd's 1.5 MiB, whatever is in it.
inline constexpr Limits kStored{.nodes = 1'000'000, .cut = true};

/// Line of every node by its path (path.hpp), 1-based.
using Lines = std::unordered_map<std::string, int>;

}  // namespace haetae::api
