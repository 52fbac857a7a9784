#pragma once
// Moments and lengths of time as Kubernetes writes them, and the clock that tests replace.

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace haetae {

using Timestamp = std::chrono::sys_seconds;  ///< metav1.Time: UTC, whole seconds
using Seconds = std::chrono::seconds;

/// "2026-11-22T08:38:12Z". Source: metav1.Time, RFC 3339.
[[nodiscard]] std::string rfc3339(Timestamp time);
/// Reads RFC 3339, fractions and offsets included. Errors: Malformed.
[[nodiscard]] Result<Timestamp> parse_rfc3339(std::string_view text);

/// "1h30m0s" as Go prints it. Source: metav1.Duration.
[[nodiscard]] std::string go_duration(std::chrono::milliseconds length);
/// Reads Go's form ("1h30m", "1.5s", "250ms"); rounds to ms. Errors: Malformed, also when it overflows.
[[nodiscard]] Result<std::chrono::milliseconds> parse_go_duration(std::string_view text);

/// The two clocks that code outside domain/ may read. Thread: any.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;                                   ///< for what people read
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;    ///< for deadlines
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override;
};

}  // namespace haetae
