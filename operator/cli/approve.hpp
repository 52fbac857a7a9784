#pragma once
// `haetae approve`: fills in the form of an Approval. It sends nothing: whoever approves applies it as themselves, by
// whatever way they enter the hub, and admission holds them to their own name.

#include <chrono>
#include <string>
#include <vector>

#include "api/step.hpp"
#include "cli/command_line.hpp"

namespace haetae::cli {

/// What was said on the command line.
struct ApproveWish {
  std::string step{};                      ///< "" lists the steps that wait
  std::string by{};
  std::string role{};                      ///< "" where the step takes one role only
  std::string reason{};
  bool reject{false};
  std::chrono::milliseconds valid_for{std::chrono::hours(24)};
  std::string home{"haetae-system"};       ///< the operator's namespace in the hub
};

/// Reads the subjects from the paths (`kubectl get … -o yaml`) and prints the Approval as YAML, for `kubectl create -f -`;
/// without a step, a table of all steps that wait. Returns an exit code.
[[nodiscard]] int approve(const ApproveWish& wish, const std::vector<std::string>& paths, const Clock& clock,
                          const Streams& streams);

}  // namespace haetae::cli
