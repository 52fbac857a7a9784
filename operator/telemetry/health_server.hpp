#pragma once
// /healthz, /readyz and /metrics over plain HTTP, on a thread of its own, so that it answers when all else is stuck.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace haetae::telemetry {

/// What a check answers: "" = well, else why not (shown in the body, so no secret).
using Check = std::function<std::string()>;

struct HealthPages {
  Check healthz;                         ///< liveness: progress is made
  Check readyz;                          ///< readiness: the hub's watches are synced
  std::function<std::string()> metrics;  ///< Prometheus text
};

/// Limits: 16 KB of header, no body, 10 s per request, 64 connections. Source: cpp-stack.md §1.4.
class HealthServer {
 public:
  /// Binds `listen` ("0.0.0.0:8080", "[::]:0"; port 0 chooses). Errors: Rejected (bad address), Unreachable (in use).
  [[nodiscard]] static Result<std::unique_ptr<HealthServer>> start(const std::string& listen, HealthPages pages);
  ~HealthServer();
  [[nodiscard]] std::uint16_t port() const;

 private:
  HealthServer();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace haetae::telemetry
