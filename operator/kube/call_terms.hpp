#pragma once
// The time limits of one call, and a send() as a stream that is collected. Shared by both transports.

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "kube/transport.hpp"

namespace haetae::kube {

/// How far a call is.
enum class Stage { Connect, Write, Head, Body };

/// What one call may take.
struct Terms {
  std::optional<std::chrono::milliseconds> total{};  ///< a send()'s deadline; a stream has `limits` instead
  StreamLimits limits{};
  std::size_t body_bytes{0};  ///< 0 = no limit

  using Moment = std::chrono::steady_clock::time_point;
  /// When patience ends, for a call that was asked for at `asked` and got its last byte at `last_byte`.
  [[nodiscard]] Moment due(Stage stage, Moment asked, Moment last_byte) const;
  /// What to say then: Unreachable "read host:443: silent for 150 s".
  [[nodiscard]] Error too_late(Stage stage, const std::string& where) const;
};

/// Events that collect a whole answer and give it to `answer` once.
[[nodiscard]] StreamEvents gather(std::function<void(Result<HttpResponse>)> answer);

}  // namespace haetae::kube
