#pragma once
// Plan: what decide() wants, per system, and every finding. Values; the same World gives the same Plan.

#include <map>
#include <string>
#include <vector>

#include "domain/approval/desk.hpp"
#include "domain/placement/choose.hpp"
#include "domain/redundancy/demand.hpp"
#include "domain/world.hpp"

namespace haetae::domain {

/// One copy that the plan wants: where, in which role, and why there.
struct CopyPlan {
  CenterName center{};
  ClusterName cluster{};
  api::Role role{api::Role::Active};
  std::string reason{};      ///< e.g. "kept", "most free room", "preferred center"
  api::Labels node_selector{};  ///< of the MemberCluster: the nodes that stand for the center
  std::string own_namespace{};  ///< spec.memberNamespace, which the member's administrator gives; "" = one that we make
};

/// Everything that delivery and status need to know of one system; nothing in it looks anything up again.
struct SystemPlan {
  SystemRef ref{};
  Ref<api::TenantSystem> system{};
  Ref<api::RiskTier> tier{};           ///< the effective tier; null when none could be resolved
  api::TierStatus tier_status{};
  redundancy::Demand demand{};
  bool requests_complete{false};       ///< every container says how much cpu and memory it takes
  std::vector<CopyPlan> copies{};      ///< actives first, then standbys; kept, legal copies included
  std::vector<api::Rejection> rejected{};
  std::int32_t missing_active{0};      ///< demanded copies that have no cluster
  std::int32_t missing_standby{0};
  std::string why_not_placed{};        ///< "" when every demanded copy has a cluster
  std::size_t turn{0};                 ///< when it was served; decisions are stored in this order
  std::map<ClusterName, std::string> held_clusters{};  ///< as of the Plan: what these show is no observation
  std::vector<placement::Violation> violations{};  ///< kept copies that a hard rule would refuse today
  api::DataClass data_class{api::DataClass::S};  ///< in force
  std::vector<approval::Answer> answers{};       ///< to what it asks for; status issues the steps
  api::HandoffSummary handoff{};       ///< empty provider: operated by its agency
  std::vector<api::Finding> findings{};///< `since` unset: report() fills it from the previous status
  /// Set when the system cannot be resolved (template unreadable, tier unknown, …): nothing is written, moved or
  /// removed for it anywhere; what runs keeps running.
  bool hold{false};
  std::string hold_why{};
  /// Not "": nothing is written in any member (the system or the fleet is paused, or the fleet observes); says which.
  std::string paused_why{};
  /// The object has a deletionTimestamp. `may_remove` says that its tier lets the copies go (deletion: Immediate).
  bool deleting{false};
  bool may_remove{false};

  [[nodiscard]] const CopyPlan* copy_in(const ClusterName& cluster) const {
    for (const auto& copy : copies)
      if (copy.cluster == cluster) return &copy;
    return nullptr;
  }
};

/// Names an object of the hub: "Center/daejeon", "Handoff/mois/gov24".
[[nodiscard]] inline std::string subject(const char* kind, const api::ObjectMeta& of) {
  return std::string(kind) + "/" + (of.ns.empty() ? "" : of.ns + "/") + of.name;
}

/// The whole decision.
struct Plan {
  std::map<SystemRef, SystemPlan> systems{};
  std::map<std::string, std::vector<api::Finding>> findings{};  ///< on the hub's other objects, by subject()
  std::map<std::string, std::vector<approval::Answer>> answers{};  ///< to what they ask for, by subject()
  /// Clusters in which nothing is written for anybody, and why: their nodes belong to another MemberCluster.
  std::map<ClusterName, std::string> held_clusters{};
  std::map<ClusterName, std::vector<api::ProviderStage>> providers{};  ///< for labels and status of MemberClusters
};

}  // namespace haetae::domain
