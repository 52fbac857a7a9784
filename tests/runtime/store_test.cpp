#include "runtime/store.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace haetae::runtime;

namespace {

struct Row {
  std::string node;
  int version{0};
};
struct Bench {
  Store<Row> store{[](const Row& row) { return row.node; }};
  std::vector<std::string> heard;
  Bench() {
    store.on_change([this](const StoreKey& key, const auto& before, const auto& after) {
      heard.push_back(key + (before ? " " + std::to_string(before->version) : "") + " ->" +
                      (after ? " " + std::to_string(after->version) : ""));
    });
  }
  std::multiset<int> on(const std::string& node) {
    std::multiset<int> out;
    for (const auto& row : store.with(node)) out.insert(row->version);
    return out;
  }
};

}  // namespace

TEST_CASE("listeners hear what was and what is") {
  Bench bench;
  bench.store.put("a", {"n1", 1});
  bench.store.put("a", {"n1", 2});
  bench.store.remove("a");
  bench.store.remove("a");
  CHECK(bench.heard == std::vector<std::string>{"a -> 1", "a 1 -> 2", "a 2 ->"});
}

TEST_CASE("the index follows a row from value to value and out") {
  Bench bench;
  bench.store.put("a", {"n1", 1});
  bench.store.put("b", {"n1", 2});
  bench.store.put("c", {"", 3});
  CHECK(bench.on("n1") == std::multiset<int>{1, 2});
  CHECK(bench.on("").empty());
  bench.store.put("a", {"n2", 4});
  CHECK(bench.on("n1") == std::multiset<int>{2});
  CHECK(bench.on("n2") == std::multiset<int>{4});
  bench.store.remove("b");
  CHECK(bench.on("n1").empty());
  CHECK(bench.store.size() == 2);
  CHECK(bench.store.all().size() == 2);
}

TEST_CASE("a sweep removes what was not listed, and keeps what was listed unreadable") {
  Bench bench;
  for (const char* key : {"a", "b", "c"}) bench.store.put(key, {"n", 1});
  bench.store.begin_sweep();
  bench.store.put("a", {"n", 2});
  bench.store.keep("b");
  bench.store.keep("unknown");
  bench.store.end_sweep();
  CHECK(bench.store.get("a")->version == 2);
  CHECK(bench.store.get("b")->version == 1);
  CHECK_FALSE(bench.store.get("c"));
  CHECK(bench.store.size() == 2);
}

TEST_CASE("a reader keeps the row that it got while the store goes on") {
  Bench bench;
  bench.store.put("a", {"n", 1});
  const auto mine = bench.store.get("a");
  bench.store.put("a", {"n", 2});
  bench.store.remove("a");
  CHECK(mine->version == 1);
}
