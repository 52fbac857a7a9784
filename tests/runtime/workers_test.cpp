#include "runtime/workers.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace haetae;
using namespace haetae::runtime;
using namespace std::chrono_literals;

TEST_CASE("each key goes to its controller and the outcome is told") {
  WorkQueue queue([] { return std::chrono::steady_clock::now(); });
  std::latch told(3);
  std::mutex mutex;
  std::map<std::string, std::string> results;
  std::string why;
  Workers workers(queue, 2, [&](const std::string& controller, double seconds, const char* result, const Error* error) {
    {
      const std::lock_guard lock(mutex);
      results[controller] = result;
      if (error != nullptr) why = error->message;
      CHECK(seconds >= 0);
    }
    told.count_down();
  });
  workers.add("calm", [](const Key&) { return Next::on_change(); });
  workers.add("later", [](const Key&) { return Next::in(24h); });
  workers.add("broken", [](const Key&) -> Result<Next> { return Error{Code::Rejected, "cannot do it", 24h}; });
  workers.start();
  for (const char* controller : {"calm", "later", "broken"}) queue.add({controller, "", "x"}, Priority::User);
  told.wait();
  workers.stop();
  CHECK(results == std::map<std::string, std::string>{
                       {"calm", "success"}, {"later", "requeue_after"}, {"broken", "error"}});
  CHECK(why == "cannot do it");
  CHECK(queue.depth().waiting == 2);
}

TEST_CASE("an exception in a reconcile is an error of that key, and the workers live on") {
  WorkQueue queue([] { return std::chrono::steady_clock::now(); }, {.first_backoff = 24h, .longest_backoff = 24h});
  std::latch told(3);
  std::mutex mutex;
  std::string why;
  Workers workers(queue, 1, [&](const std::string&, double, const char*, const Error* error) {
    {
      const std::lock_guard lock(mutex);
      if (error != nullptr) why += error->message + "; ";
    }
    told.count_down();
  });
  workers.add("a", [](const Key& key) -> Result<Next> {
    if (key.name == "text") throw std::runtime_error("no such map entry");
    if (key.name == "odd") throw 7;
    return Next::on_change();
  });
  workers.start();
  for (const char* name : {"text", "odd", "fine"}) queue.add({"a", "daejeon", name}, Priority::User);
  told.wait();
  workers.stop();
  CHECK(why ==
        "cannot reconcile a:text@daejeon: no such map entry; cannot reconcile a:odd@daejeon: an exception without a "
        "text; ");
  CHECK(queue.depth().retries == 2);
}

TEST_CASE("the longest that a worker has been at one key is seen from outside") {
  std::atomic<std::chrono::steady_clock::rep> ticks{std::chrono::steady_clock::duration(1h).count()};
  WorkQueue queue([&] { return std::chrono::steady_clock::time_point(std::chrono::steady_clock::duration(ticks)); });
  std::latch at_work(1), may_end(1), ended(1);
  Workers workers(queue, 1, [&](const std::string&, double seconds, const char*, const Error*) {
    CHECK(seconds == doctest::Approx(40));
    ended.count_down();
  });
  workers.add("slow", [&](const Key&) {
    at_work.count_down();
    may_end.wait();
    return Next::on_change();
  });
  workers.start();
  CHECK(workers.longest_at_work() == 0ms);
  queue.add({"slow", "", "x"}, Priority::User);
  at_work.wait();
  ticks += std::chrono::steady_clock::duration(40s).count();
  CHECK(workers.longest_at_work() == 40s);
  may_end.count_down();
  ended.wait();
  CHECK(workers.longest_at_work() == 0ms);
}

TEST_CASE("stop lets the work at hand end and hands out no more") {
  WorkQueue queue([] { return std::chrono::steady_clock::now(); });
  std::latch at_work(1), may_end(1);
  Workers workers(queue, 1);
  std::atomic<int> passes{0};
  workers.add("a", [&](const Key&) {
    ++passes;
    at_work.count_down();
    may_end.wait();
    return Next::on_change();
  });
  workers.start();
  queue.add({"a", "", "first"}, Priority::User);
  at_work.wait();
  queue.add({"a", "", "second"}, Priority::User);
  std::jthread stopper([&] { workers.stop(); });
  // The stop is asked for before the work may end, or after: in both cases nothing is lost, only not handed out.
  may_end.count_down();
  stopper.join();
  workers.stop();  // once more is harmless
  CHECK(passes >= 1);
  CHECK(queue.depth().working == 0);
}
