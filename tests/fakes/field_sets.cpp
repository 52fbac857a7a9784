#include "fakes/field_sets.hpp"

#include <algorithm>
#include <map>

namespace haetae::fakes {
namespace {

enum class Shape { Atomic, Set, Maps };
struct List {
  Shape shape{Shape::Atomic};
  std::vector<std::string> keys{};
};

/// Source: the x-kubernetes-list-type and list-map-keys of the built-in kinds' OpenAPI.
List list_of(const std::string& field, const Json& list) {
  static const std::map<std::string, std::vector<std::string>> kMaps{
      {"containers", {"name"}},      {"initContainers", {"name"}}, {"volumes", {"name"}},
      {"env", {"name"}},             {"imagePullSecrets", {"name"}}, {"volumeMounts", {"mountPath"}},
      {"conditions", {"type"}},      {"ownerReferences", {"uid"}},
      {"topologySpreadConstraints", {"topologyKey", "whenUnsatisfiable"}}};
  if (field == "finalizers") return {Shape::Set};
  if (field == "ports" && !list.empty() && list[0].contains("containerPort"))
    return {Shape::Maps, {"containerPort", "protocol"}};
  if (field == "ports" && !list.empty() && list[0].contains("port")) return {Shape::Maps, {"port", "protocol"}};
  const auto found = kMaps.find(field);
  return found == kMaps.end() ? List{} : List{Shape::Maps, found->second};
}

/// Maps and structs that are owned as a whole. Source: +mapType=atomic, +structType=atomic in k8s.io/api.
bool atomic_map(const std::string& field) {
  static const std::set<std::string> kAtomic{"selector",     "nodeSelector",    "labelSelector",
                                             "secretKeyRef", "configMapKeyRef", "fieldRef"};
  return kAtomic.contains(field);
}

std::string key_step(const Json& element, const std::vector<std::string>& keys) {
  Json step = Json::object();
  for (const auto& key : keys) {
    if (element.contains(key)) step[key] = element[key];
    else if (key == "protocol") step[key] = "TCP";  // the default is part of the key
  }
  return "k:" + step.dump();
}

bool element_is(const Json& element, const Json& step) {
  return std::all_of(step.items().begin(), step.items().end(), [&](const auto& key) {
    if (!element.contains(key.key())) return key.key() == "protocol" && key.value() == "TCP";
    return element[key.key()] == key.value();
  });
}

void collect(const Json& value, const std::string& field, FieldPath& path, FieldSet& out) {
  if (value.is_null()) return;
  if (value.is_object() && !value.empty() && !atomic_map(field)) {
    for (const auto& [key, member] : value.items()) {
      path.push_back("f:" + key);
      collect(member, key, path, out);
      path.pop_back();
    }
    return;
  }
  const List list = value.is_array() ? list_of(field, value) : List{};
  if (list.shape == Shape::Atomic || value.empty()) {
    out.insert(path);
    return;
  }
  for (const auto& element : value) {
    path.push_back(list.shape == Shape::Set ? "v:" + element.dump() : key_step(element, list.keys));
    out.insert(path);
    if (list.shape == Shape::Maps) collect(element, "", path, out);
    path.pop_back();
  }
}

/// The place of one step below `at`; null where there is none.
Json* step_into(Json& at, const std::string& step) {
  const auto rest = step.substr(2);
  if (step[0] == 'f') return at.is_object() && at.contains(rest) ? &at[rest] : nullptr;
  if (!at.is_array()) return nullptr;
  const auto wanted = Json::parse(rest);
  for (auto& element : at)
    if (step[0] == 'k' ? element_is(element, wanted) : element == wanted) return &element;
  return nullptr;
}

Json* place(Json& object, const FieldPath& path) {
  Json* at = &object;
  for (const auto& step : path) {
    at = step_into(*at, step);
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool erase_step(Json& parent, const std::string& step) {
  Json* found = step_into(parent, step);
  if (found == nullptr) return false;
  if (step[0] == 'f') parent.erase(step.substr(2));
  else parent.erase(parent.begin() + (found - parent.get_ptr<Json::array_t*>()->data()));
  return true;
}

}  // namespace

FieldSet fields_of(const Json& object) {
  static const std::set<std::string> kIdentity{"name",          "namespace",         "uid",        "resourceVersion",
                                               "managedFields", "creationTimestamp", "generation", "selfLink",
                                               "deletionTimestamp", "deletionGracePeriodSeconds"};
  Json bare = object;
  bare.erase("apiVersion");
  bare.erase("kind");
  if (bare.contains("metadata"))
    for (const auto& key : kIdentity) bare["metadata"].erase(key);
  FieldSet out;
  FieldPath path;
  for (const auto& [key, value] : bare.items()) {
    if (value.empty()) continue;
    path.push_back("f:" + key);
    collect(value, key, path, out);
    path.pop_back();
  }
  return out;
}

const Json* value_at(const Json& object, const FieldPath& path) { return place(const_cast<Json&>(object), path); }

void copy_field(Json& to, const Json& from, const FieldPath& path) {
  Json* at = &to;
  FieldPath so_far;
  for (const auto& step : path) {
    so_far.push_back(step);
    const Json& source = *value_at(from, so_far);
    const bool last = so_far.size() == path.size();
    if (step[0] == 'f') {
      Json& next = (*at)[step.substr(2)];
      if (last) next = source;
      at = &next;
      continue;
    }
    Json* element = at->is_array() ? step_into(*at, step) : nullptr;
    if (element == nullptr) {
      at->push_back(step[0] == 'k' ? Json::parse(step.substr(2)) : source);
      element = &at->back();
    }
    at = element;
  }
}

void erase_field(Json& object, const FieldPath& path) {
  FieldPath parents = path;
  const auto last = parents.back();
  parents.pop_back();
  Json* parent = place(object, parents);
  if (parent == nullptr || !erase_step(*parent, last)) return;
  while (parents.size() > 1 && parent->empty()) {
    const auto step = parents.back();
    parents.pop_back();
    parent = place(object, parents);
    erase_step(*parent, step);
  }
}

bool overlap(const FieldPath& a, const FieldPath& b) {
  return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
}

Json fields_v1(const FieldSet& fields) {
  Json out = Json::object();
  for (const auto& path : fields) {
    Json* at = &out;
    for (const auto& step : path) at = &(*at)[step];
    if (path.back()[0] == 'k') (*at)["."] = Json::object();
    else if (at->is_null()) *at = Json::object();
  }
  return out;
}

FieldSet from_fields_v1(const Json& fields) {
  FieldSet out;
  const auto walk = [&out](const auto& self, const Json& node, FieldPath path) -> void {
    if (node.empty() && !path.empty()) out.insert(path);
    for (const auto& [step, below] : node.items()) {
      if (step == ".") {
        out.insert(path);
        continue;
      }
      auto longer = path;
      longer.push_back(step);
      self(self, below, longer);
    }
  };
  walk(walk, fields, {});
  return out;
}

Json managed_fields(const std::vector<Manager>& managers) {
  Json out = Json::array();
  for (const auto& one : managers) {
    if (one.fields.empty()) continue;
    Json entry{{"manager", one.name},
               {"operation", one.operation},
               {"apiVersion", one.api_version},
               {"time", "2026-01-01T00:00:00Z"},
               {"fieldsType", "FieldsV1"},
               {"fieldsV1", fields_v1(one.fields)}};
    if (!one.subresource.empty()) entry["subresource"] = one.subresource;
    out.push_back(std::move(entry));
  }
  return out;
}

std::vector<Manager> from_managed_fields(const Json& managed_fields) {
  std::vector<Manager> out;
  for (const auto& entry : managed_fields) {
    if (!entry.contains("manager")) continue;  // [{}] is how people clear the list
    out.push_back({entry["manager"], entry["operation"], entry.value("apiVersion", ""), entry.value("subresource", ""),
                   from_fields_v1(entry.value("fieldsV1", Json::object()))});
  }
  return out;
}

}  // namespace haetae::fakes
