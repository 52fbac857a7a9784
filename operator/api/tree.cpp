#include "api/tree.hpp"

#include <algorithm>

#include "api/path.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

/// Above this many members a set answers what a scan would: objects stay linear to read whatever their size.
constexpr std::size_t kScanned = 16;

struct Extent {
  std::size_t nodes{1};
  std::size_t depth{0};
};

/// Requires: value was built by a Tree, so its depth is bounded.
Extent extent(const ordered_json& value) {
  Extent all;
  if (!value.is_structured()) return all;
  for (const auto& item : value) {
    const Extent part = extent(item);
    all.nodes += part.nodes;
    all.depth = std::max(all.depth, part.depth);
  }
  ++all.depth;
  return all;
}

}  // namespace

bool Tree::refuse(std::string why) {
  if (wrong_.empty()) wrong_ = std::move(why);
  return false;
}

ordered_json* Tree::place(ordered_json value, int line, std::string& path) {
  ordered_json* placed = &root_;
  if (levels_.empty()) {
    root_ = std::move(value);
  } else {
    auto& level = levels_.back();
    if (level.at->is_array()) {
      if (lines_ != nullptr) path = item_path(level.path, level.at->size());
      auto& items = level.at->get_ref<ordered_json::array_t&>();
      items.push_back(std::move(value));
      placed = &items.back();
    } else {
      if (lines_ != nullptr) path = field_path(level.path, level.key);
      // Past ordered_map's own emplace, which would search all members for the key once more.
      auto& members = static_cast<ordered_json::object_t::Container&>(level.at->get_ref<ordered_json::object_t&>());
      members.emplace_back(std::move(level.key), std::move(value));
      placed = &members.back().second;
    }
  }
  if (lines_ != nullptr) lines_->emplace(path, line);
  return placed;
}

bool Tree::open(ordered_json empty, int line) {
  if (!wrong_.empty() || complete_) return refuse("more than one value");
  if (left_out_ > 0) return ++left_out_, true;
  if (levels_.size() >= limits_.depth && limits_.cut) {
    left_out_ = 1;
    std::string path;
    place({{kCutMark, true}}, line, path);
    return true;
  }
  if (levels_.size() >= limits_.depth) return refuse("nested deeper than " + std::to_string(limits_.depth) + " levels");
  if (++nodes_ > limits_.nodes) return refuse("more than " + std::to_string(limits_.nodes) + " values");
  std::string path;
  ordered_json* placed = place(std::move(empty), line, path);
  levels_.push_back({.at = placed, .path = std::move(path)});
  return true;
}

bool Tree::defaults(ordered_json members, int line) {
  if (!wrong_.empty()) return false;
  levels_.back().defaults.emplace_back(std::move(members), line);
  return true;
}

bool Tree::fill_defaults() {
  const auto all = std::move(levels_.back().defaults);
  for (const auto& [members, line] : all) {
    for (const auto& [key, member] : members.items()) {
      if (is_duplicate(levels_.back(), key)) continue;
      levels_.back().key = key;
      if (!value(member, line)) return false;
    }
  }
  return true;
}

bool Tree::close() {
  if (left_out_ > 0) return --left_out_, true;
  if (!wrong_.empty() || !fill_defaults()) return false;
  last_ = levels_.back().at;
  levels_.pop_back();
  complete_ = levels_.empty();
  return true;
}

bool Tree::is_duplicate(Level& level, const std::string& text) const {
  const auto& members = level.at->get_ref<const ordered_json::object_t&>();
  if (members.size() < kScanned) {
    return std::any_of(members.begin(), members.end(), [&](const auto& member) { return member.first == text; });
  }
  if (level.seen.empty()) {
    for (const auto& member : members) level.seen.insert(member.first);
  }
  return !level.seen.insert(text).second;
}

bool Tree::key(std::string text) {
  if (!wrong_.empty()) return false;
  if (left_out_ > 0) return true;
  auto& level = levels_.back();
  if (is_duplicate(level, text)) return refuse("duplicate key \"" + text.substr(0, 80) + "\"");
  level.key = std::move(text);
  return true;
}

bool Tree::value(ordered_json value, int line) {
  if (!wrong_.empty() || complete_) return refuse("more than one value");
  if (left_out_ > 0) return true;
  const Extent added = extent(value);
  nodes_ += added.nodes;
  if (nodes_ > limits_.nodes) return refuse("more than " + std::to_string(limits_.nodes) + " values");
  if (levels_.size() + added.depth > limits_.depth) {
    return refuse("nested deeper than " + std::to_string(limits_.depth) + " levels");
  }
  std::string path;
  last_ = place(std::move(value), line, path);
  complete_ = levels_.empty();
  return true;
}

}  // namespace haetae::api
