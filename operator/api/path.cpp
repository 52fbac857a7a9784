#include "api/path.hpp"

#include <algorithm>

namespace haetae::api {
namespace {

constexpr std::size_t kLongestKey = 80;

bool is_word(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

std::string field_path(std::string_view parent, std::string_view key) {
  std::string path(parent);
  if (is_word(key) && key.size() <= kLongestKey) return path += (path.empty() ? "" : ".") + std::string(key);
  path += "[\"";
  path += key.substr(0, kLongestKey);
  return path += key.size() > kLongestKey ? "…\"]" : "\"]";
}

std::string item_path(std::string_view parent, std::size_t index) {
  return std::string(parent) + "[" + std::to_string(index) + "]";
}

std::string parent_path(std::string_view path) {
  if (path.ends_with("\"]")) return std::string(path.substr(0, path.rfind("[\"") == path.npos ? 0 : path.rfind("[\"")));
  const auto cut = path.find_last_of(".[");
  return std::string(path.substr(0, cut == std::string_view::npos ? 0 : cut));
}

}  // namespace haetae::api
