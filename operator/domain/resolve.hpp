#pragma once
// resolve(): follows every reference of the World and reads the text that decisions need, once. What is broken stays
// visible as a fact (a null reference, a fault); the rulebook turns it into findings.

#include <map>
#include <string>
#include <vector>

#include "api/path.hpp"
#include "api/tenant_manifest.hpp"
#include "domain/approval/desk.hpp"
#include "domain/handoff/stage.hpp"
#include "domain/tiering/score.hpp"
#include "domain/world.hpp"

namespace haetae::domain {

/// One entry of spec.dependsOn.
struct Need {
  SystemRef system{};
  std::string path{};        ///< spec.dependsOn[2].system
  bool hard{false};
  bool exists{false};
  bool repeated{false};      ///< an earlier entry names the same system
};

/// One system with its references followed.
struct ResolvedSystem {
  SystemRef ref{};
  Ref<api::TenantSystem> system{};
  tiering::OwnTier own{};
  Ref<api::RiskTier> tier{};           ///< effective; null where neither this system nor a dependent has one
  std::vector<SystemRef> because{};    ///< see tiering::Raised
  bool tier_kept{false};               ///< `tier` and `because` are the stored ones: in doubt, or being deleted
  std::string tier_lost{};             ///< the stored tier, where no RiskTier has that name; then `tier` is null
  Ref<api::RiskTier> tier_pending{};   ///< what it would be with the Approval that is missing
  std::vector<SystemRef> pending_because{};
  api::DataClass data_class{api::DataClass::S};  ///< in force
  std::vector<approval::Answer> answers{};       ///< to everything that it asks for
  std::vector<SystemRef> cycle{};
  std::vector<Need> needs{};
  std::vector<Resources> per_pod{};    ///< one for each component; empty amounts where its template is unreadable
  std::vector<Resources> per_job{};    ///< one for each manifest: of a CronJob's pods, else empty
  std::vector<std::string> manifest_names{};  ///< one for each manifest; "" where it has none that can be read
  std::vector<api::Fault> manifests_refused{};  ///< what spec.manifests may not be or say
  std::vector<api::Fault> manifests_taken{};    ///< names of manifests that are another's, ours or Kubernetes' own
  std::vector<api::StatedHost> hosts{};         ///< of spec.manifests, by path from the object's root
  std::vector<api::Fault> hosts_taken{};        ///< those that are a system's of another agency
  SystemRef namespace_of{};            ///< whose member namespace this system would share; empty: nobody's
  std::vector<api::Fault> unreadable{};   ///< what cannot be counted, by path from the object's root
  std::vector<api::Fault> refused{};      ///< fields that Haetae refuses
  std::vector<api::Fault> unrequested{};  ///< containers that request no cpu or memory
  std::vector<handoff::InForce> handoffs{};
  api::HandoffSummary handoff{};
};

/// The hub's objects by name. Systems are those of the World; a namesake counts once.
struct Resolved {
  std::optional<Timestamp> now{};
  tiering::Ladder ladder{};
  std::map<SystemRef, ResolvedSystem> systems{};
  std::map<CenterName, Ref<api::Center>> centers{};
  std::map<ClusterName, Ref<api::MemberCluster>> clusters{};
  std::map<ProviderName, Ref<api::ServiceProvider>> providers{};
  std::vector<Ref<api::Handoff>> handoffs{};   ///< by namespace and name
  Ref<api::FleetPolicy> policy{};              ///< null: the defaults hold
  std::map<ClusterName, std::string> held_clusters{};  ///< see placement::held_clusters
  std::vector<std::string> unreadable{};       ///< of the World, sorted
  approval::Desk desk{};
  /// Whether the edit of each RiskTier that holds systems may take effect: its PolicyChange, by the tier's name.
  std::map<std::string, approval::Answer> policy_changes{};
};

/// The subject of what a system asks for. Borrows from `system`.
[[nodiscard]] approval::Subject subject_of(const api::TenantSystem& system);
/// The answer to what is asked; null where that is not asked for.
[[nodiscard]] const approval::Answer* answer_to(const ResolvedSystem& system, approval::What what);

/// Never fails; the order of the World's vectors is irrelevant.
[[nodiscard]] Resolved resolve(const World& world);

}  // namespace haetae::domain
