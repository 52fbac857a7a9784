#pragma once
// MemberCluster: one Kubernetes cluster (or some of its nodes) in a center, and how the hub enters it.

#include "api/step.hpp"

namespace haetae::api {

struct KubeconfigSecret {
  std::string name{};
  std::string key{"kubeconfig"};
  bool operator==(const KubeconfigSecret&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("name", &KubeconfigSecret::name, "Name of the Secret, in the operator's own namespace.",
               {.text = {.least = 1, .most = 253, .pattern = &kResourceName}});
    f.optional("key", &KubeconfigSecret::key, "Key of the kubeconfig inside it; it carries inline credentials only.",
               {.text = {.least = 1, .most = 253, .pattern = &kSecretKey}});
  }
};

/// Exactly one is set. `local: {}` is the hub's own cluster.
struct Connection {
  std::optional<KubeconfigSecret> kubeconfig_secret{};
  struct Local {
    bool operator==(const Local&) const = default;

    template <class Fields>
    static void fields(Fields&) {}
  };
  std::optional<Local> local{};
  bool operator==(const Connection&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.optional("kubeconfigSecret", &Connection::kubeconfig_secret, "The Secret that holds its kubeconfig.");
    f.optional("local", &Connection::local, "The hub's own cluster, entered with the operator's own identity.");
    f.rule({"has(self.kubeconfigSecret) != has(self.local)", "needs exactly one of kubeconfigSecret and local"},
           [](const Connection& c) { return c.kubeconfig_secret.has_value() != c.local.has_value(); });
  }
};

struct MemberClusterSpec {
  std::string center{};
  std::map<std::string, std::string> node_selector{};
  Connection connection{};
  bool cordon{false};
  std::int32_t reserve_percent{0};
  bool operator==(const MemberClusterSpec&) const = default;

  static const KindInfo& about();
  template <class Fields>
  static void fields(Fields& f) {
    f.required("center", &MemberClusterSpec::center, "The Center whose nodes these are.",
               {.text = {.least = 1, .most = kLongestName, .pattern = &kDnsLabel}, .immutable = true});
    f.optional("nodeSelector", &MemberClusterSpec::node_selector,
               "Labels of the nodes that belong to this MemberCluster, where several share one cluster; absent: all.",
               {.text = {.most = 63, .pattern = &kLabelValue},
                .key_text = {.least = 1, .most = 317, .pattern = &kLabelKey},
                .most = 16,
                .immutable = true});
    f.required("connection", &MemberClusterSpec::connection, "How the hub enters the cluster.");
    f.optional("cordon", &MemberClusterSpec::cordon, "True: no copy is placed there anew; what runs there stays.");
    f.optional("reservePercent", &MemberClusterSpec::reserve_percent, "Share of the capacity that is never planned.",
               {.minimum = 0, .maximum = 100, .unit = "percent"});
  }
};

struct ProviderStage {
  std::string provider{};
  std::string stage{};
  std::int32_t systems{0};
  bool operator==(const ProviderStage&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("provider", &ProviderStage::provider, "The ServiceProvider.", {.text = {.most = kLongestName}});
    f.required("stage", &ProviderStage::stage, "Stage of the handoff.", {.text = {.most = 63}});
    f.required("systems", &ProviderStage::systems, "Systems here at that stage.", {.minimum = 0});
  }
};

struct MemberClusterStatus {
  std::int64_t observed_generation{0};
  std::string uid{};
  std::string version{};
  std::map<std::string, std::string> capacity{};
  std::map<std::string, std::string> allocated{};
  std::map<std::string, std::string> largest_node{};
  std::int32_t nodes{0};
  std::int32_t systems{0};
  std::optional<Timestamp> unreachable_since{};
  std::vector<ProviderStage> providers{};
  std::vector<Step> steps{};
  std::vector<PastStep> history{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};  ///< Ready, Reconciling, Stalled, Reachable, Prepared
  bool operator==(const MemberClusterStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    observed_generation_field<MemberClusterStatus>(f);
    f.optional("uid", &MemberClusterStatus::uid, "uid of the cluster's kube-system namespace.", {.text = {.most = 64}});
    f.optional("version", &MemberClusterStatus::version, "Kubernetes version of its API server.",
               {.text = {.most = 64}});
    f.optional("capacity", &MemberClusterStatus::capacity, "Allocatable room of its usable nodes.", kResourceList);
    f.optional("allocated", &MemberClusterStatus::allocated,
               "Requests of all pods on them, those that terminate included.", kResourceList);
    f.optional("largestNode", &MemberClusterStatus::largest_node, "Allocatable room of the largest of them.",
               kResourceList);
    f.optional("nodes", &MemberClusterStatus::nodes, "Usable nodes.", {.minimum = 0});
    f.optional("systems", &MemberClusterStatus::systems, "Systems that have a copy here.", {.minimum = 0});
    f.optional("unreachableSince", &MemberClusterStatus::unreachable_since,
               "Since when it gives no answer; what runs there is Unknown from then on.");
    f.optional("providers", &MemberClusterStatus::providers, "Providers at work here, by stage.", {.most = 64});
    step_fields<MemberClusterStatus>(f);
    verdict_fields<MemberClusterStatus>(f);
  }
};

using MemberCluster = Object<MemberClusterSpec, MemberClusterStatus>;

}  // namespace haetae::api
