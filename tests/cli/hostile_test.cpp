// tests/hostile/table.json through `haetae plan`: every row is refused or a finding at its place, and the neighbours
// are planned as if it were not there.

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "api/json.hpp"
#include "command.hpp"

using namespace haetae;
using namespace haetae::cli::testing;
using nlohmann::ordered_json;

namespace {

const std::string kTests = std::string(HAETAE_SOURCE_DIR) + "/tests/";

std::string contents(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

const ordered_json& table() {
  static const auto kTable = api::read_json(contents(kTests + "hostile/table.json")).value();
  return kTable;
}

/// Stands for an object of a thousand levels until there is a text: no tree of ours could be that deep.
constexpr auto kDeep = "a thousand levels";

/// A value of the table, where it is one that has to be made.
ordered_json made(const ordered_json& value) {
  if (!value.is_object() || value.size() != 1) return value;
  const std::string how = value.begin().key();
  const auto& what = value.begin().value();
  if (how == "$text") {
    std::string text;
    for (std::size_t i = 0; i < what[1]; ++i) text += what[0].get<std::string>();
    return text;
  }
  if (how == "$items") return ordered_json::array_t(what[1].get<std::size_t>(), what[0]);
  if (how == "$deep") return kDeep;
  return value;
}

/// `{"$deep": …}` may stand anywhere.
ordered_json all_made(const ordered_json& value) {
  auto copy = made(value);
  if (copy != value || !copy.is_structured()) return copy;
  for (auto& inner : copy) inner = all_made(inner);
  return copy;
}

std::string as_bytes(const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80) bytes += utf8[i];
    else bytes += static_cast<char>(((c & 3U) << 6U) | (static_cast<unsigned char>(utf8[++i]) & 0x3FU));
  }
  return bytes;
}

ordered_json object_of(const ordered_json& row) {
  auto object = table().at("base");
  object["metadata"]["name"] = row.at("name");
  for (const auto& [at, value] : row.at("set").items()) {
    const ordered_json::json_pointer place(at);
    if (place.back() == "-") object[place.parent_pointer()].push_back(all_made(value));
    else object[place] = all_made(value);
  }
  return object;
}

std::string text_of(const ordered_json& row) {
  if (!row.contains("raw")) {
    auto text = object_of(row).dump();
    const auto stand_in = ordered_json(kDeep).dump();
    std::string deep;
    for (int i = 0; i < 1000; ++i) deep += "{\"x\":";
    if (const auto at = text.find(stand_in); at != std::string::npos)
      text.replace(at, stand_in.size(), deep + "{}" + std::string(1000, '}'));
    return text;
  }
  const auto text = row.at("raw").get<std::string>();
  return row.value("latin1", false) ? as_bytes(text) : text;
}

ordered_json systems_of(const std::string& json) {
  return api::read_json(json, {.bytes = 64U << 20U, .depth = 200, .nodes = 5'000'000}).value().at("items");
}

/// `haetae plan -o json` of the four centers, the innocents and this text.
Ran planned(const std::string& hostile) {
  const Folder folder;
  folder.write("innocents.json", ordered_json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", table().at("innocents")}}.dump());
  if (!hostile.empty()) folder.write("row.yaml", hostile);
  return run({"plan", "-f", kTests + "cases/shipped-tiers.yaml", "-f", kTests + "cases/four-centers.yaml", "-f", folder.path(), "-o", "json"});
}

/// The innocents' part of a plan.
ordered_json neighbours(const ordered_json& items) {
  auto out = ordered_json::array();
  for (const auto& one : table().at("innocents"))
    for (const auto& item : items)
      if (item.at("kind") == "TenantSystem" && item.at("metadata") == one.at("metadata")) out.push_back(item);
  return out;
}

bool has_finding(const ordered_json& items, const ordered_json& metadata, const std::string& wanted) {
  for (const auto& item : items)
    if (item.at("kind") == "TenantSystem" && item.at("metadata").at("name") == metadata.at("name") &&
        item.at("metadata").at("namespace") == metadata.at("namespace"))
      for (const auto& finding : item.at("status").value("findings", ordered_json::array()))
        if (finding.at("rule").get<std::string>() + " " + finding.value("path", "") == wanted) return true;
  return false;
}

}  // namespace

TEST_CASE("every hostile system is refused or found at its place, and changes nothing for its neighbours") {
  REQUIRE(table().at("rows").size() >= 50);
  const auto before = neighbours(systems_of(planned("").out));
  REQUIRE(before.size() == table().at("innocents").size());
  for (const auto& row : table().at("rows")) {
    const auto name = row.at("name").get<std::string>();
    CAPTURE(name);
    if (row.value("only", "") == "server") continue;
    const auto wanted = row.at("expect").get<std::string>();
    const auto ran = planned(text_of(row));
    CAPTURE(wanted);
    CAPTURE(ran.err.substr(0, 2000));
    const auto space = wanted.find(' ');
    if (wanted.starts_with("refused:")) {
      CHECK(ran.code == cli::kBadInput);
      CHECK((ran.out + ran.err).find(wanted.substr(space + 1)) != std::string::npos);
      continue;
    }
    REQUIRE(ran.code == cli::kFindings);
    const auto items = systems_of(ran.out);
    const auto object = object_of(row);
    CHECK_MESSAGE(has_finding(items, object.at("metadata"), wanted.substr(space + 1)), ran.out.substr(0, 6000));
    CHECK(neighbours(items) == before);
  }
}
