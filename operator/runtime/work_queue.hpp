#pragma once
// The one queue of the process: each key once, by priority, with a lane per cluster so that one slow or dead
// cluster delays no other. The only place that retries.

#include <chrono>
#include <compare>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.hpp"

namespace haetae::runtime {

/// What is to be reconciled. `lane` is the cluster that the work talks to; "" is the hub.
struct Key {
  std::string controller{};
  std::string lane{};
  std::string name{};
  auto operator<=>(const Key&) const = default;
  [[nodiscard]] std::string text() const { return controller + ":" + name + (lane.empty() ? "" : "@" + lane); }
};

/// Fixed classes; FIFO inside one; an entry rises one class for every 30 s that it waits, so nothing starves.
/// Source: operators.md §2.5.
enum class Priority { Resync, Initial, Secondary, User, Urgent };

/// When a key wants to be looked at again: on change alone, or after a time at the latest.
struct Next {
  std::optional<std::chrono::milliseconds> after{};
  [[nodiscard]] static Next on_change() { return {}; }
  [[nodiscard]] static Next in(std::chrono::milliseconds delay) { return {delay}; }
};

struct QueueOptions {
  std::size_t lane_width{2};                          ///< keys of one lane at work at once
  std::chrono::milliseconds first_backoff{200};       ///< × 2 per failure, with jitter
  std::chrono::milliseconds longest_backoff{60'000};  ///< retries never stop
  std::chrono::milliseconds ageing{30'000};
};

/// Thread: any. One key is never given to two workers; a key that is added while at work is given again after.
class WorkQueue {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  explicit WorkQueue(Now now, QueueOptions options = {});
  ~WorkQueue();

  /// Adds or raises; an entry waiting for a backoff becomes due now when `fresh` (new information has come).
  void add(const Key& key, Priority priority, bool fresh = true);
  void add_after(const Key& key, std::chrono::milliseconds delay, Priority priority = Priority::Secondary);
  /// Blocks until a key is due in an open lane with room, or stop is requested (then nullopt).
  [[nodiscard]] std::optional<Key> take(std::stop_token stop);
  /// As take(), never blocks.
  [[nodiscard]] std::optional<Key> try_take();
  /// Gives the key back. An error backs off (retry_after of the error is the least delay).
  void finish(const Key& key, const Result<Next>& outcome);

  /// A closed lane (breaker open) hands out nothing; its keys wait. add() still records them.
  void close_lane(const std::string& lane);
  void open_lane(const std::string& lane);
  /// Forgets every waiting key of a lane (its cluster object is gone).
  void drop_lane(const std::string& lane);

  struct Depth {
    std::size_t waiting{0}, due{0}, working{0}, retries{0};
    std::chrono::milliseconds oldest_due{0};
  };
  [[nodiscard]] Depth depth() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace haetae::runtime
