#pragma once
// Pulse: asks one member cluster again and again whether it answers, and so opens and closes its breaker.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "domain/prepared.hpp"
#include "kube/client.hpp"
#include "kube/reactor.hpp"

namespace haetae::controllers {

/// What the last probes told.
struct Vital {
  enum class State { Trying, Up, Down } state{State::Trying};
  std::optional<Timestamp> down_since{};  ///< set while Down
  Code code{Code::Unreachable};           ///< why it is Down
  std::string why{};
  std::string uid{};                      ///< of the namespace kube-system; "" until first Up
  std::string version{};                  ///< "v1.36.3"; "" until known
  domain::MemberChart chart{};            ///< NotAsked while it is not Up
  bool operator==(const Vital&) const = default;
};

struct PulseOptions {
  std::chrono::milliseconds every{10'000};       ///< while Up
  std::chrono::milliseconds suspicious{1'000};   ///< after a first failure
  std::chrono::milliseconds deadline{3'000};     ///< of one probe
  std::chrono::milliseconds longest_wait{5'000}; ///< while Down: 1, 2, 4, 5, 5 … seconds
  std::chrono::milliseconds chart_every{60'000}; ///< between two looks at the member chart, with the probe
  std::string chart_namespace{"haetae-system"};  ///< where that chart is
};

/// Up turns Down after two failures in a row, or one that confirms a suspicion; Down turns Up with one success. An
/// answer "too many requests" is a sign of life. While Up it also looks after the member chart. A state machine on the reactor, without a thread.
class Pulse {
 public:
  /// `on_change` is called on the reactor's thread. Requires: reactor, client and clock outlive the pulse.
  Pulse(kube::Reactor& reactor, kube::Client& client, const Clock& clock, PulseOptions options,
        std::function<void(const Vital&)> on_change);
  ~Pulse();
  void start();  ///< Thread: any
  void stop();   ///< Thread: the reactor's; nothing is called afterwards
  /// A request failed: probes at once. Thread: any.
  void suspect();
  [[nodiscard]] Vital vital() const;  ///< Thread: any

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace haetae::controllers
