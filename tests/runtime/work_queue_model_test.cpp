// The queue against a model that is too simple to be wrong: a list that is searched from end to end.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

#include "runtime/work_queue.hpp"

using namespace haetae;
using namespace haetae::runtime;
using namespace std::chrono_literals;

namespace {

using Moment = std::chrono::steady_clock::time_point;
constexpr std::size_t kWidth = 2;
constexpr auto kAgeing = 30'000ms;

struct Row {
  int priority{0};
  Moment due{};
  std::uint64_t order{0};
  bool working{false}, failing{false};
  Moment not_before{Moment::min()};
  bool again{false}, again_fresh{false};
  Moment again_due{};
  int again_priority{0};
};

struct Model {
  Moment now{1h};
  std::map<Key, Row> rows;
  std::map<std::string, bool> closed;
  std::uint64_t orders{0};

  void settle(Row& row, Moment due) {
    row.due = due;
    row.order = ++orders;
  }
  void ask(const Key& key, Moment due, int priority, bool fresh) {
    const auto [at, added] = rows.try_emplace(key);
    Row& row = at->second;
    if (added) {
      row.priority = priority;
      return settle(row, due);
    }
    if (row.working) {
      row.again_due = row.again ? std::min(row.again_due, due) : due;
      row.again_priority = row.again ? std::max(row.again_priority, priority) : priority;
      row.again_fresh = (row.again && row.again_fresh) || fresh;
      row.again = true;
      return;
    }
    row.priority = std::max(row.priority, priority);
    if (row.due <= now) return;
    if (row.failing && !fresh) return;
    if (fresh) row.failing = false;
    const auto earliest = std::max(due, row.not_before);
    if (earliest < row.due) settle(row, earliest);
  }
  std::optional<Key> pick() {
    const Key* best = nullptr;
    std::tuple<std::int64_t, Moment, std::uint64_t> best_rank;
    for (auto& [key, row] : rows) {
      if (row.working || row.due > now || closed[key.lane]) continue;
      const auto at_work = std::count_if(rows.begin(), rows.end(), [&](const auto& other) {
        return other.second.working && other.first.lane == key.lane;
      });
      if (static_cast<std::size_t>(at_work) >= kWidth) continue;
      const auto aged = std::min<std::int64_t>(4, row.priority + (now - row.due) / kAgeing);
      const std::tuple rank(-aged, row.due, row.order);
      if (best == nullptr || rank < best_rank) best = &key, best_rank = rank;
    }
    if (best == nullptr) return std::nullopt;
    rows[*best].working = true;
    return *best;
  }
  /// `retry_after` < 0: success with `after`, which is < 0 for on change alone.
  void finish(const Key& key, std::chrono::milliseconds retry_after, std::chrono::milliseconds after) {
    Row& row = rows[key];
    const bool failed = retry_after.count() >= 0;
    std::optional<Moment> due;
    row.working = false;
    row.failing = failed;
    row.not_before = failed ? now + retry_after : Moment::min();
    if (failed) due = now + retry_after;
    if (!failed) row.priority = row.again ? row.again_priority : static_cast<int>(Priority::Secondary);
    if (!failed && after.count() >= 0) due = now + after;
    if (row.again && (!failed || row.again_fresh)) {
      row.priority = std::max(row.priority, row.again_priority);
      const auto asked = std::max(row.again_due, row.not_before);
      due = due ? std::min(*due, asked) : asked;
    }
    row.again = false;
    if (due) {
      settle(row, *due);
    } else {
      rows.erase(key);
    }
  }
};

}  // namespace

TEST_CASE("a hundred thousand random steps agree with a model that is searched from end to end") {
  std::mt19937_64 random(20260101);
  const auto below = [&](std::uint64_t n) { return random() % n; };
  Model model;
  // Every error carries a retry_after above the longest backoff, so that jitter plays no part.
  WorkQueue queue([&] { return model.now; },
                  {.lane_width = kWidth, .first_backoff = 1ms, .longest_backoff = 1ms, .ageing = kAgeing});
  const std::string lanes[] = {"", "daejeon", "daegu"};
  std::vector<Key> at_work;
  std::size_t handed_out = 0;
  for (int step = 0; step < 100'000; ++step) {
    const Key key{"test", lanes[below(3)], std::to_string(below(8))};
    const auto delay = std::chrono::milliseconds(below(60'000));
    const auto priority = static_cast<Priority>(below(5));
    switch (below(10)) {
      case 0: case 1: {
        const bool fresh = below(2) == 0;
        queue.add(key, priority, fresh);
        model.ask(key, model.now, static_cast<int>(priority), fresh);
        break;
      }
      case 2:
        queue.add_after(key, delay, priority);
        model.ask(key, model.now + delay, static_cast<int>(priority), false);
        break;
      case 3: case 4: case 5: {
        const auto real = queue.try_take();
        const auto expected = model.pick();
        REQUIRE(real.has_value() == expected.has_value());
        if (!real) break;
        REQUIRE(real->text() == expected->text());
        at_work.push_back(*real);
        ++handed_out;
        break;
      }
      case 6: case 7: {
        if (at_work.empty()) break;
        const auto at = at_work.begin() + static_cast<std::ptrdiff_t>(below(at_work.size()));
        const auto how = below(3);
        if (how == 0) queue.finish(*at, Error{Code::Unreachable, "", delay + 1ms});
        if (how == 1) queue.finish(*at, Next::in(delay));
        if (how == 2) queue.finish(*at, Next::on_change());
        model.finish(*at, how == 0 ? delay + 1ms : -1ms, how == 1 ? delay : -1ms);
        at_work.erase(at);
        break;
      }
      case 8: {
        const bool close = below(3) == 0;
        close ? queue.close_lane(key.lane) : queue.open_lane(key.lane);
        model.closed[key.lane] = close;
        break;
      }
      default: model.now += std::chrono::milliseconds(below(20'000));
    }
  }
  CHECK(handed_out > 5'000);  // the steps did meet
  const auto depth = queue.depth();
  CHECK(depth.waiting + depth.due + depth.working == model.rows.size());
  CHECK(depth.working == at_work.size());
}
