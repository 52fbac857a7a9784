#pragma once
// Prepared: whether a member cluster has the member chart that this operator needs, and the command that mends it.

#include <string>

#include "api/member_cluster.hpp"

namespace haetae::domain {

/// The chart, and the ConfigMap with which it says its version (data.version), beside our ServiceAccount.
inline constexpr const char* kMemberChart = "haetae-member";
/// What this operator needs; a later one does. tests/contract keeps it equal to charts/haetae-member/Chart.yaml.
inline constexpr const char* kMemberChartVersion = "0.2.0";

/// What a cluster told of its member chart when it was last asked.
struct MemberChart {
  enum class Seen {
    NotAsked,   ///< nothing is known: no answer yet, or the cluster does not answer
    Missing,    ///< there is no such ConfigMap
    Forbidden,  ///< we may not read it: the chart is from before it was there, or not there
    There
  } seen{Seen::NotAsked};
  std::string ns{};       ///< where it was looked for
  std::string version{};  ///< foreign text; set where it is There
  bool operator==(const MemberChart&) const = default;
};

/// True where a version is kMemberChartVersion or later: three numbers, compared one by one. What is no version is not.
[[nodiscard]] bool is_current(const std::string& version);

/// The condition. While the cluster is not `reachable` and the chart not asked for it is Unknown; where it just was not
/// asked yet it stays as the status has it. Nothing is moved, removed or withheld for it: what a chart that lacks does
/// not allow, the cluster refuses by itself.
[[nodiscard]] api::Condition prepared(const api::MemberCluster& cluster, const MemberChart& chart,
                                      const api::Condition& reachable);

}  // namespace haetae::domain
