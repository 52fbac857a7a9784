#include "api/schema.hpp"

#include "base/time.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

/// Longest texts that a time and a length of time need, with room to spare.
constexpr int kLongestTime = 64;
constexpr int kLongestDuration = 32;

ordered_json rule_json(const Rule& rule) {
  ordered_json out{{"rule", rule.cel}, {"message", rule.message}};
  if (*rule.field != '\0') out["fieldPath"] = rule.field;
  return out;
}

void add_rule(ordered_json& schema, const Rule& rule) { schema["x-kubernetes-validations"].push_back(rule_json(rule)); }

void add_text(ordered_json& schema, const Text& text) {
  if (text.least > 0) schema["minLength"] = text.least;
  if (text.most > 0) schema["maxLength"] = text.most;
  if (text.pattern != nullptr) schema["pattern"] = text.pattern->regex;
}

void add_range(ordered_json& schema, const Traits& traits) {
  if (traits.minimum) schema["minimum"] = *traits.minimum;
  if (traits.maximum) schema["maximum"] = *traits.maximum;
}

ordered_json string_schema(const Traits& traits) {
  ordered_json schema;
  if (traits.int_or_string) {
    schema["anyOf"] = ordered_json::array({{{"type", "integer"}}, {{"type", "string"}}});
    schema["x-kubernetes-int-or-string"] = true;
    add_range(schema, traits);
  } else {
    schema["type"] = "string";
  }
  add_text(schema, traits.text);
  if (traits.one_of[0] != nullptr) schema["enum"] = words(traits.one_of);
  return schema;
}

/// In a spec by pattern: with `format: date-time` an API server (1.36) takes a list for a string.
ordered_json time_schema(bool spec) {
  if (!spec) return {{"type", "string"}, {"format", "date-time"}, {"maxLength", kLongestTime}};
  return {{"type", "string"}, {"maxLength", kLongestTime}, {"pattern", kTime.regex}};
}

ordered_json duration_schema(const Traits& traits) {
  ordered_json schema{{"type", "string"}, {"maxLength", kLongestDuration}, {"pattern", kDuration.regex}};
  const auto bound = [&](const std::optional<std::int64_t>& seconds, const char* sign, const char* wrong) {
    if (!seconds) return;
    const std::string length = go_duration(Seconds(*seconds));
    schema["x-kubernetes-validations"].push_back(
        {{"rule", "duration(self) " + std::string(sign) + " duration('" + length + "')"}, {"message", wrong + length}});
  };
  bound(traits.minimum, ">=", "is shorter than ");
  bound(traits.maximum, "<=", "is longer than ");
  return schema;
}

ordered_json list_schema(const Type& type, bool defaults) {
  ordered_json schema{{"type", "array"}};
  if (type.traits.least > 0) schema["minItems"] = type.traits.least;
  schema["maxItems"] = type.traits.most;
  switch (type.traits.list) {
    case ListType::Atomic: schema["x-kubernetes-list-type"] = "atomic"; break;
    case ListType::Set: schema["x-kubernetes-list-type"] = "set"; break;
    case ListType::Map:
      schema["x-kubernetes-list-type"] = "map";
      schema["x-kubernetes-list-map-keys"] = words(type.traits.keys);
  }
  schema["items"] = schema_of(type.item.front(), defaults);
  return schema;
}

/// A schema has no word for the keys of a map: CEL holds them.
void add_key_rule(ordered_json& schema, const Text& keys) {
  if (keys.pattern == nullptr) return;
  const std::string rule = "self.all(k, size(k) <= " + std::to_string(keys.most) + " && k.matches('" +
                           std::string(keys.pattern->regex) + "'))";
  schema["x-kubernetes-validations"].push_back(
      {{"rule", rule}, {"message", "has a key that is not " + std::string(keys.pattern->wanted)}});
}

ordered_json map_schema(const Traits& traits, bool spec) {
  ordered_json schema{{"type", "object"}};
  schema["maxProperties"] = traits.most;
  schema["additionalProperties"] = string_schema(traits);
  if (spec) add_key_rule(schema, traits.key_text);
  return schema;
}

/// `self == oldSelf` is not asked where a field appears or goes; the parent asks for that.
void add_immutable(ordered_json& parent, ordered_json& field, const Member& member) {
  if (member.required) return add_rule(field, {"self == oldSelf", "is immutable"});
  const std::string has = "has(self." + member.name + ")", had = "has(oldSelf." + member.name + ")";
  const std::string same = "self." + member.name + " == oldSelf." + member.name;
  parent["x-kubernetes-validations"].push_back({{"rule", has + " == " + had + " && (!" + has + " || " + same + ")"},
                                                {"message", "is immutable"},
                                                {"fieldPath", "." + member.name}});
}

ordered_json object_schema(const Type& type, bool defaults) {
  ordered_json schema{{"type", "object"}};
  auto required = ordered_json::array();
  auto rules = ordered_json::object();
  for (const auto& member : type.members) {
    ordered_json field{{"description", member.doc}};
    if (*member.type.traits.unit != '\0') field["description"] = member.doc + " Unit: " + member.type.traits.unit + ".";
    field.update(schema_of(member.type, defaults));
    if (defaults && !member.initial.is_null()) field["default"] = member.initial;
    if (member.type.traits.immutable) add_immutable(rules, field, member);
    if (member.required) required.push_back(member.name);
    schema["properties"][member.name] = std::move(field);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  for (const auto& rule : type.rules) add_rule(rules, rule);
  schema.update(rules);
  return schema;
}

ordered_json metadata_schema(const KindInfo& kind) {
  ordered_json name{{"type", "string"}};
  if (kind.only_name.empty()) add_text(name, {.most = kLongestName, .pattern = &kDnsLabel});
  else name["enum"] = ordered_json::array({kind.only_name});
  return {{"type", "object"}, {"properties", {{"name", std::move(name)}}}};
}

ordered_json root_schema(const KindTypes& types) {
  ordered_json schema{{"type", "object"}, {"description", types.kind.doc}};
  auto& fields = schema["properties"];
  fields["apiVersion"] = {{"type", "string"}, {"description", "haetae.io/v1alpha1."}};
  fields["kind"] = {{"type", "string"}, {"description", types.kind.kind + "."}};
  fields["metadata"] = metadata_schema(types.kind);
  fields["spec"] = {{"description", "What is wanted."}};
  fields["spec"].update(schema_of(types.spec, true));
  fields["status"] = {{"description", "What the operator decided and observed."}};
  fields["status"].update(schema_of(types.status, false));
  fields["status"]["default"] = {{"observedGeneration", -1}};
  if (fields["spec"].contains("required")) schema["required"] = {"spec"};
  for (const auto& rule : types.kind.object_rules) add_rule(schema, rule);
  return schema;
}

ordered_json columns_json(const KindInfo& kind) {
  auto columns = ordered_json::array();
  for (const auto& column : kind.columns) {
    ordered_json out{{"name", column.name}, {"type", column.type}, {"description", column.doc},
                     {"jsonPath", column.path}};
    if (column.priority != 0) out["priority"] = column.priority;
    columns.push_back(std::move(out));
  }
  columns.push_back({{"name", "Age"}, {"type", "date"}, {"jsonPath", ".metadata.creationTimestamp"}});
  return columns;
}

}  // namespace

ordered_json schema_of(const Type& type, bool defaults) {
  switch (type.shape) {
    case Shape::String: return string_schema(type.traits);
    case Shape::Boolean: return {{"type", "boolean"}};
    case Shape::Enum: return {{"type", "string"}, {"enum", type.names}};
    case Shape::Time: return time_schema(defaults);
    case Shape::Duration: return duration_schema(type.traits);
    case Shape::List: return list_schema(type, defaults);
    case Shape::Map: return map_schema(type.traits, defaults);
    case Shape::Object: return object_schema(type, defaults);
    case Shape::Raw: return {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}};
    case Shape::Integer: break;
  }
  ordered_json schema{{"type", "integer"}, {"format", type.wide ? "int64" : "int32"}};
  add_range(schema, type.traits);
  return schema;
}

ordered_json definition_of(const KindTypes& types) {
  const KindInfo& kind = types.kind;
  ordered_json names{{"kind", kind.kind}, {"listKind", kind.kind + "List"}, {"plural", kind.plural},
                     {"singular", kind.singular()}};
  if (!kind.short_names.empty()) names["shortNames"] = kind.short_names;
  names["categories"] = ordered_json::array({"haetae"});
  ordered_json version{{"name", kVersion}, {"served", true}, {"storage", true},
                       {"subresources", {{"status", ordered_json::object()}}}};
  version["additionalPrinterColumns"] = columns_json(kind);
  version["schema"] = {{"openAPIV3Schema", root_schema(types)}};
  ordered_json out{{"apiVersion", "apiextensions.k8s.io/v1"}, {"kind", "CustomResourceDefinition"}};
  out["metadata"] = {{"name", kind.resource()}};
  out["spec"] = {{"group", kGroup}, {"names", std::move(names)},
                 {"scope", kind.scope == Scope::Namespaced ? "Namespaced" : "Cluster"}};
  out["spec"]["versions"] = ordered_json::array({std::move(version)});
  return out;
}

}  // namespace haetae::api
