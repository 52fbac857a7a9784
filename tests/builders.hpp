#pragma once
// Worlds that read aloud: a_fleet().with(a_system("mois/gov24").scoring(97)). For tests of domain/ and above.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/conditions.hpp"
#include "domain/decide.hpp"

namespace haetae::build {

/// Requires: `text` is RFC 3339.
[[nodiscard]] inline Timestamp at(const std::string& text) { return parse_rfc3339(text).value(); }
[[nodiscard]] inline Quantity amount(const std::string& text) { return Quantity::parse(text).value(); }

inline constexpr auto kTemplate =
    R"({"spec":{"containers":[{"name":"main","image":"pause:3.10","resources":{"requests":{"cpu":"500m","memory":"512Mi"}}}]}})";

/// One component: a Deployment of `replicas` pods of half a core and 512Mi.
class ComponentMade {
 public:
  ComponentMade(std::string name, int replicas) {
    it_.name = std::move(name);
    it_.replicas = replicas;
    it_.pod_template.json = kTemplate;
  }
  ComponentMade& stateful() { it_.workload = api::WorkloadKind::StatefulSet; return *this; }
  ComponentMade& growing_to(int most) { it_.autoscaling = api::Autoscaling{most, 70}; return *this; }
  ComponentMade& serving(int port, std::string target) {
    it_.service = api::ComponentService{{{"http", port, std::move(target), "TCP"}}};
    return *this;
  }
  ComponentMade& of_template(std::string json) { it_.pod_template.json = std::move(json); return *this; }
  ComponentMade& claiming(std::string json) { it_.volume_claim_templates.push_back({std::move(json)}); return *this; }
  operator api::Component() const { return it_; }  // NOLINT: reads as the component it makes

 private:
  api::Component it_{};
};
[[nodiscard]] inline ComponentMade a_component(const std::string& name, int replicas) { return {name, replicas}; }

/// A system of one component `web` unless told otherwise; scores 82 (tier 3 of the shipped ones), data class S.
class SystemMade {
 public:
  explicit SystemMade(const std::string& ref) {
    const auto parts = system_ref(ref, "mois");
    it_.metadata.ns = parts.agency;
    it_.metadata.name = parts.name;
    it_.metadata.generation = 1;
    it_.spec.assessment = {40, 42, 0};
  }
  SystemMade& scoring(int score) { it_.spec.assessment = {0, score, 0}; return *this; }
  SystemMade& asking_for(std::string tier) { it_.spec.tier = std::move(tier); return *this; }
  SystemMade& of_class(api::DataClass data_class) { it_.spec.data_class = data_class; return *this; }
  SystemMade& for_citizens() { it_.spec.citizen_facing = true; return *this; }
  SystemMade& with_substitute(std::string text) { it_.spec.continuity = {std::move(text), ""}; return *this; }
  SystemMade& needing(std::string other, api::Strength strength = api::Strength::Hard) {
    it_.spec.depends_on.push_back({std::move(other), strength});
    return *this;
  }
  SystemMade& with(api::Component component) { it_.spec.components.push_back(std::move(component)); return *this; }
  SystemMade& holding(std::string manifest, std::optional<api::RunsIn> runs_in = {}) {
    it_.spec.manifests.push_back({runs_in, {std::move(manifest)}});
    return *this;
  }
  SystemMade& living_in(std::string ns) { it_.spec.member_namespace = std::move(ns); return *this; }
  SystemMade& paused() { it_.spec.paused = true; return *this; }
  SystemMade& of_generation(std::int64_t generation) { it_.metadata.generation = generation; return *this; }
  SystemMade& deleted() { it_.metadata.deleted = at("2026-09-26T00:00:00Z"); return *this; }
  /// Its stored decision.
  SystemMade& placed_in(std::string center, std::string cluster, api::Role role = api::Role::Active) {
    it_.status.placement.centers.push_back({std::move(center), std::move(cluster), role, 0, "kept"});
    return *this;
  }
  SystemMade& last_of_tier(std::string tier) { it_.status.tier.effective = std::move(tier); return *this; }
  SystemMade& with_status(api::TenantSystemStatus status) { it_.status = std::move(status); return *this; }
  SystemMade& wishing(api::PlacementWishes wishes) { it_.spec.placement = std::move(wishes); return *this; }
  [[nodiscard]] domain::Ref<api::TenantSystem> made() const {
    auto system = it_;
    if (system.spec.components.empty()) system.spec.components.push_back(a_component("web", 3));
    return std::make_shared<const api::TenantSystem>(std::move(system));
  }

 private:
  api::TenantSystem it_{};
};
[[nodiscard]] inline SystemMade a_system(const std::string& ref) { return SystemMade(ref); }

/// A tier with one active center and one replica, deleted at once; its rank is the last letter of its name.
[[nodiscard]] inline api::RiskTier a_tier(const std::string& name, int rank, int min_score) {
  api::RiskTier tier;
  tier.metadata.name = name;
  tier.metadata.generation = 1;
  tier.spec.rank = rank;
  tier.spec.min_score = min_score;
  tier.spec.deletion = api::DeletionPolicy::Immediate;
  return tier;
}

/// The four tiers that the chart ships. Source: domain.md §12.
[[nodiscard]] inline std::vector<api::RiskTier> shipped_tiers() {
  using api::SpreadDomain;
  auto first = a_tier("tier-1", 1, 90);
  first.spec.redundancy = {2, 100, 1, 0, 3, 1, {{SpreadDomain::Host, 1, true}, {SpreadDomain::Room, 1, true}}, true, true};
  auto second = a_tier("tier-2", 2, 85);
  second.spec.redundancy = {1, 100, 1, 33, 3, 1, {{SpreadDomain::Host, 1, true}, {SpreadDomain::Room, 1, false}}, false, true};
  auto third = a_tier("tier-3", 3, 80);
  third.spec.redundancy = {1, 100, 0, 0, 2, 1, {{SpreadDomain::Host, 1, false}}, false, false};
  auto fourth = a_tier("tier-4", 4, 0);
  fourth.spec.redundancy = {1, 100, 0, 0, 1, std::nullopt, {}, false, false};
  std::vector<api::RiskTier> tiers{first, second, third, fourth};
  for (auto& tier : tiers) {
    tier.spec.priority_class = "haetae-" + tier.metadata.name;
    if (tier.spec.rank < 4) tier.spec.deletion = api::DeletionPolicy::Approved;
  }
  return tiers;
}

/// What one component shows: `ready` pods, each on a host of its own, over three rooms.
[[nodiscard]] inline domain::ComponentView showing(int ready) {
  return {true, ready, ready, ready, ready < 3 ? ready : 3, true};
}

/// A marked copy.
[[nodiscard]] inline domain::CopyView a_copy(std::map<std::string, domain::ComponentView> components) {
  domain::CopyView view;
  view.marked = true;
  view.components = std::move(components);
  return view;
}

/// A World in the making.
class WorldMade {
 public:
  WorldMade& with(const SystemMade& system) { world_.systems.push_back(system.made()); return *this; }
  WorldMade& with(api::RiskTier tier) { return put(world_.tiers, std::move(tier)); }
  WorldMade& with(api::Center center) { return put(world_.centers, std::move(center)); }
  WorldMade& with(api::MemberCluster cluster) { return put(world_.clusters, std::move(cluster)); }
  WorldMade& with(api::ServiceProvider provider) { return put(world_.providers, std::move(provider)); }
  WorldMade& with(api::Handoff handoff) { return put(world_.handoffs, std::move(handoff)); }
  WorldMade& with(api::FleetPolicy policy) {
    world_.policy = std::make_shared<const api::FleetPolicy>(std::move(policy));
    return *this;
  }
  /// A center with one cluster `<name>-a` of six nodes in three rooms, all of it seen.
  WorldMade& with_site(const std::string& name, const std::string& risk_group,
                       std::vector<api::Role> roles = {api::Role::Active, api::Role::Standby});
  WorldMade& unknown(const std::string& cluster, std::optional<Timestamp> since, std::string why) {
    world_.views[ClusterName(cluster)] = domain::Unknown{since, std::move(why)};
    return *this;
  }
  /// `system` as `cluster` shows it. Requires: the cluster is seen.
  WorldMade& showing(const std::string& cluster, const std::string& system, domain::CopyView copy) {
    auto& view = std::get<domain::Known<domain::ClusterView>>(world_.views.at(ClusterName(cluster))).value;
    view.copies[system_ref(system, "mois")] = std::move(copy);
    return *this;
  }
  WorldMade& now(const std::string& time) { world_.now = at(time); return *this; }
  [[nodiscard]] const domain::World& made() const { return world_; }
  operator const domain::World&() const { return world_; }  // NOLINT: reads as the World it makes

 private:
  template <class Kind>
  WorldMade& put(std::vector<domain::Ref<Kind>>& shelf, Kind object) {
    shelf.push_back(std::make_shared<const Kind>(std::move(object)));
    return *this;
  }
  domain::World world_{};
};

inline WorldMade& WorldMade::with_site(const std::string& name, const std::string& risk_group,
                                       std::vector<api::Role> roles) {
  api::Center center;
  center.metadata.name = name;
  center.metadata.generation = 1;
  center.spec.risk_group = risk_group;
  center.spec.roles = std::move(roles);
  center.spec.accepts_data_classes = {api::DataClass::C, api::DataClass::S, api::DataClass::O};
  with(std::move(center));
  api::MemberCluster cluster;
  cluster.metadata.name = name + "-a";
  cluster.metadata.generation = 1;
  cluster.spec.center = name;
  with(std::move(cluster));
  domain::ClusterView view;
  const Resources node{{"cpu", amount("16")}, {"memory", amount("64Gi")}, {"pods", amount("110")}};
  for (int i = 0; i < 6; ++i) {
    view.nodes.push_back({name + "-" + std::to_string(i), "room-" + std::to_string(i % 3), node, {}});
    add(view.capacity, node);
  }
  view.largest_node = node;
  world_.views[ClusterName(name + "-a")] = domain::Known<domain::ClusterView>{std::move(view), {}};
  return *this;
}

[[nodiscard]] inline WorldMade an_empty_world() { return {}; }

/// The shipped tiers, and four centers: daejeon and gongju (standby only) share a risk group, gwangju and daegu do not.
[[nodiscard]] inline WorldMade a_fleet() {
  WorldMade world;
  for (auto& tier : shipped_tiers()) world.with(std::move(tier));
  world.with_site("daejeon", "chungcheong").with_site("gwangju", "honam").with_site("daegu", "yeongnam");
  world.with_site("gongju", "chungcheong", {api::Role::Standby});
  return world;
}

[[nodiscard]] inline api::ServiceProvider a_provider(const std::string& name, int highest_rank = 1) {
  api::ServiceProvider provider;
  provider.metadata.name = name;
  provider.metadata.generation = 1;
  provider.spec.highest_tier_rank = highest_rank;
  return provider;
}

/// A Handoff named `<system>-<provider>`.
[[nodiscard]] inline api::Handoff a_handoff(const std::string& system, const std::string& provider, api::Stage stage) {
  const auto ref = system_ref(system, "mois");
  api::Handoff handoff;
  handoff.metadata.ns = ref.agency;
  handoff.metadata.name = ref.name + "-" + provider;
  handoff.metadata.generation = 1;
  handoff.spec = {ref.name, provider, stage};
  return handoff;
}

/// Rules of findings, in their order; each once.
[[nodiscard]] inline std::vector<std::string> rules(const std::vector<api::Finding>& findings) {
  std::vector<std::string> names;
  for (const auto& finding : findings)
    if (names.empty() || names.back() != finding.rule) names.push_back(finding.rule);
  return names;
}

[[nodiscard]] inline const api::Finding* finding(const std::vector<api::Finding>& findings, const std::string& rule) {
  for (const auto& it : findings)
    if (it.rule == rule) return &it;
  return nullptr;
}

/// Requires: the condition is there.
[[nodiscard]] inline const api::Condition& condition(const std::vector<api::Condition>& conditions,
                                                     const std::string& type) {
  for (const auto& it : conditions)
    if (it.type == type) return it;
  throw std::out_of_range("no condition " + type);
}

}  // namespace haetae::build
