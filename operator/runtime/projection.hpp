#pragma once
// From one object's JSON text to the few fields that we need, without a tree of the whole: a Pod of 10 KB becomes a
// struct of 300 bytes, and managedFields (a third to a half of the bytes) are never built.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/limits.hpp"
#include "api/object.hpp"
#include "base/result.hpp"

namespace haetae::runtime {

/// A set of places in an object, each with all that is below it.
/// Grammar: `spec.replicas`; `spec.containers[].resources` (every element); `metadata.labels[haetae.io/system]` (a
/// key that holds dots). Thread: any; immutable. A spelling that breaks the grammar is our bug and aborts.
class Paths {
 public:
  Paths(std::initializer_list<std::string_view> paths);
  void add(std::string_view path);  ///< Requires: nobody reads the set yet

  // For the reader: a walk from root() down; kNowhere once nothing of the set lies below.
  static constexpr int kNowhere = -1;
  [[nodiscard]] static int root() { return 0; }
  [[nodiscard]] int member(int node, std::string_view key) const;
  [[nodiscard]] int element(int node) const;
  [[nodiscard]] bool whole(int node) const;  ///< this place and all below it is in the set

 private:
  struct Node {
    std::vector<std::pair<std::string, int>> members{};
    int element{kNowhere};
    bool whole{false};
  };
  std::vector<Node> nodes_;
  int child(int node, std::string_view key);
};

/// What is left of an object. Meant to be read and dropped at once, never to be cached.
struct Projection {
  nlohmann::ordered_json kept{};  ///< the kept places under their own keys; an array keeps its length
  std::uint64_t content{0};       ///< hash of all values but `uncounted`; the order of keys is irrelevant to it
};

/// Reads one object, keeps `keep`. `metadata.managedFields` is never kept nor counted. `uncounted` null = no hash.
/// Errors: Malformed (not one JSON object, not UTF-8, over a limit); the message quotes nothing of the text.
[[nodiscard]] Result<Projection> project(std::string_view json, const Paths& keep, const Paths* uncounted = nullptr,
                                         const api::Limits& limits = {.bytes = 16U << 20U, .nodes = 1'000'000});

// Reading what was kept. A path that is not there, or is of another type, gives the empty answer.
using Steps = std::initializer_list<std::string_view>;
[[nodiscard]] const nlohmann::ordered_json* find(const nlohmann::ordered_json& tree, Steps path);
[[nodiscard]] std::string text_at(const nlohmann::ordered_json& tree, Steps path);
[[nodiscard]] std::optional<std::int64_t> integer_at(const nlohmann::ordered_json& tree, Steps path);
[[nodiscard]] bool true_at(const nlohmann::ordered_json& tree, Steps path);
[[nodiscard]] api::Labels texts_at(const nlohmann::ordered_json& tree, Steps path);

/// "namespace/name", or "name" for a cluster-scoped object: the key of a Store.
[[nodiscard]] std::string store_key(std::string_view ns, std::string_view name);

/// True where resourceVersion `a` is `b` or later. Compared as decimal numbers of any length; texts that are no
/// numbers are never newer. Source: KEP-5504 (comparable within one resource).
[[nodiscard]] bool not_older(std::string_view a, std::string_view b);

}  // namespace haetae::runtime
