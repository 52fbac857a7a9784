#pragma once
// Kubernetes Events (events.k8s.io/v1) for people who look at one object. Best effort: what must last is in status.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/time.hpp"
#include "kube/client.hpp"

namespace haetae::runtime {

/// One thing that happened to an object. Record it on a transition, never on a look: an Event is a write.
struct EventNote {
  // The object that it is about.
  std::string api_version{};
  std::string kind{};
  std::string ns{};  ///< "" for cluster-scoped objects, whose events live in "default"
  std::string name{};
  std::string uid{};

  bool warning{false};
  std::string reason{};  ///< CamelCase, a fixed word: numbers belong into the note
  std::string action{};  ///< what was done or decided, CamelCase
  std::string note{};    ///< a sentence; cut at 1024 bytes. Source: k8s.io/api/events/v1
};

struct EventOptions {
  std::string controller{"haetae.io/operator"};
  std::string instance{};                         ///< who of several replicas; the pod's name
  std::size_t burst{500};                         ///< at once, over all objects: every system of a center may turn
  std::chrono::milliseconds refill{1'000};        ///< one more for each of it
  std::size_t in_flight{64};                      ///< requests that wait for an answer at once
  std::chrono::milliseconds series{360'000};      ///< a repeat within it continues the series
  std::chrono::milliseconds heartbeat{1'800'000}; ///< how often a series that goes on is written
};  // Source of the last two: client-go tools/events, operators.md §2.8

/// Thread: any.
class EventRecorder {
 public:
  /// Requires: `client` and `clock` outlive it, but for answers that come late.
  EventRecorder(kube::Client& client, const Clock& clock, EventOptions options);
  ~EventRecorder();

  /// Sends it, counts it into a series that goes on, or drops it where the budget is spent. Never waits; a failure
  /// is counted and nothing else.
  void record(const EventNote& event);

  struct Counts {
    std::uint64_t sent{0};      ///< accepted by the server
    std::uint64_t repeated{0};  ///< counted into a series, whether that was written or not
    std::uint64_t dropped{0};   ///< over the budget
    std::uint64_t failed{0};
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace haetae::runtime
