// The rulebook: every row is shown broken and kept, every name is used as it is written, nothing is reported beside it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cases/case.hpp"
#include "domain/rulebook.hpp"

using namespace haetae;
namespace fs = std::filesystem;

namespace {

/// "DependencyCycle" → "dependency-cycle"
std::string kebab(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !text.empty()) text += '-';
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

bool found_by_delivery(const domain::Rule& rule) { return std::holds_alternative<domain::FoundByDelivery>(rule.check); }

bool lists(const cases::Case& it, const char* part, const std::string& rule) {
  if (!it.want.contains(part)) return false;
  return std::any_of(it.want.at(part).begin(), it.want.at(part).end(),
                     [&](const auto& entry) { return entry.at("rule") == rule; });
}

/// All sources of a folder in one text.
std::string sources(const std::string& folder) {
  std::ostringstream all;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(HAETAE_SOURCE_DIR) / folder))
    if (entry.path().extension() == ".cpp") all << std::ifstream(entry.path()).rdbuf() << '\n';
  return all.str();
}

/// Names of rules that code reports: {"NamespaceTaken", api::Severity::Error, …
std::set<std::string> reported_in(const std::string& text) {
  std::set<std::string> names;
  const std::string kSeverity = "\", api::Severity::";
  for (auto at = text.find(kSeverity); at != std::string::npos; at = text.find(kSeverity, at + 1)) {
    const auto begin = text.rfind('"', at - 1);
    names.insert(text.substr(begin + 1, at - begin - 1));
  }
  return names;
}

}  // namespace

TEST_CASE("every rule has a name of its own, in CamelCase, and a sentence that ends") {
  std::set<std::string> names;
  for (const auto& rule : domain::rulebook()) {
    CAPTURE(rule.name);
    const std::string name = rule.name;
    const std::string sentence = rule.sentence;
    CHECK(names.insert(name).second);
    CHECK(std::isupper(static_cast<unsigned char>(name.front())) != 0);
    CHECK(std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalpha(c) != 0; }));
    CHECK(name.size() <= 63);
    CHECK(sentence.size() > 20);
    CHECK(sentence.back() == '.');
  }
}

TEST_CASE("every rule that the domain asks has a case folder of its name, where it is broken and where it is kept") {
  const auto all = cases::all_cases();
  for (const auto& rule : domain::rulebook()) {
    if (found_by_delivery(rule)) continue;
    CAPTURE(rule.name);
    const auto folder = "/" + kebab(rule.name);
    const auto its = std::find_if(all.begin(), all.end(), [&](const auto& it) { return it.name.ends_with(folder); });
    REQUIRE(its != all.end());
    CHECK(lists(*its, "findings", rule.name));
    CHECK(lists(*its, "kept", rule.name));
  }
}

TEST_CASE("every finding that a case wants is of a rule") {
  for (const auto& it : cases::all_cases())
    for (const auto* part : {"findings", "kept"}) {
      if (!it.want.contains(part)) continue;
      for (const auto& entry : it.want.at(part)) {
        CAPTURE(it.name);
        CHECK(domain::rule_named(entry.at("rule").get<std::string>()) != nullptr);
      }
    }
}

TEST_CASE("what delivery reports is in the rulebook, and what the rulebook leaves to delivery is reported and tested") {
  const auto reported = reported_in(sources("operator/controllers"));
  for (const auto& name : reported) {
    CAPTURE(name);
    const auto* rule = domain::rule_named(name);
    REQUIRE(rule != nullptr);
    CHECK(found_by_delivery(*rule));
  }
  const auto tests = sources("tests/controllers") + sources("tests/converge");
  for (const auto& rule : domain::rulebook()) {
    if (!found_by_delivery(rule)) continue;
    CAPTURE(rule.name);
    CHECK(reported.count(rule.name) == 1);
    CHECK(tests.find(rule.name) != std::string::npos);
  }
}

TEST_CASE("a rule that stalls or holds is an Error") {
  for (const auto& rule : domain::rulebook()) {
    CAPTURE(rule.name);
    if (rule.effect != domain::Effect::Reports) CHECK(rule.severity == api::Severity::Error);
  }
}
