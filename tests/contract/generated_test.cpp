// The committed files are what `haetae generate` writes.

#include <doctest/doctest.h>

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "cli/generate.hpp"

namespace haetae::cli {
namespace {

namespace fs = std::filesystem;

/// A folder of this test alone, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "haetae-generated-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("generated files are in step with the field lists") {
  std::ostringstream out;
  const int code = generate(HAETAE_SOURCE_DIR, true, out);
  CHECK_MESSAGE(code == 0, out.str(), "run: cmake --build <build> --target generate");
}

TEST_CASE("a second run writes nothing") {
  const Folder folder;
  std::ostringstream first, second;
  CHECK(generate(folder.path(), false, first) == 0);
  CHECK(first.str().find("crds/tenantsystems.haetae.io.yaml\n") != std::string::npos);
  CHECK(generate(folder.path(), false, second) == 0);
  CHECK(second.str().empty());
}

TEST_CASE("a file that was edited, is missing or is a stranger is named, and checking writes nothing") {
  const Folder folder;
  std::ostringstream quiet, named;
  REQUIRE(generate(folder.path(), false, quiet) == 0);
  const auto edited = folder.path() / "crds/centers.haetae.io.yaml";
  std::ofstream(edited, std::ios::app) << "# edited\n";
  fs::remove(folder.path() / "crds/README.md");
  std::ofstream(folder.path() / "charts/haetae/files/crds/old.yaml") << "{}\n";
  CHECK(generate(folder.path(), true, named) == 1);
  CHECK(named.str() ==
        "out of step: crds/centers.haetae.io.yaml\nout of step: crds/README.md\n"
        "not generated: charts/haetae/files/crds/old.yaml\n");
  CHECK_FALSE(fs::exists(folder.path() / "crds/README.md"));
}

TEST_CASE("a folder that cannot be written is reported") {
  const Folder folder;
  std::ofstream(folder.path() / "crds") << "a file where a folder should be";
  std::ostringstream out;
  CHECK(generate(folder.path(), false, out) == 1);
  CHECK(out.str().find("cannot write crds/") != std::string::npos);
}

TEST_CASE("every derived definition fits easily into one object") {
  for (const auto& output : outputs()) CHECK_MESSAGE(output.text.size() < 200'000, output.path.string());
}

}  // namespace haetae::cli
