#pragma once
// Which files a command line names, and their text.

#include <iosfwd>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace haetae::cli {

/// A text and the name by which faults call it.
struct SourceText {
  std::string name{};
  std::string text{};
};

struct Sources {
  std::vector<SourceText> texts{};
  std::vector<std::string> faults{};
};

/// The longest text that is read. A fleet of 16,000 systems as `kubectl get -o yaml` prints it is about half of this.
inline constexpr std::size_t kLongestText = 256U << 20U;

/// The files of the arguments, each file once, in the order of their paths. Symbolic links to folders below an argument are not followed.
[[nodiscard]] Sources read_sources(const std::vector<std::string>& paths, std::istream& standard_input);

}  // namespace haetae::cli
