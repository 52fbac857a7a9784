#pragma once
// Every flag and environment variable of `haetae operator`, once: name, meaning, unit, default and bounds.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace haetae {

/// What the operator is started with. The member initializers are the defaults.
struct Settings {
  std::string kubeconfig{};                        ///< empty: in the cluster, by the pod's own token
  std::string ns{};                                ///< the operator's namespace, where the Secrets lie
  std::string listen{"0.0.0.0:8080"};
  std::string log_level{"info"};
  int workers{5};
  std::chrono::milliseconds debounce{100};
  std::chrono::milliseconds probe_every{10'000};
  std::chrono::milliseconds request_timeout{15'000};
  std::string member_namespace{"haetae-system"};
};

/// One flag. Every flag has an environment variable; the flag wins.
struct Setting {
  const char* flag;         ///< "--workers"
  const char* variable;     ///< "HAETAE_WORKERS"
  const char* meaning;      ///< one sentence
  const char* unit;         ///< "", "threads", "milliseconds", …
  std::string by_default;   ///< as one would write it
  std::string bounds;       ///< "1 to 16"; "" = any text
  /// Takes a text in. Errors: Malformed, naming the bounds.
  std::function<Status(Settings&, const std::string&)> take;
};

/// All of them, in the order of the help text.
[[nodiscard]] const std::vector<Setting>& setting_table();

/// Looks up an environment variable; "" where it is not set.
using Environment = std::function<std::string(const std::string& variable)>;

/// `--flag value` and `--flag=value` over the environment over the defaults.
/// Errors: Malformed (unknown flag, missing value, out of bounds), naming flag or variable.
[[nodiscard]] Result<Settings> read_settings(const std::vector<std::string>& arguments, const Environment& environment);

/// The help text of the flags: name, meaning, unit, bounds, default.
[[nodiscard]] std::string settings_help();

}  // namespace haetae
