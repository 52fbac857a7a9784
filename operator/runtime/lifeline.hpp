#pragma once
// Lifeline: how far a watch's rows can be believed, and since when not. The part of the watch that decides what is
// told as Freshness; it opens no stream.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "kube/reactor.hpp"
#include "runtime/store.hpp"

namespace haetae::runtime {

/// Thread: the reactor's. `tell` is called on changes of meaning alone: the same trouble is told once.
class Lifeline {
 public:
  struct Limits {
    std::chrono::milliseconds grace;    ///< lost for so long is Unknown, though nothing has failed
    std::chrono::milliseconds silence;  ///< of a stream that is given up
  };
  /// `what` begins every reason: "cannot watch Pod in cluster daejeon-a".
  Lifeline(kube::Reactor& reactor, const Clock& clock, Limits limits, std::string what,
           std::function<void(const Freshness&)> tell);
  ~Lifeline();

  /// The watch has begun; there is no state yet.
  void begin();
  /// From now on events may be missed. `last_byte`: when the stream was last heard. Until failed() or the grace time
  /// nothing is told of it.
  void lost(std::chrono::steady_clock::time_point last_byte);
  /// It cannot be had again at once: Unknown since lost(), or since begin().
  void failed(const Error& error);
  /// A resumed stream is open: all that was missed has come when it is still open after `settle`.
  void resumed(std::chrono::milliseconds settle);
  /// The rows are the truth again.
  void caught_up();
  /// As caught_up(), by a full state; the first one is told in any case.
  void full_state();
  /// Runs no timer any more.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  ///< timers hold it weakly
};

}  // namespace haetae::runtime
