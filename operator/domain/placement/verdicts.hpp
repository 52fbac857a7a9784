#pragma once
// Verdicts: what every cluster says to one system, for people who ask why here and why not there.

#include <string>
#include <vector>

#include "domain/placement/choose.hpp"

namespace haetae::placement {

/// One cluster's answer.
struct Verdict {
  CenterName center{};
  ClusterName cluster{};
  bool holds{false};                 ///< a copy is there, in `role`
  api::Role role{api::Role::Active}; ///< held; else the first demanded role that it could play, or was asked for
  std::string reason{};              ///< held: why it was taken
  std::vector<std::string> noes{};   ///< every constraint that is broken, in words; empty: it could hold a copy
  int percent{0};                    ///< of the worst resource in use if it held a copy grown to active size
};

/// The clusters' answers to `ref`, those with a copy first, then by center and cluster.
/// Requires: each request's `current` is the outcome of place(), so that all room is as planned; `ref` is among them.
[[nodiscard]] std::vector<Verdict> verdicts(const domain::World& world, const std::vector<Request>& requests,
                                            const SystemRef& ref);

}  // namespace haetae::placement
