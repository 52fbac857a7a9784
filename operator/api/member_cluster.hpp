#pragma once
// MemberCluster: one Kubernetes cluster (or some of its nodes) in a center, and how the hub enters it.

#include "api/object.hpp"

namespace haetae::api {

struct KubeconfigSecret {
  std::string name{};                ///< in the operator's namespace
  std::string key{"kubeconfig"};
  bool operator==(const KubeconfigSecret&) const = default;
};

/// Exactly one is set. `local: {}` is the hub's own cluster.
struct Connection {
  std::optional<KubeconfigSecret> kubeconfig_secret{};
  struct Local {
    bool operator==(const Local&) const = default;
  };
  std::optional<Local> local{};
  bool operator==(const Connection&) const = default;
};

struct MemberClusterSpec {
  std::string center{};
  std::map<std::string, std::string> node_selector{};
  Connection connection{};
  bool cordon{false};
  std::int32_t reserve_percent{0};
  bool operator==(const MemberClusterSpec&) const = default;
};

struct ProviderStage {
  std::string provider{};
  std::string stage{};
  std::int32_t systems{0};
  bool operator==(const ProviderStage&) const = default;
};

struct MemberClusterStatus {
  std::int64_t observed_generation{0};
  std::string uid{};                 ///< of the cluster's kube-system namespace
  std::string version{};             ///< e.g. v1.36.3
  std::map<std::string, std::string> capacity{};      ///< allocatable of usable nodes, quantities as text
  std::map<std::string, std::string> allocated{};     ///< requests of all pods on them, terminating included
  std::map<std::string, std::string> largest_node{};
  std::int32_t nodes{0};
  std::int32_t systems{0};
  std::optional<Timestamp> unreachable_since{};
  std::vector<ProviderStage> providers{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};  ///< Ready, Reconciling, Stalled, Reachable
  bool operator==(const MemberClusterStatus&) const = default;
};

using MemberCluster = Object<MemberClusterSpec, MemberClusterStatus>;

}  // namespace haetae::api
