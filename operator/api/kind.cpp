#include "api/kind.hpp"

#include <algorithm>

namespace haetae::api {

std::string KindInfo::singular() const {
  std::string name = kind;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

bool is_ours(std::string_view key) {
  const auto owner = key.substr(0, key.find('/'));
  if (owner.size() == key.size() || !owner.ends_with(kGroup)) return false;
  return owner == kGroup || owner[owner.size() - kGroup.size() - 1] == '.';
}

Column condition_column(const std::string& type, const std::string& doc, int priority) {
  return {type, ".status.conditions[?(@.type==\"" + type + "\")].status", doc, "string", priority};
}

}  // namespace haetae::api
