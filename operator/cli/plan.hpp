#pragma once
// `haetae plan`: the plan of a fleet that is written down in files. Changes nothing anywhere.

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/load.hpp"

namespace haetae::cli {

enum class Form {
  Table,  ///< for people
  Json,   ///< a v1 List of the very objects that went in, with the status that the operator would write
  Yaml,   ///< the same
};

/// Tells faults and notes on `streams.err`. True where there are no faults.
[[nodiscard]] bool report_loading(const Loaded& loaded, const Streams& streams);

/// Plans what the paths hold and prints it. Same input in any order, same bytes out; a plan of its own output prints the
/// same placement. Returns an exit code; faults and notes go to `streams.err`.
[[nodiscard]] int plan(const std::vector<std::string>& paths, Form form, const Streams& streams);

}  // namespace haetae::cli
