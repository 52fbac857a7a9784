#include "runtime/work_queue.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <tuple>
#include <utility>

namespace haetae::runtime {
namespace {

using Moment = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

constexpr std::size_t kClasses = static_cast<std::size_t>(Priority::Urgent) + 1;

enum class Phase { Waiting, Due, Working };

/// Asked for while the key was at work.
struct Again {
  Moment due;
  Priority priority;
  bool fresh;
};

struct Entry {
  Phase phase{Phase::Waiting};
  Priority priority{Priority::Secondary};
  Moment due{};                    ///< when it is (Waiting) or became (Due) due
  std::uint64_t order{0};          ///< of becoming Waiting or Due: FIFO where times are equal
  unsigned failures{0};            ///< in a row
  Moment not_before{Moment::min()};///< the server's retry_after
  std::optional<Again> again{};
  bool dropped{false};             ///< its lane went while it was at work
  [[nodiscard]] bool backing_off() const { return phase == Phase::Waiting && failures > 0; }
};

/// A place in an order by time; the key lives in the map of entries.
using Slot = std::tuple<Moment, std::uint64_t, const Key*>;

struct Lane {
  bool closed{false};
  std::size_t working{0};
  std::array<std::set<Slot>, kClasses> due{};
};

}  // namespace

struct WorkQueue::Impl {
  Impl(Now now_, QueueOptions options_) : clock(std::move(now_)), options(options_), random(options_.seed) {}

  const Now clock;
  const QueueOptions options;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::mt19937_64 random;
  std::map<Key, Entry> entries;
  std::map<std::string, Lane> lanes;
  std::set<Slot> waiting;
  std::uint64_t orders{0};
  std::size_t working{0}, retries{0};

  // Requires of all below: mutex is held.

  static Slot slot(const std::map<Key, Entry>::value_type& row) {
    return {row.second.due, row.second.order, &row.first};
  }
  std::set<Slot>& place(const std::map<Key, Entry>::value_type& row) {
    if (row.second.phase == Phase::Waiting) return waiting;
    return lanes[row.first.lane].due[static_cast<std::size_t>(row.second.priority)];
  }
  void take_out(std::map<Key, Entry>::value_type& row) { place(row).erase(slot(row)); }

  void put_in(std::map<Key, Entry>::value_type& row, Moment due, Moment now) {
    row.second.phase = due > now ? Phase::Waiting : Phase::Due;
    row.second.due = due;
    row.second.order = ++orders;
    place(row).insert(slot(row));
  }

  /// Moves to Due what has waited long enough.
  void ripen(Moment now) {
    while (!waiting.empty() && std::get<Moment>(*waiting.begin()) <= now) {
      const auto row = entries.find(*std::get<const Key*>(*waiting.begin()));
      waiting.erase(waiting.begin());
      row->second.phase = Phase::Due;
      place(*row).insert(slot(*row));
    }
  }

  void raise(std::map<Key, Entry>::value_type& row, Priority priority) {
    if (priority <= row.second.priority) return;
    place(row).erase(slot(row));
    row.second.priority = priority;
    place(row).insert(slot(row));
  }

  void ask(const Key& key, Moment due, Priority priority, bool fresh, Moment now) {
    const auto [row, added] = entries.try_emplace(key);
    Entry& entry = row->second;
    if (added) {
      entry.priority = priority;
      return put_in(*row, due, now);
    }
    if (entry.phase == Phase::Working) {
      entry.dropped = false;
      if (!entry.again) entry.again = Again{due, priority, fresh};
      entry.again->due = std::min(entry.again->due, due);
      entry.again->priority = std::max(entry.again->priority, priority);
      entry.again->fresh |= fresh;
      return;
    }
    raise(*row, priority);
    if (entry.phase == Phase::Due) return;
    if (entry.backing_off() && !fresh) return;
    if (fresh) entry.failures = 0;
    const Moment earliest = std::max(due, entry.not_before);
    if (earliest >= entry.due) return;
    take_out(*row);
    put_in(*row, earliest, now);
  }

  /// The class after ageing.
  [[nodiscard]] std::size_t aged(std::size_t base, Moment since, Moment now) const {
    const auto steps = options.ageing.count() > 0 ? (now - since) / options.ageing : 0;
    return std::min(kClasses - 1, base + static_cast<std::size_t>(std::max<std::int64_t>(0, steps)));
  }

  std::optional<Key> pick(Moment now) {
    ripen(now);
    std::optional<std::pair<std::size_t, Slot>> best;
    for (const auto& [name, lane] : lanes) {
      if (lane.closed || lane.working >= options.lane_width) continue;
      for (std::size_t base = 0; base < kClasses; ++base) {
        if (lane.due[base].empty()) continue;
        const Slot head = *lane.due[base].begin();  // the oldest of a class has aged the most
        const auto rank = aged(base, std::get<Moment>(head), now);
        if (!best || rank > best->first || (rank == best->first && head < best->second)) best = {rank, head};
      }
    }
    if (!best) return std::nullopt;
    const auto row = entries.find(*std::get<const Key*>(best->second));
    take_out(*row);
    row->second.phase = Phase::Working;
    ++lanes[row->first.lane].working;
    ++working;
    return row->first;
  }

  [[nodiscard]] milliseconds backoff(unsigned failures) {
    const double doubled = std::ldexp(static_cast<double>(options.first_backoff.count()),
                                      static_cast<int>(std::min(failures - 1, 40U)));
    const double whole = std::min(doubled, static_cast<double>(options.longest_backoff.count()));
    const double share = 0.5 + 0.5 * static_cast<double>(random() >> 11) * 0x1p-53;
    return milliseconds(static_cast<std::int64_t>(whole * share));
  }

  /// When a key that comes back is due again; nullopt = on change alone. Sets class and failures.
  std::optional<Moment> next_due(Entry& entry, const Result<Next>& outcome, Moment now) {
    const auto again = std::exchange(entry.again, std::nullopt);
    std::optional<Moment> due;
    entry.not_before = Moment::min();
    if (!outcome) {
      ++entry.failures;
      ++retries;
      const auto least = outcome.error().retry_after.value_or(milliseconds(0));
      if (least.count() > 0) entry.not_before = now + least;
      due = now + std::max(backoff(entry.failures), least);
    } else {
      entry.failures = 0;
      entry.priority = again ? again->priority : Priority::Secondary;
      if (outcome->after) due = now + std::max(*outcome->after, milliseconds(0));
    }
    if (again && (outcome || again->fresh)) {
      entry.priority = std::max(entry.priority, again->priority);
      const auto asked = std::max(again->due, entry.not_before);
      due = due ? std::min(*due, asked) : asked;
    }
    return due;
  }
};

WorkQueue::WorkQueue(Now now, QueueOptions options) : impl_(std::make_unique<Impl>(std::move(now), options)) {}
WorkQueue::~WorkQueue() = default;

void WorkQueue::add(const Key& key, Priority priority, bool fresh) {
  {
    const std::lock_guard lock(impl_->mutex);
    const Moment now = impl_->clock();
    impl_->ask(key, now, priority, fresh, now);
  }
  impl_->changed.notify_all();  // all: whoever sleeps until a later time must look again
}

void WorkQueue::add_after(const Key& key, milliseconds delay, Priority priority) {
  {
    const std::lock_guard lock(impl_->mutex);
    const Moment now = impl_->clock();
    impl_->ask(key, now + delay, priority, false, now);
  }
  impl_->changed.notify_all();
}

std::optional<Key> WorkQueue::take(std::stop_token stop) {
  std::unique_lock lock(impl_->mutex);
  while (!stop.stop_requested()) {
    const Moment now = impl_->clock();
    if (auto key = impl_->pick(now)) return key;
    // Nothing to hand out: sleep until something changes or the next key's time has come, then look again.
    bool slept = false;
    const auto once = [&slept] { return std::exchange(slept, true); };
    if (impl_->waiting.empty()) {
      impl_->changed.wait(lock, stop, once);
    } else {
      impl_->changed.wait_for(lock, stop, std::get<Moment>(*impl_->waiting.begin()) - now, once);
    }
  }
  return std::nullopt;
}

std::optional<Key> WorkQueue::try_take() {
  const std::lock_guard lock(impl_->mutex);
  return impl_->pick(impl_->clock());
}

void WorkQueue::finish(const Key& key, const Result<Next>& outcome) {
  {
    const std::lock_guard lock(impl_->mutex);
    const auto row = impl_->entries.find(key);
    if (row == impl_->entries.end() || row->second.phase != Phase::Working) {
      std::fprintf(stderr, "WorkQueue: %s given back but not taken\n", key.text().c_str());
      std::abort();
    }
    --impl_->lanes[key.lane].working;
    --impl_->working;
    const Moment now = impl_->clock();
    const auto due = impl_->next_due(row->second, outcome, now);
    if (row->second.dropped || !due) {
      impl_->entries.erase(row);
    } else {
      impl_->put_in(*row, *due, now);
    }
  }
  impl_->changed.notify_all();
}

void WorkQueue::close_lane(const std::string& lane) {
  const std::lock_guard lock(impl_->mutex);
  impl_->lanes[lane].closed = true;
}

void WorkQueue::open_lane(const std::string& lane) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->lanes[lane].closed = false;
  }
  impl_->changed.notify_all();
}

void WorkQueue::drop_lane(const std::string& lane) {
  const std::lock_guard lock(impl_->mutex);
  for (auto row = impl_->entries.begin(); row != impl_->entries.end();) {
    if (row->first.lane != lane) {
      ++row;
    } else if (row->second.phase == Phase::Working) {
      row->second.again.reset();
      row->second.dropped = true;
      ++row;
    } else {
      impl_->take_out(*row);
      row = impl_->entries.erase(row);
    }
  }
  const auto at = impl_->lanes.find(lane);
  if (at == impl_->lanes.end()) return;
  at->second.closed = false;  // a later lane of this name is another cluster
  if (at->second.working == 0) impl_->lanes.erase(at);
}

WorkQueue::Depth WorkQueue::depth() const {
  const std::lock_guard lock(impl_->mutex);
  const Moment now = impl_->clock();
  impl_->ripen(now);
  Depth depth{impl_->waiting.size(), 0, impl_->working, impl_->retries, {}};
  for (const auto& [name, lane] : impl_->lanes)
    for (const auto& due : lane.due) {
      depth.due += due.size();
      if (due.empty()) continue;
      const auto age = std::chrono::duration_cast<milliseconds>(now - std::get<Moment>(*due.begin()));
      depth.oldest_due = std::max(depth.oldest_due, age);
    }
  return depth;
}

Moment WorkQueue::now() const { return impl_->clock(); }

}  // namespace haetae::runtime
