// tests/api/refused/*.yaml: objects that nobody may store, each with one fault. The first line is what an API server
// (1.36) says of the object when it has our CRDs; offline the same is said in the same words.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "api/codec.hpp"
#include "api/yaml.hpp"

namespace haetae::api {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> refused_files() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(fs::path(HAETAE_SOURCE_DIR) / "tests/api/refused")) {
    all.push_back(entry.path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

template <class... Ks>
std::vector<Fault> faults_in(const nlohmann::ordered_json& object, TypeList<Ks...>) {
  std::vector<Fault> faults;
  const auto try_one = [&](auto decoded) {
    if (std::none_of(decoded.faults.begin(), decoded.faults.end(), [](const Fault& f) { return f.path == "kind"; })) {
      faults = std::move(decoded.faults);
    }
  };
  (try_one(decode<Ks>(object, Strictness::Lenient)), ...);
  return faults;
}

}  // namespace

TEST_CASE("every object that nobody may store is refused at its exact place") {
  const auto files = refused_files();
  CHECK(files.size() >= 20);
  for (const auto& file : files) {
    const std::string text = contents(file);
    const auto read = read_documents(text);
    REQUIRE_MESSAGE(read.has_value(), file.filename().string());
    REQUIRE(read->size() == 1);
    const auto faults = faults_in(read->front().value, Kinds{});
    REQUIRE_MESSAGE(faults.size() == 1, file.filename().string());
    CHECK_MESSAGE("# " + faults[0].text() == text.substr(0, text.find('\n')), file.filename().string());
  }
}

}  // namespace haetae::api
