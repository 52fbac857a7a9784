#include "runtime/ownership.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/quantity.hpp"
#include "runtime/projection.hpp"

namespace haetae::runtime {
namespace {

using nlohmann::ordered_json;
using Path = std::optional<std::string>;

std::string below(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

bool is_zero(const ordered_json& value) {
  return value.is_null() || ((value.is_object() || value.is_array()) && value.empty()) || value == false ||
         value == "" || (value.is_number() && value == 0);
}

/// Maps of quantities, and single ones. Elsewhere "1" and "1000m" are different texts.
/// Source: k8s.io/api, fields of type ResourceList and resource.Quantity.
bool holds_quantities(std::string_view parent, std::string_view key) {
  static constexpr std::array<std::string_view, 10> kMaps{"limits",         "requests", "hard", "default",
                                                          "defaultRequest", "max",      "min",  "maxLimitRequestRatio",
                                                          "capacity",       "overhead"};
  static constexpr std::array<std::string_view, 3> kSingle{"sizeLimit", "averageValue", "divisor"};
  return std::find(kMaps.begin(), kMaps.end(), parent) != kMaps.end() ||
         std::find(kSingle.begin(), kSingle.end(), key) != kSingle.end();
}

bool same_quantity(const ordered_json& a, const ordered_json& b) {
  const auto amount = [](const ordered_json& value) {
    return Quantity::parse(value.is_string() ? value.get<std::string>() : value.dump());
  };
  if (!(a.is_string() || a.is_number()) || !(b.is_string() || b.is_number())) return false;
  const auto left = amount(a), right = amount(b);
  return left && right && *left == *right;
}

/// The keys by which the elements of a list of maps are told apart; empty = by position.
/// Source: x-kubernetes-list-map-keys of the built-in kinds.
std::vector<std::string_view> merge_keys(const ordered_json& list) {
  static const std::array<std::vector<std::string_view>, 8> kCandidates{{{"name"},
                                                                        {"containerPort", "protocol"},
                                                                        {"mountPath"},
                                                                        {"devicePath"},
                                                                        {"topologyKey", "whenUnsatisfiable"},
                                                                        {"port", "protocol"},
                                                                        {"type"},
                                                                        {"ip"}}};
  for (const auto& keys : kCandidates) {
    std::set<std::string> seen;
    const bool all = std::all_of(list.begin(), list.end(), [&](const ordered_json& element) {
      if (!element.is_object() || !element.contains(keys[0])) return false;
      std::string id;
      for (const auto key : keys) id += element.contains(key) ? element[key].dump() + "," : ",";
      return seen.insert(id).second;
    });
    if (all) return keys;
  }
  return {};
}

/// True where the element has the keys of `like`; one that `like` leaves out may have been defaulted.
bool same_keys(const ordered_json& element, const ordered_json& like, const std::vector<std::string_view>& keys) {
  return element.is_object() && std::all_of(keys.begin(), keys.end(), [&](std::string_view key) {
           return !like.contains(key) || (element.contains(key) && element[key] == like[key]);
         });
}

Path differ(const ordered_json& intent, const ordered_json& live, const std::string& path, std::string_view parent,
            std::string_view key);

Path differ_list(const ordered_json& intent, const ordered_json& live, const std::string& path) {
  const auto keys = merge_keys(intent);
  if (keys.empty() && intent.size() != live.size()) return path;
  for (std::size_t i = 0; i < intent.size(); ++i) {
    const auto& element = intent[i];
    const ordered_json* match = keys.empty() ? &live[i] : nullptr;
    for (const auto& candidate : live)
      if (match == nullptr && same_keys(candidate, element, keys)) match = &candidate;
    const auto where = path + "[" + (keys.empty() ? std::to_string(i)
                                     : element[keys[0]].is_string() ? element[keys[0]].get<std::string>()
                                                                    : element[keys[0]].dump()) + "]";
    if (match == nullptr) return where;
    if (auto found = differ(element, *match, where, "", "")) return found;
  }
  return std::nullopt;
}

Path differ(const ordered_json& intent, const ordered_json& live, const std::string& path, std::string_view parent,
            std::string_view key) {
  if (intent.is_null()) return std::nullopt;
  if (intent.is_object() && live.is_object()) {
    for (const auto& [name, value] : intent.items()) {
      const auto found = live.find(name);
      if (found == live.end()) {
        if (is_zero(value)) continue;
        return below(path, name);
      }
      if (auto deeper = differ(value, *found, below(path, name), key, name)) return deeper;
    }
    return std::nullopt;
  }
  if (intent.is_array() && live.is_array()) return differ_list(intent, live, path);
  if (intent == live || (holds_quantities(parent, key) && same_quantity(intent, live))) return std::nullopt;
  return path;
}

/// The element of `list` that a step of fieldsV1 names ("k:{…}", "v:…", "i:…"); null where there is none.
const ordered_json* element_at(const ordered_json& list, std::string_view step) {
  if (!list.is_array()) return nullptr;
  const auto wanted = ordered_json::parse(step.substr(2), nullptr, false);
  if (wanted.is_discarded()) return nullptr;
  if (step[0] == 'i') {
    const bool inside = wanted.is_number_unsigned() && wanted.get<std::size_t>() < list.size();
    return inside ? &list[wanted.get<std::size_t>()] : nullptr;
  }
  for (const auto& element : list) {
    if (step[0] == 'v' && element == wanted) return &element;
    // A key that we leave out was defaulted by the server (protocol: TCP).
    if (step[0] == 'k' && element.is_object() && wanted.is_object() &&
        std::all_of(wanted.items().begin(), wanted.items().end(), [&](const auto& key) {
          return !element.contains(key.key()) || element[key.key()] == key.value();
        }))
      return &element;
  }
  return nullptr;
}

Path surplus_in(const ordered_json& fields, const ordered_json& intent, const std::string& path) {
  if (!fields.is_object()) return std::nullopt;
  for (const auto& [step, deeper] : fields.items()) {
    if (step == "." || step.size() < 2) continue;
    const auto name = step.substr(2);
    const ordered_json* value = nullptr;
    if (step[0] == 'f') {
      const auto found = intent.is_object() ? intent.find(name) : intent.end();
      if (intent.is_object() && found != intent.end() && !found->is_null()) value = &*found;
    } else {
      value = element_at(intent, step);
    }
    const auto where = step[0] == 'f' ? below(path, name) : path + "[" + name + "]";
    if (value == nullptr) return where;
    if (auto found = surplus_in(deeper, *value, where)) return found;
  }
  return std::nullopt;
}

Path lacking_in(const ordered_json* fields, const ordered_json& intent, const std::string& path) {
  if (intent.is_null() || ((intent.is_object() || intent.is_array()) && intent.empty())) return std::nullopt;
  if (fields == nullptr) return path;
  // A leaf, or a value that is owned as one. An entry as such is neither: it may own nothing.
  const bool whole = !path.empty() && std::all_of(fields->items().begin(), fields->items().end(),
                                 [](const auto& step) { return step.key() == "."; });
  if (whole) return std::nullopt;
  if (intent.is_object())
    for (const auto& [name, value] : intent.items()) {
      const auto step = fields->find("f:" + name);
      if (auto found = lacking_in(step == fields->end() ? nullptr : &*step, value, below(path, name))) return found;
    }
  if (intent.is_array())
    for (std::size_t i = 0; i < intent.size(); ++i) {
      const ordered_json* owned = nullptr;
      for (const auto& [step, deeper] : fields->items())
        if (step.size() > 2 && element_at(ordered_json::array({intent[i]}), step) != nullptr) owned = &deeper;
      if (auto found = lacking_in(owned, intent[i], path + "[" + std::to_string(i) + "]")) return found;
    }
  return std::nullopt;
}

/// What the server does not track as fields. Source: k8s.io/apimachinery managedfields, stripMeta.
ordered_json without_identity(ordered_json intent) {
  if (!intent.is_object()) return intent;
  intent.erase("apiVersion");
  intent.erase("kind");
  if (intent.contains("metadata") && intent["metadata"].is_object())
    for (const char* key :
         {"name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"})
      intent["metadata"].erase(key);
  return intent;
}

}  // namespace

Path differing(const ordered_json& intent, const ordered_json& live) { return differ(intent, live, "", "", ""); }

std::vector<ManagerEntry> managers_of(const ordered_json& object) {
  std::vector<ManagerEntry> out;
  const auto* list = find(object, {"metadata", "managedFields"});
  if (list == nullptr || !list->is_array()) return out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& entry = (*list)[i];
    out.push_back({i, text_at(entry, {"manager"}), text_at(entry, {"operation"}), text_at(entry, {"subresource"}),
                   find(entry, {"fieldsV1"})});
  }
  return out;
}

const ManagerEntry* entry_of(const std::vector<ManagerEntry>& entries, std::string_view manager,
                             std::string_view operation) {
  for (const auto& entry : entries)
    if (entry.manager == manager && entry.operation == operation && entry.subresource.empty()) return &entry;
  return nullptr;
}

std::string mark_in(const ordered_json& object, const ordered_json& stated) {
  const Steps annotation{"metadata", "annotations", "haetae.io/system-ref"};
  if (find(stated, annotation) != nullptr) return text_at(object, annotation);
  return text_at(object, {"metadata", "labels", "haetae.io/system"});
}

Path surplus(const ordered_json& fields, const ordered_json& intent) {
  return surplus_in(fields, without_identity(intent), "");
}

Path lacking(const ordered_json& fields, const ordered_json& intent) {
  return lacking_in(&fields, without_identity(intent), "");
}

}  // namespace haetae::runtime
