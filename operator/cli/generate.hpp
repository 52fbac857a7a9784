#pragma once
// `haetae generate`: every file of the repository that follows from the field lists.

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace haetae::cli {

/// One derived file, its path relative to the root of the repository.
struct Output {
  std::filesystem::path path{};
  std::string text{};
};

/// All of them. To derive another file, add it here; nothing else needs to know.
[[nodiscard]] std::vector<Output> outputs();

/// Writes what differs below `root` and prints the path of each file written. With `check` nothing is written: it
/// prints what is out of step, and what lies among the generated CRDs without being generated.
/// Returns 0 where all is in step or was written, 1 where it is not or could not be.
int generate(const std::filesystem::path& root, bool check, std::ostream& out);

}  // namespace haetae::cli
