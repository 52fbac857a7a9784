#pragma once
// The command line of the one binary: which words mean what. Exit codes: 0 fine, 1 findings, 2 bad input,
// 3 unreachable.

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace haetae::cli {

inline constexpr int kFine = 0;
inline constexpr int kFindings = 1;
inline constexpr int kBadInput = 2;
inline constexpr int kUnreachable = 3;

/// Where a command reads and writes. `out` is what was asked for; everything else goes to `err`.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

/// What the command line cannot know itself, since it stands beside the operator and not above it.
struct Hooks {
  std::string version{};
  std::string operator_help{};  ///< the flags of `haetae operator`, one paragraph
  /// Runs the operator with its flags as written; returns the exit code.
  std::function<int(const std::vector<std::string>& flags)> run_operator{};
};

/// Reads the arguments (without the program's name) and runs what they ask for. Unknown words get exit code 2 and a
/// hint. Thread: the caller's; returns when the command is over.
[[nodiscard]] int run(const std::vector<std::string>& arguments, const Hooks& hooks, const Streams& streams);

}  // namespace haetae::cli
