#include "runtime/work_queue.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

using namespace haetae;
using namespace haetae::runtime;
using namespace std::chrono_literals;

namespace {

/// A queue whose time moves when told.
struct Bench {
  std::chrono::steady_clock::time_point now{1h};
  WorkQueue queue;
  explicit Bench(QueueOptions options = {}) : queue([this] { return now; }, options) {}

  std::string taken() {
    const auto key = queue.try_take();
    return key ? key->name : "";
  }
  void done(const std::string& name, const std::string& lane = "") { queue.finish(key(name, lane), Next::on_change()); }
  void failed(const std::string& name, std::optional<std::chrono::milliseconds> retry_after = std::nullopt) {
    queue.finish(key(name), Error{Code::Unreachable, "cannot reach it", retry_after});
  }
  static Key key(std::string name, std::string lane = "") { return {"test", std::move(lane), std::move(name)}; }
  /// Steps of 1 ms until a key is due; how long that took.
  std::chrono::milliseconds wait_for(const std::string& name) {
    for (auto waited = 0ms; waited < 10min; waited += 1ms, now += 1ms)
      if (taken() == name) return waited;
    return 10min;
  }
};

}  // namespace

TEST_CASE("a key added many times is handed out once") {
  Bench bench;
  for (int i = 0; i < 3; ++i) bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "a");
  CHECK(bench.taken() == "");
  bench.done("a");
  CHECK(bench.taken() == "");
}

TEST_CASE("a key added while at work is handed out again, and not before it is given back") {
  Bench bench;
  bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "a");
  bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "");
  bench.done("a");
  CHECK(bench.taken() == "a");
}

TEST_CASE("the higher class goes first, and first come is first served inside a class") {
  Bench bench({.lane_width = 9});
  bench.queue.add(Bench::key("resync"), Priority::Resync);
  bench.queue.add(Bench::key("user-z"), Priority::User);
  bench.queue.add(Bench::key("user-a"), Priority::User);
  bench.queue.add(Bench::key("urgent"), Priority::Urgent);
  for (const char* name : {"urgent", "user-z", "user-a", "resync", ""}) CHECK(bench.taken() == name);
}

TEST_CASE("a lane hands out no more keys at once than it is wide") {
  Bench bench({.lane_width = 2});
  for (const char* name : {"a", "b", "c"}) bench.queue.add(Bench::key(name, "daejeon"), Priority::User);
  bench.queue.add(Bench::key("d", "daegu"), Priority::Resync);
  CHECK(bench.taken() == "a");
  CHECK(bench.taken() == "b");
  CHECK(bench.taken() == "d");  // another lane is not held up
  CHECK(bench.taken() == "");
  bench.done("a", "daejeon");
  CHECK(bench.taken() == "c");
}

TEST_CASE("an urgent add raises a key that waits in a lower class, and its place in time stays") {
  Bench bench({.lane_width = 9});
  bench.queue.add(Bench::key("old"), Priority::Resync);
  bench.now += 1s;
  bench.queue.add(Bench::key("new"), Priority::Urgent);
  bench.queue.add(Bench::key("old"), Priority::Urgent);
  bench.queue.add(Bench::key("old"), Priority::Initial);  // never lowers
  CHECK(bench.taken() == "old");
  CHECK(bench.taken() == "new");
}

TEST_CASE("a waiting key rises one class for every thirty seconds") {
  Bench bench({.lane_width = 9});
  bench.queue.add(Bench::key("resync"), Priority::Resync);
  bench.now += 60s;
  bench.queue.add(Bench::key("user"), Priority::User);
  bench.queue.add(Bench::key("initial"), Priority::Initial);
  CHECK(bench.taken() == "user");  // resync has risen to Secondary
  bench.now += 30s;                // resync is User now, and older
  bench.queue.add(Bench::key("user-2"), Priority::User);
  CHECK(bench.taken() == "resync");
  CHECK(bench.taken() == "user-2");
  CHECK(bench.taken() == "initial");
}

TEST_CASE("under a steady load of urgent keys nothing waits longer than the classes above it take to age") {
  Bench bench({.lane_width = 1});
  bench.queue.add(Bench::key("resync"), Priority::Resync);
  auto waited = 0s;
  for (int i = 0; waited < 10min; ++i, waited += 1s, bench.now += 1s) {
    // Two urgent keys come for each one that is worked off: the load is more than the queue can bear.
    bench.queue.add(Bench::key("urgent-" + std::to_string(2 * i)), Priority::Urgent);
    bench.queue.add(Bench::key("urgent-" + std::to_string(2 * i + 1)), Priority::Urgent);
    const auto name = bench.taken();
    bench.done(name);
    if (name == "resync") break;
  }
  // Four classes of 30 s, and then everything urgent that is older: bounded by its own age.
  CHECK(waited >= 120s);
  CHECK(waited <= 240s);
}

TEST_CASE("failures back off with doubled, jittered waits up to the longest, and never stop") {
  Bench bench({.first_backoff = 200ms, .longest_backoff = 60s, .seed = 7});
  bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "a");
  std::set<std::int64_t> shares;
  for (auto [failure, whole] = std::pair(0, 200ms); failure < 20; ++failure, whole = std::min(whole * 2, 60'000ms)) {
    bench.failed("a");
    const auto waited = bench.wait_for("a");
    CHECK(waited >= whole / 2);
    CHECK(waited <= whole);
    shares.insert(waited * 100 / whole);
  }
  CHECK(shares.size() > 5);  // jitter: not the same share each time
  CHECK(bench.queue.depth().retries == 20);
}

TEST_CASE("the same seed gives the same waits and another seed gives others") {
  const auto waits = [](std::uint64_t seed) {
    Bench bench({.seed = seed});
    std::vector<std::int64_t> out;
    bench.queue.add(Bench::key("a"), Priority::User);
    for (int i = 0; i < 5; ++i) {
      out.push_back(bench.wait_for("a").count());
      bench.failed("a");
    }
    return out;
  };
  CHECK(waits(3) == waits(3));
  CHECK(waits(3) != waits(4));
}

TEST_CASE("a success forgets the failures") {
  Bench bench({.first_backoff = 200ms});
  bench.queue.add(Bench::key("a"), Priority::User);
  for (int i = 0; i < 6; ++i) {
    REQUIRE(bench.wait_for("a") < 10min);
    bench.failed("a");
  }
  bench.wait_for("a");
  bench.done("a");
  bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "a");
  bench.failed("a");
  CHECK(bench.wait_for("a") <= 200ms);
}

TEST_CASE("new information ends the wait of a backoff, an add without it does not") {
  Bench bench({.first_backoff = 10s});
  bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "a");
  bench.failed("a");
  bench.queue.add(Bench::key("a"), Priority::Resync, false);
  bench.queue.add_after(Bench::key("a"), 1ms);
  bench.now += 2ms;
  CHECK(bench.taken() == "");
  bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "a");
}

TEST_CASE("new information that comes during the failing work is looked at at once") {
  Bench bench({.first_backoff = 10s});
  bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "a");
  bench.queue.add(Bench::key("a"), Priority::User);
  bench.failed("a");
  CHECK(bench.taken() == "a");
  bench.queue.add(Bench::key("a"), Priority::Resync, false);
  bench.failed("a");
  CHECK(bench.taken() == "");  // nothing new: the backoff stands
}

TEST_CASE("the server's retry_after is waited for, whatever comes in between") {
  Bench bench({.first_backoff = 200ms});
  bench.queue.add(Bench::key("a"), Priority::User);
  CHECK(bench.taken() == "a");
  bench.failed("a", 5s);
  bench.queue.add(Bench::key("a"), Priority::Urgent);
  CHECK(bench.wait_for("a") == 5s);
  bench.queue.add(Bench::key("a"), Priority::Urgent);
  bench.failed("a", 5s);
  CHECK(bench.wait_for("a") == 5s);
}

TEST_CASE("a key asked for later comes at its time, or earlier when something changes") {
  Bench bench;
  bench.queue.add_after(Bench::key("a"), 30s);
  bench.queue.add_after(Bench::key("a"), 10s);
  bench.queue.add_after(Bench::key("a"), 20s);
  CHECK(bench.wait_for("a") == 10s);
  bench.queue.finish(Bench::key("a"), Next::in(40s));
  bench.now += 39s;
  CHECK(bench.taken() == "");
  bench.queue.add(Bench::key("a"), Priority::Resync, false);
  CHECK(bench.taken() == "a");
  bench.done("a");
  bench.now += 10min;
  CHECK(bench.taken() == "");  // the earlier ask was the same ask
}

TEST_CASE("a closed lane hands out nothing and loses nothing") {
  Bench bench;
  bench.queue.add(Bench::key("a", "daejeon"), Priority::User);
  bench.queue.close_lane("daejeon");
  bench.queue.add(Bench::key("b", "daejeon"), Priority::Urgent);
  bench.queue.add(Bench::key("c", "daegu"), Priority::Resync);
  CHECK(bench.taken() == "c");
  CHECK(bench.taken() == "");
  CHECK(bench.queue.depth().due == 2);
  bench.queue.open_lane("daejeon");
  CHECK(bench.taken() == "b");
  CHECK(bench.taken() == "a");
}

TEST_CASE("a dropped lane forgets its keys, those at work and their failures too") {
  Bench bench({.lane_width = 1});
  for (const char* name : {"a", "b"}) bench.queue.add(Bench::key(name, "daejeon"), Priority::User);
  bench.queue.add_after(Bench::key("c", "daejeon"), 5s);
  bench.queue.add(Bench::key("d", "daegu"), Priority::Resync);
  CHECK(bench.taken() == "a");
  bench.queue.add(Bench::key("a", "daejeon"), Priority::User);
  bench.queue.drop_lane("daejeon");
  bench.queue.finish(Bench::key("a", "daejeon"), Error{Code::Unreachable, "cannot reach it"});
  bench.now += 10min;
  CHECK(bench.taken() == "d");
  CHECK(bench.taken() == "");
  bench.queue.add(Bench::key("a", "daejeon"), Priority::User);
  CHECK(bench.taken() == "a");
}

TEST_CASE("depth tells what waits, what is due and since when") {
  Bench bench;
  bench.queue.add(Bench::key("a"), Priority::User);
  bench.queue.add(Bench::key("b"), Priority::User);
  bench.queue.add_after(Bench::key("c"), 10s);
  CHECK(bench.taken() == "a");
  bench.now += 3s;
  const auto depth = bench.queue.depth();
  CHECK(depth.waiting == 1);
  CHECK(depth.due == 1);
  CHECK(depth.working == 1);
  CHECK(depth.retries == 0);
  CHECK(depth.oldest_due == 3s);
}

TEST_CASE("no add is lost and no key is given to two workers while many threads add and take") {
  constexpr int kKeys = 20, kAdds = 20'000;
  WorkQueue queue([] { return std::chrono::steady_clock::now(); }, {.lane_width = 3});
  std::vector<std::atomic<int>> wanted(kKeys), seen(kKeys), at_work(kKeys);
  std::atomic<bool> doubled{false};
  std::stop_source stop;
  const auto work = [&] {
    while (const auto key = queue.take(stop.get_token())) {
      const auto i = static_cast<std::size_t>(std::stoi(key->name));
      if (at_work[i].fetch_add(1) != 0) doubled = true;
      seen[i] = wanted[i].load();  // what a reconcile would read
      at_work[i].fetch_sub(1);
      queue.finish(*key, Next::on_change());
    }
  };
  const auto ask = [&](int first) {
    for (int n = 0; n < kAdds; ++n) {
      const auto i = static_cast<std::size_t>((first + n * 7) % kKeys);
      ++wanted[i];
      queue.add(Bench::key(std::to_string(i), i % 2 == 0 ? "daejeon" : "daegu"), Priority::User);
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) workers.emplace_back(work);
    {
      std::jthread one(ask, 0), two(ask, 3);
    }
    for (;;) {  // every add has returned: the queue must run dry by itself
      const auto depth = queue.depth();
      if (depth.due + depth.working + depth.waiting == 0) break;
      std::this_thread::yield();
    }
    stop.request_stop();
  }
  CHECK_FALSE(doubled);
  for (std::size_t i = 0; i < kKeys; ++i) CHECK(seen[i] == wanted[i]);  // the last word was read after the last add
}

TEST_CASE("a worker that sleeps until a later time wakes for what is due earlier, and for stop") {
  WorkQueue queue([] { return std::chrono::steady_clock::now(); });
  queue.add_after(Bench::key("tomorrow"), 24h);
  std::stop_source stop;
  std::vector<std::string> seen;
  {
    std::jthread worker([&] {
      while (const auto key = queue.take(stop.get_token())) {
        seen.push_back(key->name);
        queue.finish(*key, Next::on_change());
        if (key->name == "soon") stop.request_stop();
      }
    });
    queue.add(Bench::key("now"), Priority::User);
    queue.add_after(Bench::key("soon"), 2ms);
  }
  CHECK(seen.back() == "soon");
  CHECK(queue.depth().waiting == 1);
}
