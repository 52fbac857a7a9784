// Every #include below operator/ follows the edges that CMakeLists.txt states, and domain stays pure.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Texts = std::vector<std::string>;
using Edges = std::map<std::string, std::set<std::string>>;

/// "api=base domain=api,base" → what each layer may include.
Edges edges_of(const std::string& text) {
  Edges edges;
  std::istringstream in(text);
  for (std::string edge; in >> edge;) {
    const auto sign = edge.find('=');
    auto& uses = edges[edge.substr(0, sign)];
    std::istringstream list(edge.substr(sign + 1));
    for (std::string layer; std::getline(list, layer, ',');) uses.insert(layer);
  }
  return edges;
}

struct Source {
  std::string path;  ///< below operator/
  std::string text;
  [[nodiscard]] std::string layer() const {
    const auto slash = path.find('/');
    return slash == std::string::npos ? "main" : path.substr(0, slash);
  }
  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
};

/// What is included, without quotes or brackets, and whether by brackets.
std::vector<std::pair<std::string, bool>> includes_of(const std::string& text) {
  std::vector<std::pair<std::string, bool>> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("#include ")) continue;
    const auto open = line.find_first_of("\"<"), close = line.find_last_of("\">");
    if (open == std::string::npos || close <= open) continue;
    all.emplace_back(line.substr(open + 1, close - open - 1), line[open] == '<');
  }
  return all;
}

/// Heavy or impure headers and where alone they may be included.
struct Confined {
  const char* header;
  bool (*allowed)(const Source&);
  const char* why;
};
const std::vector<Confined>& confined() {
  static const std::vector<Confined> all{
      {"cpprest/", [](const Source& s) { return s.path.starts_with("kube/cpprest_"); }, "cpprest stays replaceable"},
      {"CLI/", [](const Source& s) { return !s.is_header(); }, "CLI11 is heavy: one .cpp"},
      {"yaml-cpp/", [](const Source& s) { return s.path == "api/yaml.cpp"; }, "foreign YAML is read in one place"},
      {"regex", [](const Source&) { return false; }, "std::regex crashes on long foreign text"},
      {"nlohmann/json.hpp", [](const Source& s) { return s.layer() != "domain" || !s.is_header(); },
       "domain headers know json through api/manifest.hpp only"},
      {"random", [](const Source& s) { return s.layer() != "domain"; }, "domain is deterministic"},
      {"iostream", [](const Source& s) { return s.layer() != "domain"; }, "domain writes nowhere"},
      {"fstream", [](const Source& s) { return s.layer() != "domain"; }, "domain reads nothing"},
      {"thread", [](const Source& s) { return s.layer() != "domain"; }, "domain knows no threads"},
      {"mutex", [](const Source& s) { return s.layer() != "domain"; }, "domain knows no threads"}};
  return all;
}

/// Words that domain may not say: the time, chance, the environment, exceptions.
const Texts& impure_words() {
  static const Texts all{"system_clock::now", "steady_clock::now", "SystemClock", "getenv", "throw ", "catch ("};
  return all;
}

Texts breaches(const Source& source, const Edges& edges) {
  Texts found;
  const auto layer = source.layer();
  for (const auto& [header, brackets] : includes_of(source.text)) {
    for (const auto& rule : confined()) {
      const std::string name = rule.header;
      const bool meant = name.ends_with('/') ? header.starts_with(name) : header == name;
      if (!meant || !brackets || rule.allowed(source)) continue;
      found.push_back(source.path + " includes <" + header + ">: " + rule.why);
    }
    const auto other = header.substr(0, header.find('/'));
    if (brackets || layer == "main" || other == layer || header.find('/') == std::string::npos) continue;
    if (!edges.contains(layer) || !edges.at(layer).contains(other)) {
      found.push_back(source.path + " includes " + header + ": " + layer + " may not see " + other);
    }
  }
  if (layer == "domain") {
    for (const auto& word : impure_words()) {
      if (source.text.find(word) != std::string::npos) found.push_back(source.path + " says " + word);
    }
  }
  return found;
}

std::vector<Source> sources() {
  std::vector<Source> all;
  const fs::path root = fs::path(HAETAE_SOURCE_DIR) / "operator";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    if (extension != ".hpp" && extension != ".cpp" && extension != ".inl") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    all.push_back({fs::relative(entry.path(), root).generic_string(), text.str()});
  }
  std::sort(all.begin(), all.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return all;
}

const Edges& stated() {
  static const Edges edges = edges_of(HAETAE_LAYER_EDGES);
  return edges;
}

}  // namespace

TEST_CASE("every include follows the stated layers") {
  const auto all = sources();
  REQUIRE(all.size() > 50);
  for (const auto& source : all) {
    for (const auto& breach : breaches(source, stated())) FAIL_CHECK(breach);
  }
}

TEST_CASE("the stated layers are the architecture") {
  CHECK(stated() == edges_of("base= api=base domain=api,base telemetry=base kube=api,base,telemetry "
                             "runtime=kube,api,base,telemetry controllers=runtime,kube,domain,api,base,telemetry "
                             "cli=domain,kube,api,base"));
}

TEST_CASE("an include against the layers is found") {
  const auto breaks = [](const char* path, const char* text) { return !breaches({path, text}, stated()).empty(); };
  CHECK(breaks("domain/decide.cpp", "#include \"kube/transport.hpp\"\n"));
  CHECK(breaks("domain/decide.cpp", "#include \"runtime/store.hpp\"\n"));
  CHECK(breaks("runtime/store.hpp", "#include \"domain/plan.hpp\"\n"));
  CHECK(breaks("api/codec.cpp", "#include \"telemetry/log.hpp\"\n"));
  CHECK(breaks("base/text.cpp", "#include \"api/field.hpp\"\n"));
  CHECK(breaks("cli/plan.cpp", "#include \"runtime/apply.hpp\"\n"));
  CHECK(breaks("unknown/x.cpp", "#include \"base/text.hpp\"\n"));
  CHECK(breaks("domain/plan.hpp", "#include <nlohmann/json.hpp>\n"));
  CHECK(breaks("domain/x.cpp", "auto t = std::chrono::system_clock::now();\n"));
  CHECK(breaks("kube/client.cpp", "#include <cpprest/json.h>\n"));
  CHECK_FALSE(breaks("domain/decide.cpp", "#include \"api/kinds.hpp\"\n#include \"domain/plan.hpp\"\n"));
  CHECK_FALSE(breaks("main.cpp", "#include \"controllers/placement.hpp\"\n"));
}
