// Prepared: the condition that tells of the member chart.
#include <doctest/doctest.h>

#include "builders.hpp"
#include "domain/prepared.hpp"
#include "domain/says.hpp"
#include "domain/summary.hpp"

using namespace haetae;
using namespace haetae::build;
using api::ConditionStatus;
using Seen = domain::MemberChart::Seen;

namespace {

const api::Condition kReached = domain::says("Reachable", ConditionStatus::True, "Answering", "");
const api::Condition kSilent = domain::says("Reachable", ConditionStatus::False, "Unreachable", "");
const std::string kCommand =
    "helm upgrade --install haetae-member charts/haetae-member --namespace haetae-system --create-namespace --reset-then-reuse-values";

api::Condition told(Seen seen, const std::string& version = "", const api::MemberCluster& cluster = {}) {
  return domain::prepared(cluster, {seen, "haetae-system", version}, kReached);
}

}  // namespace

TEST_CASE("a version is current when it is the one that is needed or later, number by number") {
  CHECK(domain::is_current(domain::kMemberChartVersion));
  for (const auto* later : {"0.2.1", "0.10.0", "1.0.0"}) CHECK_MESSAGE(domain::is_current(later), later);
  for (const auto* earlier : {"0.1.9", "0.1.10", "0.0.99"}) CHECK_MESSAGE(!domain::is_current(earlier), earlier);
  for (const auto* none : {"", "0", "0.2", "0.2.", "0.2.0.1", "v0.2.0", "0.2.0-rc.1", "0.-2.0", " 0.2.0", "9999999999.0.0", "ㅁ.ㄴ.ㅇ"})
    CHECK_MESSAGE(!domain::is_current(none), none);
}

TEST_CASE("Prepared is True with the chart that is needed, else False with the command that mends it") {
  CHECK(told(Seen::There, domain::kMemberChartVersion).status == ConditionStatus::True);
  const auto missing = told(Seen::Missing);
  CHECK(missing.status == ConditionStatus::False);
  CHECK(missing.reason == "MemberChartMissing");
  CHECK(missing.message.ends_with(kCommand));
  for (const auto& old : {told(Seen::There, "0.1.0"), told(Seen::There, "<script>"), told(Seen::Forbidden)}) {
    CHECK(old.status == ConditionStatus::False);
    CHECK(old.reason == "MemberChartOutdated");
    CHECK(old.message.ends_with(kCommand));
    CHECK(old.message.find("script") == std::string::npos);
  }
}

TEST_CASE("the hub as its own member is mended without a second account") {
  api::MemberCluster hub;
  hub.spec.connection.local.emplace();
  CHECK(told(Seen::Missing, "", hub).message.ends_with(kCommand + " --set serviceAccount.create=false --set token.secret=false"));
}

TEST_CASE("Prepared is Unknown while the cluster is not reachable, and stays as it was until it is asked") {
  api::MemberCluster cluster;
  const domain::MemberChart none{};
  CHECK(domain::prepared(cluster, none, kReached).reason == "NotAsked");
  cluster.status.conditions = {told(Seen::Missing)};
  CHECK(domain::prepared(cluster, none, kReached).status == ConditionStatus::False);
  const auto silent = domain::prepared(cluster, none, kSilent);
  CHECK(silent.status == ConditionStatus::Unknown);
  CHECK(silent.reason == "NotReachable");
  // Its watches are refused, and it says why: an old chart.
  CHECK(domain::prepared(cluster, {Seen::There, "haetae-system", "0.1.0"}, kSilent).status == ConditionStatus::False);
}

TEST_CASE("a cluster that is not Prepared is not Ready, and nothing else changes; what is Unknown lowers nothing") {
  auto world = a_fleet();
  const auto plan = domain::decide(world);
  const domain::Summary summary(world, plan);
  const auto& cluster = *world.made().clusters.front();
  const auto old = summary.of(cluster, {"uid", "v1", "", {Seen::There, "haetae-system", "0.1.0"}});
  CHECK(condition(old.conditions, "Ready").reason == "MemberChartOutdated");
  CHECK(condition(old.conditions, "Reachable").status == ConditionStatus::True);
  const auto unasked = summary.of(cluster, {"uid", "v1", ""});
  CHECK(condition(unasked.conditions, "Prepared").status == ConditionStatus::Unknown);
  CHECK(condition(unasked.conditions, "Ready").status == ConditionStatus::True);
  CHECK(unasked.capacity == old.capacity);
}

TEST_CASE("where a cluster is neither reachable nor Prepared, Ready says that it is not reachable") {
  auto world = a_fleet();
  world.unknown("daejeon-a", at("2026-09-26T11:00:00Z"), "forbidden");
  const auto plan = domain::decide(world);
  for (const auto& cluster : world.made().clusters) {
    if (cluster->metadata.name != "daejeon-a") continue;
    const auto status = domain::Summary(world, plan).of(*cluster, {"uid", "v1", "Forbidden", {Seen::Forbidden, "haetae-system", ""}});
    CHECK(condition(status.conditions, "Ready").reason == "Forbidden");
    CHECK(condition(status.conditions, "Prepared").reason == "MemberChartOutdated");
  }
}
