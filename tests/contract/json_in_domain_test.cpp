// Decision 0002: of domain/ only the files that write objects know JSON.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

TEST_CASE("in domain only the files that write objects include JSON") {
  const fs::path domain = fs::path(HAETAE_SOURCE_DIR) / "operator/domain";
  const std::set<std::string> allowed{"objects.hpp",
                                      "objects.cpp",
                                      "redundancy/objects.hpp",
                                      "redundancy/objects.cpp",
                                      "redundancy/bounds.cpp",
                                      "redundancy/manifest_objects.cpp",
                                      "redundancy/pod_template.hpp",
                                      "redundancy/pod_template.cpp"};
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(domain)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const auto name = entry.path().lexically_relative(domain).string();
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const auto source = text.str();
    CAPTURE(name);
    if (allowed.count(name) == 1) continue;
    for (const auto* word : {"nlohmann", "api/manifest.hpp", "api/json.hpp", "api/codec.hpp", "api/yaml.hpp"})
      CHECK(source.find(word) == std::string::npos);
  }
  CHECK(files > allowed.size());
}
