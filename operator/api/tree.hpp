#pragma once
// Builds an ordered_json from the events of a JSON or YAML reader and holds the limits that both share.

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/limits.hpp"

namespace haetae::api {

/// One value under construction. Every event returns false once something is wrong; then `wrong()` says what,
/// and no further event is accepted. Duplicate keys are wrong: which of two wins must not be a guess.
class Tree {
 public:
  /// `lines` may be null; else it must outlive the tree.
  Tree(const Limits& limits, Lines* lines) : limits_(limits), lines_(lines) {}

  bool open_object(int line) { return open(nlohmann::ordered_json::object(), line); }
  bool open_array(int line) { return open(nlohmann::ordered_json::array(), line); }
  bool close();
  bool key(std::string text);
  /// A scalar, or a finished subtree (a YAML alias); its nodes and depth count.
  bool value(nlohmann::ordered_json value, int line);

  /// Members for the object that is open now, unless it names them itself, before or after (YAML's `<<`).
  /// What came first wins.
  bool defaults(nlohmann::ordered_json members, int line);

  /// True once the outermost value is closed.
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }
  [[nodiscard]] nlohmann::ordered_json take() { return std::move(root_); }
  /// The value that was closed or added last. Requires: one was.
  [[nodiscard]] const nlohmann::ordered_json& last() const { return *last_; }

 private:
  struct Level {
    nlohmann::ordered_json* at{nullptr};
    std::string path{};
    std::string key{};
    std::unordered_set<std::string> seen{};  ///< filled only once an object is large
    std::vector<std::pair<nlohmann::ordered_json, int>> defaults{};
  };
  bool open(nlohmann::ordered_json empty, int line);
  bool refuse(std::string why);
  bool fill_defaults();
  bool is_duplicate(Level& level, const std::string& text) const;
  nlohmann::ordered_json* place(nlohmann::ordered_json value, int line, std::string& path);

  Limits limits_;
  Lines* lines_;
  nlohmann::ordered_json root_{};
  const nlohmann::ordered_json* last_{nullptr};
  std::vector<Level> levels_{};
  std::size_t nodes_{0};
  bool complete_{false};
  std::string wrong_{};
  std::size_t left_out_{0};  ///< levels that are open below the deepest one that is kept
};

}  // namespace haetae::api
