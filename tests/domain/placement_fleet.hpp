#pragma once
// Small fleets for the placement tests, written down in a few words.

#include <string>
#include <vector>

#include "domain/placement/choose.hpp"

namespace haetae::placement::testing {

inline Quantity q(const std::string& text) { return Quantity::parse(text).value(); }

inline Resources cpu(const std::string& amount, const std::string& pods = "110") {
  return {{"cpu", q(amount)}, {"pods", q(pods)}};
}

/// A World in the making. Centers accept C, S and O and play both roles unless told otherwise.
struct Fleet {
  domain::World world{};

  api::Center& center(const std::string& name, const std::string& group = "") {
    auto center = std::make_shared<api::Center>();
    center->metadata.name = name;
    center->spec.risk_group = group;
    center->spec.accepts_data_classes = {api::DataClass::C, api::DataClass::S, api::DataClass::O};
    world.centers.push_back(center);
    return *center;
  }
  /// A cluster observed by its sums alone, as files show it.
  api::MemberCluster& cluster(const std::string& name, const std::string& center, const Resources& capacity,
                              const Resources& largest_node, const Resources& allocated = {}) {
    auto& object = unseen(name, center);
    domain::ClusterView view;
    view.capacity = capacity;
    view.largest_node = largest_node;
    view.allocated = allocated;
    world.views[ClusterName(name)] = domain::Known<domain::ClusterView>{view, {}};
    return object;
  }
  /// A cluster that was never observed.
  api::MemberCluster& unseen(const std::string& name, const std::string& center) {
    auto object = std::make_shared<api::MemberCluster>();
    object->metadata.name = name;
    object->spec.center = center;
    world.clusters.push_back(object);
    return *object;
  }
  domain::ClusterView& view(const std::string& cluster) {
    return std::get<domain::Known<domain::ClusterView>>(world.views.at(ClusterName(cluster))).value;
  }
  /// One center with one cluster of its name, of `nodes` nodes with `each` cpu.
  api::Center& site(const std::string& name, int nodes, int each, const std::string& group = "") {
    auto& made = center(name, group);
    cluster(name, name, cpu(std::to_string(nodes * each), std::to_string(nodes * 110)), cpu(std::to_string(each)));
    return made;
  }
};

/// A system of one component: `pods` pods of `each` cpu per active copy, `standby` of them in a standby.
inline Request request(const std::string& name, int actives, int standbys, int pods, const std::string& each,
                       int standby = 0) {
  Request r;
  r.ref = {"mois", name};
  r.demand.active_centers = actives;
  r.demand.standby_centers = standbys;
  r.demand.components = {{"web", pods, pods, standby, {{"cpu", q(each)}, {"pods", q("1")}}}};
  return r;
}

inline api::PlacedCopy placed(const std::string& center, const std::string& cluster,
                              api::Role role = api::Role::Active) {
  return {center, cluster, role, 0, ""};
}

inline Choice place_one(const Fleet& fleet, const Request& r) { return place(fleet.world, {r}).at(r.ref); }

/// "daegu-a Active, gongju-a Standby"
inline std::string text(const Choice& choice) {
  std::string words;
  for (const auto& copy : choice.copies) {
    words += (words.empty() ? "" : ", ") + copy.cluster.text() +
             (copy.role == api::Role::Active ? " Active" : " Standby");
  }
  return words;
}

/// Why nothing else was chosen, where that is one reason.
inline std::string only_reason(const Choice& choice) {
  return choice.rejected.size() == 1 ? choice.rejected[0].reason : std::to_string(choice.rejected.size()) + " reasons";
}

/// The constraints that kept copies break, "cluster: constraint", in the order reported.
inline std::vector<std::string> broken(const Choice& choice) {
  std::vector<std::string> names;
  for (const auto& violation : choice.violations) names.push_back(violation.cluster.text() + ": " + violation.constraint);
  return names;
}

}  // namespace haetae::placement::testing
