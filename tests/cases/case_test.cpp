// Every folder below tests/cases that holds a world.yaml is one test. See case.hpp.
#include <doctest/doctest.h>

#include <cstdlib>

#include "cases/case.hpp"

using namespace haetae;

TEST_CASE("every case folder is decided as it wants") {
  const auto all = cases::all_cases();
  REQUIRE(all.size() > 10);
  const bool update = std::getenv("UPDATE_CASES") != nullptr;
  for (const auto& it : all) {
    const auto got = cases::outcome(it);
    if (update) cases::rewrite(it, got);
    else
      for (const auto& difference : cases::differences(it, got)) FAIL_CHECK(it.name << ": " << difference);
  }
}

TEST_CASE("a want that lists nothing does not pass") {
  cases::Case empty;
  empty.want = nlohmann::ordered_json{{"findings", nlohmann::ordered_json::array()}};
  const nlohmann::ordered_json got{{"findings", nlohmann::ordered_json::array()},
                                   {"objects", nlohmann::ordered_json::array()},
                                   {"status", nlohmann::ordered_json::object()}};
  CHECK_FALSE(cases::differences(empty, got).empty());
}

TEST_CASE("a case folder whose world differs from its want does not pass") {
  for (auto it : cases::all_cases()) {
    const auto got = cases::outcome(it);
    it.want["findings"].push_back({{"object", "TenantSystem/mois/nobody"}, {"rule", "NotPlaced"}, {"path", ""}});
    CHECK_FALSE(cases::differences(it, got).empty());
  }
}
