#include "runtime/store.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace haetae::runtime;

namespace {

struct Row {
  int version{0};
};
struct Bench {
  Store<Row> store;
  std::vector<std::string> heard;
  Bench() {
    store.on_change([this](const StoreKey& key, const auto& before, const auto& after) {
      heard.push_back(key + (before ? " " + std::to_string(before->version) : "") + " ->" +
                      (after ? " " + std::to_string(after->version) : ""));
    });
  }
  std::multiset<int> in(const std::string& ns) {
    std::multiset<int> out;
    for (const auto& row : store.in_namespace(ns)) out.insert(row->version);
    return out;
  }
};

}  // namespace

TEST_CASE("listeners hear what was and what is") {
  Bench bench;
  bench.store.put("a", {1});
  bench.store.put("a", {2});
  bench.store.remove("a");
  bench.store.remove("a");
  CHECK(bench.heard == std::vector<std::string>{"a -> 1", "a 1 -> 2", "a 2 ->"});
}

TEST_CASE("a namespace shows its own objects: none of a neighbour of a like name, none without a namespace") {
  Bench bench;
  bench.store.put("n1/a", {1});
  bench.store.put("n1/b", {2});
  bench.store.put("n1-x/a", {3});
  bench.store.put("n10/a", {4});
  bench.store.put("n1", {5});
  CHECK(bench.in("n1") == std::multiset<int>{1, 2});
  CHECK(bench.in("n10") == std::multiset<int>{4});
  CHECK(bench.in("n").empty());
  CHECK(bench.in("").empty());
  bench.store.put("n1/a", {6});
  bench.store.remove("n1/b");
  CHECK(bench.in("n1") == std::multiset<int>{6});
  CHECK(bench.store.size() == 4);
  CHECK(bench.store.all().size() == 4);
}

TEST_CASE("a sweep removes what was not listed, and keeps what was listed unreadable") {
  Bench bench;
  for (const char* key : {"a", "b", "c"}) bench.store.put(key, {1});
  bench.store.begin_sweep();
  bench.store.put("a", {2});
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
  bench.store.put("a", {1});
  const auto mine = bench.store.get("a");
  bench.store.put("a", {2});
  bench.store.remove("a");
  CHECK(mine->version == 1);
}
