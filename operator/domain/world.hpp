#pragma once
// World: everything one decision may look at, as values, with the time. No client, no clock, no cache.

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "api/kinds.hpp"
#include "base/name.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"

namespace haetae::domain {

/// Seen, and when it last changed.
template <class T>
struct Known {
  T value{};
  std::optional<Timestamp> as_of{};
};

/// Not seen: never to be read as absent or zero.
struct Unknown {
  std::optional<Timestamp> since{};
  std::string why{};
};

/// Either; a reader must look at both cases to compile.
template <class T>
using Observed = std::variant<Known<T>, Unknown>;

/// One node as the scheduler would see it.
struct NodeView {
  std::string name{};
  std::string room{};          ///< label topology.kubernetes.io/zone; "" where absent
  Resources allocatable{};
  Resources used{};            ///< requests of all pods on it, terminating included, and "pods"
};

/// One component of one system in one cluster.
struct ComponentView {
  bool exists{false};          ///< its workload object is there
  std::int32_t stated{0};      ///< spec.replicas of the live workload
  std::int32_t ready{0};       ///< pods Ready and not terminating
  std::int32_t hosts{0};       ///< distinct nodes that hold a Ready pod
  std::int32_t rooms{0};       ///< distinct rooms that hold a Ready pod
  /// The workload's controller has seen its spec and every pod is of it. False while a changed template rolls out,
  /// also when that never ends: pods of the last template that still serve do not make the new one Ready.
  bool rolled_out{true};
};

/// What one system shows in one cluster. An empty `components` with `marked == false` is a real absence.
struct CopyView {
  bool marked{false};          ///< its namespace is there with our mark
  std::optional<api::Role> role{};  ///< as that namespace is labelled; absent where it is not
  std::map<std::string, ComponentView> components{};
  Resources used{};            ///< requests of all pods in its namespace, terminating included, and "pods"
  std::map<std::string, Resources> used_by_node{};  ///< the same, per node
};

/// What one MemberCluster shows. Offline, `nodes` is empty and the three sums come from its status.
struct ClusterView {
  std::string uid{};               ///< of kube-system: tells the cluster itself, whatever its name; "" = not seen
  std::vector<NodeView> nodes{};   ///< usable ones: Ready, schedulable, matching spec.nodeSelector
  Resources capacity{};            ///< allocatable of those nodes
  Resources allocated{};           ///< requests of all pods on those nodes
  Resources largest_node{};
  std::map<SystemRef, CopyView> copies{};
};

template <class T>
using Ref = std::shared_ptr<const T>;

/// The hub's objects and what each member cluster shows. Order in the vectors carries no meaning.
struct World {
  std::optional<Timestamp> now{};  ///< absent offline: then no time is invented
  std::vector<Ref<api::TenantSystem>> systems{};
  std::vector<Ref<api::RiskTier>> tiers{};
  std::vector<Ref<api::Center>> centers{};
  std::vector<Ref<api::MemberCluster>> clusters{};
  std::vector<Ref<api::ServiceProvider>> providers{};
  std::vector<Ref<api::Handoff>> handoffs{};
  std::vector<Ref<api::Approval>> approvals{};
  std::string home{"haetae-system"};  ///< the operator's namespace: Approvals of deletions, clusters and the fleet lie there
  Ref<api::FleetPolicy> policy{};  ///< null: the defaults hold
  /// TenantSystems and RiskTiers of the hub that cannot be read, e.g. "TenantSystem mois/gov24". What they would say is
  /// not known: no tier falls and nothing is removed meanwhile.
  std::vector<std::string> unreadable{};
  std::map<ClusterName, Observed<ClusterView>> views{};  ///< a cluster that is not listed is Unknown
};

/// The World of files: each MemberCluster's status counts as observed where it lists capacity (else Unknown),
/// each TenantSystem's status.redundancy as the copies there. A status counts pods of all components together;
/// `tiers` (those of the same files) say how they divide. A cluster that its status calls unreachable is Unknown.
/// Source: api.md "Command line".
[[nodiscard]] std::map<ClusterName, Observed<ClusterView>> views_from_status(
    const std::vector<Ref<api::MemberCluster>>& clusters, const std::vector<Ref<api::TenantSystem>>& systems,
    const std::vector<Ref<api::RiskTier>>& tiers = {});

}  // namespace haetae::domain
