#pragma once
// Candidates: every member cluster as placement sees it, with its center looked up once.

#include <map>
#include <string>
#include <vector>

#include "domain/world.hpp"

namespace haetae::placement {

/// One cluster that a copy could go to. Points into the World: lives no longer than it.
struct Candidate {
  ClusterName cluster{};
  CenterName center{};
  std::string risk_group{};                      ///< the center's own name where it states none
  const api::MemberCluster* object{nullptr};     ///< never null
  const api::Center* place{nullptr};             ///< null: the center does not exist
  const domain::ClusterView* view{nullptr};      ///< null: the cluster is Unknown
  std::string unknown_why{};                     ///< in words, where `view` is null
  std::string held_why{};                        ///< in words, where its nodes belong to another one; else ""
};

/// All clusters of the World in the order of their names, each name once.
[[nodiscard]] std::vector<Candidate> candidates(const domain::World& world);

/// The centers of the World by name.
using Centers = std::map<std::string, const api::Center*>;
[[nodiscard]] Centers centers_by_name(const domain::World& world);

/// Centers that share a risk group count as one. Source: api.md, Center.
[[nodiscard]] std::string risk_group(const Centers& centers, const std::string& center);

}  // namespace haetae::placement
