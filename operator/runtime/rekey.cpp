#include "runtime/rekey.hpp"

#include <array>
#include <optional>
#include <string>

namespace haetae::runtime {
namespace {

using nlohmann::ordered_json;

constexpr std::array<const char*, 2> kPortKeys{"containerPort", "port"};

std::string escaped(const std::string& key) {
  std::string out;
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

/// The element of `live` that `stated` was before anybody edited its key: of the same name, or the only one.
std::optional<std::size_t> same_element(const ordered_json& stated, const ordered_json& intent, const ordered_json& live) {
  for (std::size_t i = 0; i < live.size(); ++i)
    if (live[i].is_object() && stated.contains("name") && live[i].value("name", ordered_json()) == stated["name"]) return i;
  if (!stated.contains("name") && intent.size() == 1 && live.size() == 1) return 0;
  return std::nullopt;
}

bool has(const ordered_json& list, const char* key, const ordered_json& value) {
  for (const auto& element : list)
    if (element.is_object() && element.contains(key) && element[key] == value) return true;
  return false;
}

void walk(const ordered_json& intent, const ordered_json& live, const std::string& at, ordered_json& steps);

void walk_list(const ordered_json& intent, const ordered_json& live, const std::string& at, ordered_json& steps) {
  for (const auto& stated : intent) {
    const auto index = stated.is_object() ? same_element(stated, intent, live) : std::nullopt;
    if (!index) continue;
    const auto& found = live[*index];
    const std::string path = at + "/" + std::to_string(*index);
    for (const auto* key : kPortKeys)
      if (stated.contains(key) && found.is_object() && found.contains(key) && found[key] != stated[key] &&
          !has(live, key, stated[key])) {
        steps.push_back({{"op", "test"}, {"path", path}, {"value", found}});
        steps.push_back({{"op", "replace"}, {"path", path + "/" + key}, {"value", stated[key]}});
      }
    walk(stated, found, path, steps);
  }
}

void walk(const ordered_json& intent, const ordered_json& live, const std::string& at, ordered_json& steps) {
  if (intent.is_array() && live.is_array()) return walk_list(intent, live, at, steps);
  if (!intent.is_object() || !live.is_object()) return;
  for (const auto& [key, value] : intent.items())
    if (live.contains(key)) walk(value, live[key], at + "/" + escaped(key), steps);
}

}  // namespace

ordered_json rekeying(const ordered_json& intent, const ordered_json& live) {
  auto steps = ordered_json::array();
  if (intent.contains("spec") && live.contains("spec")) walk(intent["spec"], live["spec"], "/spec", steps);
  return steps;
}

}  // namespace haetae::runtime
