// views_from_status(): what files show of the clusters.
#include <doctest/doctest.h>

#include "builders.hpp"

using namespace haetae;
using namespace haetae::build;
using domain::ClusterView;
using domain::Known;
using domain::Unknown;

namespace {

api::MemberCluster a_cluster(const std::string& name) {
  api::MemberCluster cluster;
  cluster.metadata.name = name;
  cluster.status.capacity = {{"cpu", "96"}, {"memory", "384Gi"}};
  cluster.status.allocated = {{"cpu", "10"}};
  cluster.status.largest_node = {{"cpu", "16"}};
  return cluster;
}

auto views(const WorldMade& world) {
  return domain::views_from_status(world.made().clusters, world.made().systems, world.made().tiers);
}

api::TenantSystemStatus showing_in(const std::string& cluster, int ready, const std::string& tier = "tier-3") {
  api::TenantSystemStatus status;
  status.tier.effective = tier;
  status.redundancy = {{cluster, api::Role::Active, 0, ready, 2, at("2026-09-26T03:00:00Z"), {}}};
  return status;
}

const domain::CopyView& copy(const std::map<ClusterName, domain::Observed<ClusterView>>& all, const std::string& cluster,
                             const SystemRef& ref) {
  return std::get<Known<ClusterView>>(all.at(ClusterName(cluster))).value.copies.at(ref);
}

}  // namespace

TEST_CASE("a MemberCluster that lists capacity counts as observed, with its sums") {
  const auto all = views(an_empty_world().with(a_cluster("a")));
  const auto& view = std::get<Known<ClusterView>>(all.at(ClusterName("a"))).value;
  CHECK(view.capacity.at("cpu") == amount("96"));
  CHECK(view.allocated.at("cpu") == amount("10"));
  CHECK(view.largest_node.at("cpu") == amount("16"));
  CHECK(view.nodes.empty());
}

TEST_CASE("one that lists none, is unreachable, or lists nonsense is Unknown") {
  auto bare = a_cluster("bare");
  bare.status.capacity.clear();
  auto silent = a_cluster("silent");
  silent.status.unreachable_since = at("2026-09-26T03:00:00Z");
  auto refused = a_cluster("refused");
  refused.status.conditions = {{"Reachable", api::ConditionStatus::False, 1, {}, "Unauthorized", "token expired"}};
  auto odd = a_cluster("odd");
  odd.status.capacity["cpu"] = "many";
  const auto all = views(an_empty_world().with(bare).with(silent).with(refused).with(odd));
  for (const auto* name : {"bare", "silent", "refused", "odd"}) {
    CAPTURE(name);
    CHECK(std::holds_alternative<Unknown>(all.at(ClusterName(name))));
  }
  CHECK(std::get<Unknown>(all.at(ClusterName("silent"))).since == at("2026-09-26T03:00:00Z"));
  CHECK(std::get<Unknown>(all.at(ClusterName("refused"))).why == "token expired");
}

TEST_CASE("a cluster that lists no capacity is Unknown in the same words after a plan has told it so") {
  auto bare = a_cluster("bare");
  bare.status.capacity.clear();
  const auto why = [&] { return std::get<Unknown>(views(an_empty_world().with(bare)).at(ClusterName("bare"))).why; };
  const auto before = why();
  bare.status.conditions = {{"Reachable", api::ConditionStatus::Unknown, 1, {}, "Connecting", "not tried yet"}};
  CHECK(why() == before);
}

TEST_CASE("the pods that a status counts together divide among the components as the tier demands") {
  auto world = a_fleet();
  world.with(a_cluster("a"));
  world.with(a_system("mois/s").with(a_component("web", 6)).with(a_component("api", 1)).with_status(showing_in("a", 8)));
  const auto all = views(world);
  const auto& shown = copy(all, "a", {"mois", "s"});
  CHECK(shown.components.at("web").ready == 6);
  CHECK(shown.components.at("api").ready == 2);  // tier 3 runs two of each at least
  CHECK(shown.used.at("cpu") == amount("4"));
  CHECK(shown.used.at("pods") == amount("8"));
}

TEST_CASE("what is missing is missing in the last component, what is more belongs to an autoscaled one") {
  auto world = a_fleet();
  world.with(a_cluster("a"));
  world.with(a_system("mois/few").with(a_component("web", 6)).with(a_component("api", 2)).with_status(showing_in("a", 7)));
  world.with(a_system("mois/more").with(a_component("web", 2)).with(a_component("api", 2).growing_to(9)).with_status(showing_in("a", 7)));
  const auto all = views(world);
  CHECK(copy(all, "a", {"mois", "few"}).components.at("api").ready == 1);
  CHECK(copy(all, "a", {"mois", "more"}).components.at("web").ready == 2);
  CHECK(copy(all, "a", {"mois", "more"}).components.at("api").ready == 5);
}

TEST_CASE("a copy that was wanted and never seen is not there") {
  auto world = a_fleet();
  auto status = showing_in("a", 0);
  status.redundancy[0].as_of.reset();
  world.with(a_cluster("a")).with(a_system("mois/s").with_status(status));
  const auto all = views(world);
  CHECK(std::get<Known<ClusterView>>(all.at(ClusterName("a"))).value.copies.empty());
}
