#include "controllers/tenant_system.hpp"

#include <doctest/doctest.h>

using namespace haetae;
using controllers::to_say;

namespace {

api::TenantSystemStatus status(std::int64_t generation, const std::vector<std::string>& clusters, std::int32_t replicas = 3) {
  api::TenantSystemStatus out;
  out.observed_generation = generation;
  for (const auto& cluster : clusters) out.placement.centers.push_back({cluster, cluster, api::Role::Active, replicas, "most free room"});
  return out;
}

}  // namespace

TEST_CASE("a generation is reported once what was decided for it is stored") {
  CHECK_FALSE(to_say(status(2, {"daejeon", "gwangju"}), status(1, {"daejeon"})));
  CHECK_FALSE(to_say(status(2, {"daejeon"}, 6), status(1, {"daejeon"})));
  CHECK_FALSE(to_say(status(1, {"daejeon"}), status(-1, {})));
  CHECK(to_say(status(2, {"daejeon"}), status(1, {"daejeon"}))->observed_generation == 2);
}

TEST_CASE("the stored decision's own words stay: they are another writer's") {
  auto wanted = status(2, {"daejeon"});
  wanted.placement.centers[0].reason = "kept";
  CHECK(to_say(wanted, status(1, {"daejeon"}))->placement == status(1, {"daejeon"}).placement);
}

TEST_CASE("a decision that will never be stored is reported, under the generation before") {
  const auto said = to_say(status(2, {"gwangju"}), status(1, {"daejeon"}));
  REQUIRE(said);
  CHECK(said->observed_generation == 1);
  CHECK(said->placement == status(1, {"daejeon"}).placement);
}
