#pragma once
// Summary: the status of every hub object but TenantSystem, counted from one decision and what the clusters show.

#include <map>
#include <string>
#include <vector>

#include "domain/plan.hpp"
#include "domain/prepared.hpp"
#include "domain/world.hpp"

namespace haetae::domain {

/// What the connection to a member cluster says beyond the World.
struct Contact {
  std::string uid{};      ///< of the namespace kube-system that answers now; "" while it is not known
  std::string version{};  ///< e.g. "v1.36.3"
  std::string reason{};   ///< CamelCase, why it cannot be reached ("Unauthorized"); "" for the general one
  MemberChart chart{};    ///< as it was asked for last
};

/// Labels of ours that a MemberCluster carries: its center, and each provider's highest stage there.
[[nodiscard]] api::Labels member_cluster_labels(const api::MemberCluster& cluster, const Plan& plan);
/// Whether a label of a MemberCluster is ours to write, and so to remove when it is not wanted any more.
[[nodiscard]] bool is_member_cluster_label(const std::string& key);

/// Counts once, tells of each object. Every status keeps the times of the object's present one, so that an unchanged
/// meaning gives an equal value. Conditions: Ready, Reconciling, Stalled (and Reachable and Prepared for a MemberCluster); Ready
/// is False while an Error finding stands against the object.
class Summary {
 public:
  /// Borrows both for its own life. Requires: `plan` was decided from this World's hub objects.
  Summary(const World& world, const Plan& plan);

  [[nodiscard]] api::RiskTierStatus of(const api::RiskTier& tier) const;
  /// Standing counts copies: serving = as demanded, degraded = some pods Ready, down = none, or not there.
  /// Days are counted in UTC.
  [[nodiscard]] api::CenterStatus of(const api::Center& center) const;
  /// A cluster whose view is Unknown keeps its last numbers; one that was not tried yet (Unknown without a time)
  /// keeps its last Reachable too.
  [[nodiscard]] api::MemberClusterStatus of(const api::MemberCluster& cluster, const Contact& contact) const;
  [[nodiscard]] api::ServiceProviderStatus of(const api::ServiceProvider& provider) const;
  [[nodiscard]] api::HandoffStatus of(const api::Handoff& handoff) const;
  [[nodiscard]] api::FleetPolicyStatus of(const api::FleetPolicy& policy) const;

 private:
  void count(const SystemPlan& system);
  void count_handoffs();
  [[nodiscard]] std::vector<api::Finding> findings(const char* kind, const api::ObjectMeta& meta,
                                                   const std::vector<api::Finding>& previous) const;
  template <class Kind>
  void fill(typename Kind::StatusFields& status, const Kind& object, const std::vector<approval::Answer>& answers) const;
  void accept_uid(api::MemberClusterStatus& status, const api::MemberCluster& cluster, const std::string& seen) const;
  template <class Kind>
  void close(typename Kind::StatusFields& status, const char* kind, const Kind& object,
             std::vector<api::Condition> more = {}) const;
  [[nodiscard]] const ClusterView* view_of(const ClusterName& cluster) const;

  struct InCenter {
    std::int32_t systems{0};
    std::map<std::string, api::TierStanding> by_tier{};
  };
  const World& world_;
  const Plan& plan_;
  const approval::Desk desk_;
  std::map<std::string, std::int32_t> by_tier_{};
  std::map<CenterName, InCenter> by_center_{};
  std::map<ClusterName, std::int32_t> by_cluster_{};
  /// Provider → (stage, tier) → systems.
  std::map<std::string, std::map<std::pair<std::string, std::string>, std::int32_t>> by_provider_{};
};

}  // namespace haetae::domain
