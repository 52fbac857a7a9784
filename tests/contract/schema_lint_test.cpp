// What every schema of ours must have, whoever adds a field.

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>

#include "api/schema.hpp"

namespace haetae::api {
namespace {

using nlohmann::ordered_json;
using Texts = std::vector<std::string>;

bool is_camel_case(const std::string& name) {
  return !name.empty() && std::islower(static_cast<unsigned char>(name[0])) != 0 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

/// Fields that the API conventions bound, or that Kubernetes itself writes.
bool is_root_field(const std::string& path) {
  return path == ".apiVersion" || path == ".kind" || path == ".metadata" || path == ".metadata.name";
}

class Lint {
 public:
  Texts complaints{};

  void field(const std::string& path, const std::string& name, const ordered_json& schema) {
    if (!is_camel_case(name)) say(path, "is not camelCase");
    const auto description = schema.value("description", std::string());
    if (path != ".metadata" && path != ".metadata.name") {
      if (description.empty()) say(path, "has no description");
      if (!description.empty() && description.back() != '.') say(path, "has a description that is no sentence");
    }
    any(path, schema);
  }

  void any(const std::string& path, const ordered_json& schema) {
    if (schema.contains("x-kubernetes-int-or-string")) return bounded_text(path, schema);
    if (!schema.contains("type")) return say(path, "has no type");
    const auto type = schema["type"].get<std::string>();
    if (type == "string") bounded_text(path, schema);
    if (type == "integer") number(path, schema);
    if (type == "array") list(path, schema);
    if (type == "object") object(path, schema);
    if (type == "number") say(path, "is a float");
  }

 private:
  void say(const std::string& path, const std::string& what) { complaints.push_back(path + " " + what); }

  void bounded_text(const std::string& path, const ordered_json& schema) {
    if (!schema.contains("maxLength") && !schema.contains("enum") && !is_root_field(path)) say(path, "has no maxLength");
  }
  void number(const std::string& path, const ordered_json& schema) {
    const bool unit = schema.value("description", std::string()).find("Unit: ") != std::string::npos;
    if (!schema.contains("minimum") && !unit) say(path, "has neither bounds nor a unit");
    if (!schema.contains("format")) say(path, "has no format");
  }
  void list(const std::string& path, const ordered_json& schema) {
    if (!schema.contains("maxItems")) say(path, "has no maxItems");
    const auto type = schema.value("x-kubernetes-list-type", std::string());
    if (type.empty()) say(path, "has no list type");
    const auto keys = schema.value("x-kubernetes-list-map-keys", ordered_json::array());
    for (const auto& key : keys) {
      const auto& items = schema["items"];
      const auto required = items.value("required", ordered_json::array());
      if (std::find(required.begin(), required.end(), key) == required.end()) say(path, "has a key that may be absent");
    }
    if (!schema.contains("items")) return say(path, "says nothing of its items");
    any(path + "[]", schema["items"]);
  }
  void object(const std::string& path, const ordered_json& schema) {
    if (schema.contains("additionalProperties")) {
      if (schema.contains("properties")) say(path, "has fields and a map in one: it is not structural");
      if (!schema.contains("maxProperties")) say(path, "has no maxProperties");
      any(path + "{}", schema["additionalProperties"]);
    }
    const auto members = schema.value("properties", ordered_json::object());
    for (const auto& [name, member] : members.items()) {
      field(path + "." + name, name, member);
    }
  }
};

Texts lint(const ordered_json& schema) {
  Lint lint;
  lint.any("", schema);
  return lint.complaints;
}

ordered_json parsed(const char* text) { return ordered_json::parse(text); }

}  // namespace

TEST_CASE("every field is described, bounded and structural") {
  for (const auto* types : all_types()) {
    const auto crd = definition_of(*types);
    for (const auto& complaint : lint(crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"])) {
      FAIL_CHECK(types->kind.kind, complaint);
    }
  }
}

TEST_CASE("every rule has a message that reads after a path") {
  for (const auto* types : all_types()) {
    for (const auto& rule : types->spec.rules) {
      const std::string message = rule.message;
      CHECK(std::islower(static_cast<unsigned char>(message.at(0))));
      CHECK(message.back() != '.');
    }
  }
}

TEST_CASE("a careless field is found") {
  const auto complains = [](const char* field) {
    return !lint({{"type", "object"}, {"properties", {{"x", parsed(field)}}}}).empty();
  };
  CHECK_FALSE(complains(R"({"type":"string","description":"Fine.","maxLength":3})"));
  CHECK(complains(R"({"type":"string","maxLength":3})"));
  CHECK(complains(R"({"type":"string","description":"No end","maxLength":3})"));
  CHECK(complains(R"({"type":"string","description":"Unbounded."})"));
  CHECK(complains(R"({"type":"integer","format":"int32","description":"Unbounded."})"));
  CHECK(complains(R"({"type":"array","description":"A list.","items":{"type":"boolean"},"maxItems":3})"));
  CHECK(complains(R"({"type":"array","description":"A list.","items":{"type":"boolean"},
                      "x-kubernetes-list-type":"atomic"})"));
  CHECK(complains(R"({"type":"object","description":"A map.","additionalProperties":{"type":"boolean"}})"));
  CHECK(complains(R"({"description":"Untyped."})"));
  CHECK_FALSE(lint({{"type", "object"}, {"properties", {{"Not_camel", parsed(R"({"type":"boolean",
                     "description":"Named badly."})")}}}}).empty());
}

}  // namespace haetae::api
