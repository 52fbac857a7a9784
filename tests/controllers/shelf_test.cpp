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

/// One that the decoder refuses, with more metadata and more members.
std::string broken(const std::string& version, const std::string& metadata = "", const std::string& members = "") {
  return R"({"apiVersion":"haetae.io/v1alpha1","kind":"FleetPolicy","metadata":{"name":"default","uid":"u1","resourceVersion":")" +
         version + '"' + metadata + R"(},"spec":{"paused":"yes"})" + members + "}";
}

struct Fixture {
  StillClock clock;
  Shelf<api::FleetPolicy> shelf{clock};
  std::vector<std::string> told{};
  Fixture() { shelf.on_unreadable([this](const auto& key) { told.push_back(key); }); }
  void accept(const std::string& json) { shelf.accept(json); }
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
  shelf.begin_sweep();
  CHECK_FALSE(shelf.upsert(broken("10")));
  shelf.end_sweep();
  REQUIRE(shelf.get("default"));
  CHECK(paused());
  CHECK(shelf.unreadable().at("default").starts_with("spec.paused: "));
  CHECK(told == std::vector<std::string>{"default"});
  REQUIRE(shelf.upsert(policy("11", false)));
  CHECK(shelf.unreadable().empty());
  CHECK(told.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "of what cannot be decoded metadata and status are the newest, spec and generation the old ones") {
  REQUIRE(shelf.upsert(policy("9", true)));
  CHECK_FALSE(shelf.upsert(broken("10", R"(,"generation":5,"deletionTimestamp":"2026-11-22T10:00:00Z","labels":{"a":"b"})",
                                  R"(,"status":{"observedGeneration":4})")));
  const auto held = shelf.get("default");
  REQUIRE(held);
  CHECK(held->spec.paused);
  CHECK(held->metadata.generation == 0);
  CHECK(held->metadata.deleted);
  CHECK(held->metadata.resource_version == "10");
  CHECK(held->metadata.labels.at("a") == "b");
  CHECK(held->status.observed_generation == 4);
  CHECK(shelf.unreadable("default")->metadata.generation == 5);
}

TEST_CASE_FIXTURE(Fixture, "a namesake that cannot be decoded inherits nothing") {
  REQUIRE(shelf.upsert(policy("9", true, "u0")));
  CHECK_FALSE(shelf.upsert(broken("10")));
  CHECK(shelf.get("default") == nullptr);
  CHECK(shelf.is_unreadable("default"));
}

TEST_CASE_FIXTURE(Fixture, "a status that cannot be decoded leaves the held one") {
  REQUIRE(shelf.upsert(policy("9", true)));
  CHECK_FALSE(shelf.upsert(broken("10", "", R"(,"status":{"observedGeneration":"four"})")));
  CHECK(shelf.get("default")->status == api::FleetPolicyStatus{});
  CHECK(shelf.get("default")->metadata.resource_version == "10");
}

TEST_CASE_FIXTURE(Fixture, "what is too deep or too large to decode has a name, and a relist with it removes what is gone") {
  const std::string deep = R"(,"extra":)" + std::string(10'000, '[') + std::string(10'000, ']');
  const std::string large = R"(,"extra":")" + std::string(5U << 20U, 'x') + '"';
  for (const auto& more : {deep, large}) {
    REQUIRE(shelf.upsert(policy("9", true, "u9")));
    shelf.begin_sweep();
    auto other = broken("10", "", more);
    other.replace(other.find("default"), 7, "another");
    CHECK_FALSE(shelf.upsert(other));
    shelf.end_sweep();
    CHECK(shelf.get("default") == nullptr);
    CHECK(shelf.is_unreadable("another"));
  }
}

TEST_CASE_FIXTURE(Fixture, "managed fields of any depth hide no metadata") {
  const std::string deep = R"(,"managedFields":[{"fieldsV1":)" + std::string(1'000, '[') + std::string(1'000, ']') + "}]";
  CHECK_FALSE(shelf.upsert(broken("10", R"(,"generation":7)" + deep)));
  CHECK(shelf.unreadable("default")->metadata.generation == 7);
}

TEST_CASE_FIXTURE(Fixture, "what cannot be decoded and is gone is forgotten, deleted or left out of a relist") {
  CHECK_FALSE(shelf.upsert(broken("10")));
  REQUIRE(shelf.erase(broken("11")));
  CHECK_FALSE(shelf.is_unreadable("default"));
  CHECK_FALSE(shelf.upsert(broken("12")));
  shelf.begin_sweep();
  shelf.end_sweep();
  CHECK_FALSE(shelf.is_unreadable("default"));
  CHECK(told.size() == 4);
}

TEST_CASE_FIXTURE(Fixture, "what a write to an unreadable object answered is not undone by an older event") {
  CHECK_FALSE(shelf.upsert(broken("10")));
  accept(broken("12", "", R"(,"status":{"observedGeneration":2})"));
  CHECK(shelf.unreadable("default")->observed_generation == 2);
  shelf.begin_sweep();
  CHECK(shelf.upsert(broken("11")));
  shelf.end_sweep();
  CHECK(shelf.unreadable("default")->observed_generation == 2);
  REQUIRE(shelf.upsert(policy("13", false)));
  CHECK_FALSE(shelf.is_unreadable("default"));
}

TEST_CASE_FIXTURE(Fixture, "a relist that held something without a name removes nothing") {
  REQUIRE(shelf.upsert(policy("9", true)));
  shelf.begin_sweep();
  CHECK_FALSE(shelf.upsert("{}"));
  shelf.end_sweep();
  CHECK(shelf.get("default") != nullptr);
}
