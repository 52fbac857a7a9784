#pragma once
// Structured log: one JSON object a line on standard error.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace haetae::telemetry {

enum class Level { Debug, Info, Warn, Error };

/// "debug", "info", "warn" or "error"; nullopt otherwise.
[[nodiscard]] std::optional<Level> level(std::string_view name);

/// One key of a line. Never pass request or response bodies, headers, kubeconfigs or anything of a Secret.
struct Field {
  std::string_view key;
  std::string value;
};

/// Thread: any. Lines are written whole; every value is JSON-escaped, broken UTF-8 replaced.
class Log {
 public:
  explicit Log(Level least = Level::Info);
  void debug(std::string_view message, std::initializer_list<Field> fields = {}) const;
  void info(std::string_view message, std::initializer_list<Field> fields = {}) const;
  void warn(std::string_view message, std::initializer_list<Field> fields = {}) const;
  void error(std::string_view message, std::initializer_list<Field> fields = {}) const;

 private:
  Level least_;
  void line(Level at, std::string_view message, std::initializer_list<Field> fields) const;
};

/// The line that Log writes, without the newline; `time` as RFC 3339 with milliseconds.
[[nodiscard]] std::string json_line(std::string_view time, Level at, std::string_view message,
                                    std::initializer_list<Field> fields);

}  // namespace haetae::telemetry
