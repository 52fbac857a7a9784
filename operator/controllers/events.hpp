#pragma once
// Events: what turned, for `kubectl describe`. A courtesy, never waited for; what lasts is in the conditions.

#include <memory>

#include "base/time.hpp"
#include "controllers/transitions.hpp"
#include "kube/client.hpp"
#include "telemetry/metrics.hpp"

namespace haetae::controllers {

/// Sends an events.k8s.io/v1 Event a transition, within a budget for the whole process; what is over it is counted and
/// dropped. Source: operators.md §2.8. Thread: any.
class EventTeller {
 public:
  /// Requires: everything given outlives it and what teller() returned.
  EventTeller(kube::Client& hub, const Clock& clock, telemetry::Metrics& metrics, std::string instance);
  ~EventTeller();
  [[nodiscard]] TellTransition teller();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The Event as JSON. `name` must be new; a cluster-scoped object's lies in the namespace "default".
/// Source: kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1
[[nodiscard]] std::string event_json(const std::string& kind, const api::ObjectMeta& of, const Transition& turned,
                                     const std::string& name, const std::string& instance, Timestamp now);

}  // namespace haetae::controllers
