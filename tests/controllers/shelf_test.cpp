#include "controllers/shelf.hpp"

#include <doctest/doctest.h>

#include "api/codec.hpp"
#include "fakes/fake_reactor.hpp"

using namespace haetae;
using controllers::Shelf;

namespace {

struct StillClock final : Clock {
  std::chrono::steady_clock::time_point at{std::chrono::hours(1)};
  [[nodiscard]] Timestamp now() const override { return {}; }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return at; }
};

std::string policy(const std::string& version, bool paused, const std::string& uid = "u1") {
  return R"({"apiVersion":"haetae.io/v1alpha1","kind":"FleetPolicy","metadata":{"name":"default","uid":")" + uid + R"(","resourceVersion":")" + version +
         R"("},"spec":{"paused":)" + (paused ? "true" : "false") + "}}";
}

struct Fixture {
  StillClock clock;
  Shelf<api::FleetPolicy> shelf{clock, [](std::string_view json) { return api::decode_text<api::FleetPolicy>(json); }};
  void accept(const std::string& json) { shelf.accept(api::decode_text<api::FleetPolicy>(json).value()); }
  [[nodiscard]] bool paused() const { return shelf.get("default")->spec.paused; }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what a write answered is seen at once and an older event does not undo it") {
  REQUIRE(shelf.upsert(policy("9", false)));
  accept(policy("12", true));
  CHECK(paused());
  REQUIRE(shelf.upsert(policy("10", false)));
  CHECK(paused());
  REQUIRE(shelf.upsert(policy("13", false)));
  CHECK_FALSE(paused());
}

TEST_CASE_FIXTURE(Fixture, "an answer that comes after the deletion does not bring the object back") {
  REQUIRE(shelf.upsert(policy("9", false)));
  REQUIRE(shelf.erase(policy("11", false)));
  accept(policy("10", true));
  CHECK(shelf.get("default") == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "an answer about a namesake's predecessor changes nothing") {
  REQUIRE(shelf.upsert(policy("20", false, "u2")));
  accept(policy("30", true, "u1"));
  CHECK_FALSE(paused());
}

TEST_CASE_FIXTURE(Fixture, "a store that counts anew, as after a restore, is believed after a while") {
  REQUIRE(shelf.upsert(policy("90", false)));
  accept(policy("95", true));
  clock.at += std::chrono::seconds(61);
  REQUIRE(shelf.upsert(policy("7", false)));
  CHECK_FALSE(paused());
}

TEST_CASE_FIXTURE(Fixture, "what cannot be decoded keeps its previous state, also over a relist, and is named") {
  REQUIRE(shelf.upsert(policy("9", true)));
  const std::string broken = R"({"apiVersion":"haetae.io/v1alpha1","kind":"FleetPolicy","metadata":{"name":"default","uid":"u1","resourceVersion":"10"},"spec":{"paused":"yes"}})";
  shelf.begin_sweep();
  CHECK_FALSE(shelf.upsert(broken));
  shelf.end_sweep();
  REQUIRE(shelf.get("default"));
  CHECK(paused());
  CHECK(shelf.unreadable().contains("default"));
  REQUIRE(shelf.upsert(policy("11", false)));
  CHECK(shelf.unreadable().empty());
}

TEST_CASE_FIXTURE(Fixture, "a relist that held something without a name removes nothing") {
  REQUIRE(shelf.upsert(policy("9", true)));
  shelf.begin_sweep();
  CHECK_FALSE(shelf.upsert("{}"));
  shelf.end_sweep();
  CHECK(shelf.get("default") != nullptr);
}
