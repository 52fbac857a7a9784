#pragma once
// The one queue of the process: each key once, by priority, with a lane per cluster so that one slow or dead
// cluster delays no other. The only place that retries.

#include <chrono>
#include <compare>
#include <cstdint>
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

/// Fixed classes; FIFO inside one; an entry rises one class for every 30 s that it is due and waits, so nothing
/// starves. Source: operators.md §2.5.
enum class Priority { Resync, Initial, Secondary, User, Urgent };

/// When a key wants to be looked at again: on change alone, or after a time at the latest.
struct Next {
  std::optional<std::chrono::milliseconds> after{};
  [[nodiscard]] static Next on_change() { return {}; }
  [[nodiscard]] static Next in(std::chrono::milliseconds delay) { return {delay}; }
};

struct QueueOptions {
  std::size_t lane_width{2};                          ///< keys of one lane at work at once
  std::chrono::milliseconds first_backoff{200};       ///< × 2 per failure; the wait is a random half to whole of it
  std::chrono::milliseconds longest_backoff{60'000};  ///< retries never stop
  std::chrono::milliseconds ageing{30'000};
  std::uint64_t seed{1};                              ///< of the jitter
};

/// Thread: any. One key is never given to two workers; a key that is added while at work is given again after.
/// A key has one due time, the earliest that anyone asked for; only a backoff holds it longer.
class WorkQueue {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  explicit WorkQueue(Now now, QueueOptions options = {});
  ~WorkQueue();

  /// Adds, due now, or raises. New information (`fresh`) ends the wait of a backoff and forgets its failures, but
  /// never goes below a retry_after that the server asked for; without it a backoff runs its time.
  void add(const Key& key, Priority priority, bool fresh = true);
  /// Adds, due after `delay` at the latest. Leaves a backoff as it is.
  void add_after(const Key& key, std::chrono::milliseconds delay, Priority priority = Priority::Secondary);
  /// Blocks until a key is due in an open lane with room, or stop is requested (then nullopt).
  [[nodiscard]] std::optional<Key> take(std::stop_token stop);
  /// As take(), never blocks.
  [[nodiscard]] std::optional<Key> try_take();
  /// Gives the key back. An error backs off (retry_after of the error is the least delay) and keeps the key's class;
  /// Next::in() comes back as Secondary. Requires: the key was taken and not yet given back.
  void finish(const Key& key, const Result<Next>& outcome);

  /// A closed lane (breaker open) hands out nothing; its keys wait. add() still records them.
  void close_lane(const std::string& lane);
  void open_lane(const std::string& lane);
  /// Forgets every key of a lane, also what is to be done again after the present work (its cluster object is gone).
  void drop_lane(const std::string& lane);

  struct Depth {
    std::size_t waiting{0};   ///< for their time
    std::size_t due{0};       ///< for a worker, or for their lane to open
    std::size_t working{0};
    std::size_t retries{0};   ///< since the start
    std::chrono::milliseconds oldest_due{0};
  };
  [[nodiscard]] Depth depth() const;
  /// The clock that the queue goes by.
  [[nodiscard]] std::chrono::steady_clock::time_point now() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace haetae::runtime
