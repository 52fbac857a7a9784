#include "cli/generate.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>

#include "api/schema.hpp"
#include "api/yaml.hpp"

namespace haetae::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHeader = "# Written by `haetae generate` from operator/api; change it there.\n";
/// Folders that hold nothing but generated YAML.
constexpr std::array kCrdFolders{"crds", "charts/haetae/files/crds"};

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool in_step(const fs::path& path, const std::string& text) { return fs::exists(path) && contents(path) == text; }

bool write(const fs::path& path, const std::string& text) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  return out.good();
}

/// YAML files in the CRD folders that no field list stands behind; an old kind would be installed from them.
std::vector<fs::path> strangers(const fs::path& root, const std::vector<Output>& known) {
  std::vector<fs::path> found;
  for (const char* folder : kCrdFolders) {
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(root / folder, absent)) {
      const auto path = fs::path(folder) / entry.path().filename();
      const bool ours = std::any_of(known.begin(), known.end(), [&](const Output& o) { return o.path == path; });
      if (path.extension() == ".yaml" && !ours) found.push_back(path);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::vector<Output> outputs() {
  std::vector<Output> all;
  for (const auto* types : api::all_types()) {
    const std::string text = kHeader + api::to_yaml(api::definition_of(*types));
    for (const char* folder : kCrdFolders) all.push_back({fs::path(folder) / (types->kind.resource() + ".yaml"), text});
  }
  all.push_back({"crds/README.md", api::reference()});
  return all;
}

int generate(const fs::path& root, bool check, std::ostream& out) {
  const auto all = outputs();
  bool fine = true;
  for (const auto& [path, text] : all) {
    if (in_step(root / path, text)) continue;
    const bool written = !check && write(root / path, text);
    out << (written ? "" : check ? "out of step: " : "cannot write ") << path.string() << "\n";
    fine = fine && written;
  }
  for (const auto& path : strangers(root, all)) {
    out << "not generated: " << path.string() << "\n";
    fine = false;
  }
  return fine ? 0 : 1;
}

}  // namespace haetae::cli
