#include "api/schema.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace haetae::api {
namespace {

std::string cell(std::string text) {
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.replace(at, 1, "\\|");
  return text;
}

std::string word_of(const Type& type) {
  switch (type.shape) {
    case Shape::String: return type.traits.int_or_string ? "integer or string" : "string";
    case Shape::Integer: return "integer";
    case Shape::Boolean: return "boolean";
    case Shape::Enum: return "string";
    case Shape::Time: return "time";
    case Shape::Duration: return "duration";
    case Shape::List: return "list of " + word_of(type.item.front());
    case Shape::Map: return "map of " + std::string(type.traits.int_or_string ? "quantity" : "string");
    case Shape::Object:
    case Shape::Raw: return "object";
  }
  return "";
}

/// "0 to 40", "at least 5s".
std::string range(const std::string& least, const std::string& most) {
  if (least.empty()) return most.empty() ? "" : "at most " + most;
  return most.empty() ? "at least " + least : least + " to " + most;
}

std::string range_of(const Type& type) {
  const auto text = [&](const std::optional<std::int64_t>& bound) {
    if (!bound) return std::string();
    return type.shape == Shape::Duration ? go_duration(Seconds(*bound)) : std::to_string(*bound);
  };
  return range(text(type.traits.minimum), text(type.traits.maximum));
}

void add_text_bounds(std::vector<std::string>& all, const Traits& traits) {
  const auto& text = traits.text;
  const auto number = [](std::size_t n) { return n == 0 ? std::string() : std::to_string(n); };
  if (text.pattern != nullptr) all.emplace_back(text.pattern->wanted);
  if (text.most > 0) all.push_back(range(number(text.least), number(text.most)) + " characters");
}

std::vector<std::string> words_of(const Type& type) {
  if (type.shape == Shape::Enum) return type.names;
  if (type.shape == Shape::List) return words_of(type.item.front());
  return words(type.traits.one_of);
}

std::string bounds_of(const Type& type) {
  std::vector<std::string> all;
  const auto allowed = words_of(type);
  if (!allowed.empty()) all.push_back(join(allowed, ", "));
  const bool is_number = type.shape == Shape::Integer || type.shape == Shape::Duration;
  if (is_number && !range_of(type).empty()) all.push_back(range_of(type));
  if (type.shape == Shape::List || type.shape == Shape::Map) {
    const std::string least = type.traits.least == 0 ? "" : std::to_string(type.traits.least);
    all.push_back(range(least, std::to_string(type.traits.most)) + (type.shape == Shape::List ? " items" : " entries"));
  }
  if (allowed.empty()) add_text_bounds(all, type.traits);
  if (type.traits.list == ListType::Set) all.emplace_back("no item twice");
  if (type.traits.list == ListType::Map) all.push_back("unique by " + join(words(type.traits.keys), " and "));
  if (type.traits.immutable) all.emplace_back("immutable");
  return join(all, "; ");
}

std::string default_of(const Member& member, bool in_spec) {
  if (member.required) return "**required**";
  if (!in_spec || member.initial.is_null()) return "";
  return "`" + (member.initial.is_string() ? member.initial.get<std::string>() : member.initial.dump()) + "`";
}

/// What every status has is told once, not once a kind.
bool is_common(const std::string& path) {
  return path == "status.observedGeneration" || path == "status.findings" || path == "status.conditions";
}

void add_rows(std::string& out, const Type& type, const std::string& path, bool in_spec, bool common = false) {
  for (const auto& member : type.members) {
    if (path == "status" && is_common(path + "." + member.name) != common) continue;
    const std::string unit = *member.type.traits.unit == '\0' ? "" : " (" + std::string(member.type.traits.unit) + ")";
    std::string here = path + "." + member.name;
    const bool list = member.type.shape == Shape::List;
    if (list) here += "[]";
    out += "| `" + here + "` | " + word_of(member.type) + unit + " | " + cell(default_of(member, in_spec)) + " | " +
           cell(bounds_of(member.type)) + " | " + cell(member.doc) + " |\n";
    const Type& inner = list ? member.type.item.front() : member.type;
    add_rows(out, inner, here, in_spec);
  }
}

void add_rule(std::string& out, const std::string& path, const Rule& rule) {
  out += "- `" + path + rule.field + "` " + rule.message + ": `" + rule.cel + "`\n";
}

void add_rules(std::string& out, const Type& type, const std::string& path) {
  for (const auto& rule : type.rules) add_rule(out, path, rule);
  for (const auto& member : type.members) {
    const bool list = member.type.shape == Shape::List;
    add_rules(out, list ? member.type.item.front() : member.type, path + "." + member.name + (list ? "[]" : ""));
  }
}

constexpr const char* kTableHead = "| Field | Type | Default | Bounds | Meaning |\n|---|---|---|---|---|\n";

std::string section(const KindTypes& types) {
  const auto& kind = types.kind;
  std::string out = "## " + kind.kind + "\n\n" + kind.doc + "\n\n";
  out += "`" + kind.resource() + "`, " + (kind.scope == Scope::Namespaced ? "namespaced" : "cluster-scoped");
  if (!kind.short_names.empty()) out += ", short `" + join(kind.short_names, "`, `") + "`";
  out += kind.only_name.empty() ? ".\n\n" : "; its only name is `" + kind.only_name + "`.\n\n";
  out += kTableHead;
  add_rows(out, types.spec, "spec", true);
  add_rows(out, types.status, "status", false);
  std::string rules;
  add_rules(rules, types.spec, "spec");
  for (const auto& rule : kind.object_rules) add_rule(rules, "", rule);
  if (!rules.empty()) out += "\nRefused, with this message, where the rule does not hold:\n\n" + rules;
  return out;
}

}  // namespace

std::string reference() {
  std::string out =
      "# API reference\n\n"
      "Group `haetae.io`, version `v1alpha1`. Written by `haetae generate` from the field lists in `operator/api`; the "
      "CustomResourceDefinitions beside it come from the same lists.\n\n"
      "- A field without a default may be absent. Unknown fields are refused in files that `haetae` reads.\n"
      "- Names of agencies (namespaces), systems, centers, clusters, providers and tiers are DNS labels of at most " +
      std::to_string(kLongestName) +
      " characters.\n"
      "- A duration is written as Go does (`1h30m`), a time as RFC 3339, a quantity as Kubernetes does (`250m`, "
      "`1.5Gi`).\n"
      "- A status is `{observedGeneration: -1}` until the operator has seen the object.\n\n";
  std::vector<std::string> sections;
  for (const auto* types : all_types()) sections.push_back(section(*types));
  std::string common = "## Every status\n\n" + std::string(kTableHead);
  add_rows(common, all_types().front()->status, "status", false, true);
  return out + join(sections, "\n") + "\n" + common;
}

}  // namespace haetae::api
