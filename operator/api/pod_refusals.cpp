#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "api/kind.hpp"
#include "api/node.hpp"
#include "api/pod.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

constexpr auto kNode = "is refused: pods share nothing with their node";
constexpr auto kPrivilege = "is refused: no container gains privilege";
constexpr auto kWhere = "is refused: Haetae and the scheduler choose the node";
constexpr auto kTier = "is refused: the risk tier sets it";
constexpr auto kUncounted = "is refused: Haetae counts no room for it";
constexpr auto kProfile = "is refused: a profile other than RuntimeDefault or Localhost confines nothing";
constexpr auto kRoot = "is refused: no container runs as root";
constexpr auto kInside = "is refused: it reaches beyond the system's own namespace";

bool contains(std::initializer_list<std::string_view> list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Source: kubernetes.io/docs/concepts/security/pod-security-standards, Restricted "Volume Types".
bool is_volume_kind(std::string_view kind) {
  return contains({"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}, kind);
}

/// Source: the same page, Baseline "Sysctls".
bool is_safe_sysctl(std::string_view name) {
  return contains({"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
                   "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
                   "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
                   "net.ipv4.tcp_keepalive_probes"},
                  name);
}

/// Labels of nodes by which a pod would choose its node itself, or reach those that are not for tenants.
/// Source: kubernetes.io/docs/reference/labels-annotations-taints
bool names_nodes(std::string_view key) {
  return key == "kubernetes.io/hostname" || key == "kubernetes.io/role" || key.starts_with("node-role.kubernetes.io/") ||
         key.starts_with("node-restriction.kubernetes.io/");
}

/// Annotations that change how a pod is confined, attached to networks or known to a cloud.
/// Source: the same page; cri-o.io "annotations"; the multus, ovn-kubernetes and kube2iam documentation.
bool gives_rights(std::string_view key) {
  return key.starts_with("container.apparmor.security.beta.kubernetes.io/") ||
         key.starts_with("seccomp.security.alpha.kubernetes.io/") ||
         key.starts_with("container.seccomp.security.alpha.kubernetes.io/") || key.starts_with("io.kubernetes.cri-o.") ||
         key.starts_with("io.katacontainers.") || key.starts_with("k8s.v1.cni.cncf.io/") ||
         key.starts_with("v1.multus-cni.io/") || key.starts_with("k8s.ovn.org/") || key.starts_with("iam.amazonaws.com/");
}

bool confines(std::string_view profile) {
  return contains({"runtime/default", "docker/default"}, profile) || profile.starts_with("localhost/");
}

/// Collects the refused fields of one template; faults of shape are not its matter.
class Refusals {
 public:
  std::vector<Fault> all{};

  void refuse(const Node& node, const char* why) {
    if (node.present()) all.push_back({node.path(), why});
  }
  /// Refuses the field where it is stated with any other value than the one that changes nothing.
  void unless(const ordered_json& harmless, const Node& node, const char* why) {
    if (node.present() && *node.value() != harmless) refuse(node, why);
  }
  void unless_empty(const Node& node, const char* why) {
    if (node.present() && !(node.value()->is_structured() && node.value()->empty())) refuse(node, why);
  }

  void labels(const Node& labels) {
    labels.each_member([&](const std::string& key, const Node& value) {
      const bool sound = value.value() != nullptr && value.value()->is_string() &&
                         value.value()->get_ref<const std::string&>().size() <= 63 &&
                         kLabelValue.holds(value.value()->get_ref<const std::string&>());
      if (!kLabelKey.holds(key)) all.push_back({value.path(), "is not a label's key"});
      else if (!sound) all.push_back({value.path(), "is not a label's value"});
    });
  }

  void metadata(const Node& metadata) {
    metadata.each_member([&](const std::string& key, const Node& value) {
      if (!contains({"labels", "annotations"}, key)) refuse(value, "is refused: Haetae names and owns what it writes");
    });
    labels(metadata["labels"]);
    metadata["annotations"].each_member([&](const std::string& key, const Node& value) {
      if (gives_rights(key) && !(value.value() != nullptr && value.value()->is_string() && confines(value.text())))
        refuse(value, "is refused: it changes what confines the pod");
    });
  }

  /// Of a template of claims.
  void claim(const Node& whole) {
    whole["metadata"].each_member([&](const std::string& key, const Node& value) {
      if (!contains({"name", "labels", "annotations"}, key)) refuse(value, "is refused: Kubernetes names and owns the claims of pods");
    });
    labels(whole["metadata"]["labels"]);
    for (const char* list : {"labels", "annotations"})
      whole["metadata"][list].each_member([&](const std::string& key, const Node& value) {
        if (is_ours(key)) refuse(value, "is refused: Haetae alone gives keys of haetae.io");
      });
    for (auto& fault : refused_in_claim(whole["spec"])) all.push_back(std::move(fault));
  }

  void pod(const Node& spec, const std::vector<std::string>& accounts) {
    platform(spec);
    for (const char* field : {"hostNetwork", "hostPID", "hostIPC"}) unless(false, spec[field], kNode);
    security(spec["securityContext"]);
    spec["securityContext"]["sysctls"].each_item([&](const Node& one) {
      if (!is_safe_sysctl(one["name"].text())) refuse(one["name"], kNode);
    });
    for (const char* field : {"serviceAccountName", "serviceAccount"}) account(spec[field], accounts);
    unless(false, spec["automountServiceAccountToken"],
           "is refused: pods are not clients of their cluster; what needs a token mounts it as a projected volume");
    spec["volumes"].each_item([&](const Node& one) { volume(one); });
    for (const char* list : {"initContainers", "containers"})
      spec[list].each_item([&](const Node& one) { container(one); });
    unless_empty(spec["ephemeralContainers"], "is refused: no template has them");
    placing(spec);
  }

 private:
  void platform(const Node& spec) {
    unless("", spec["nodeName"], kWhere);
    unless("", spec["priorityClassName"], kTier);
    refuse(spec["priority"], kTier);
    refuse(spec["preemptionPolicy"], kTier);
    unless("default-scheduler", spec["schedulerName"], "is refused: room is counted for the default scheduler");
    unless("", spec["runtimeClassName"], kUncounted);
    unless_empty(spec["overhead"], kUncounted);
    unless_empty(spec["resourceClaims"], kUncounted);
    unless_empty(spec["schedulingGates"], "is refused: nobody would open them");
    unless("linux", spec["os"]["name"], "is refused: pod security does not hold there");
  }

  /// What pod and containers may state alike.
  void security(const Node& context) {
    unless(true, context["runAsNonRoot"], kRoot);
    if (const auto* user = context["runAsUser"].value(); user != nullptr && *user == 0) refuse(context["runAsUser"], kRoot);
    for (const char* field : {"seccompProfile", "appArmorProfile"}) {
      const Node type = context[field]["type"];
      if (type.present() && !contains({"RuntimeDefault", "Localhost"}, type.text())) refuse(type, kProfile);
    }
    const Node selinux = context["seLinuxOptions"];
    for (const char* field : {"user", "role"}) unless("", selinux[field], kPrivilege);
    if (selinux["type"].present() &&
        !contains({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}, selinux["type"].text()))
      refuse(selinux["type"], kPrivilege);
    unless(false, context["windowsOptions"]["hostProcess"], kNode);
  }

  void container(const Node& one) {
    const Node context = one["securityContext"];
    security(context);
    unless(false, context["privileged"], "is refused: no container has privilege");
    unless(false, context["allowPrivilegeEscalation"], kPrivilege);
    context["capabilities"]["add"].each_item([&](const Node& capability) {
      unless("NET_BIND_SERVICE", capability, "is refused: no capability but NET_BIND_SERVICE is added");
    });
    unless("Default", context["procMount"], kNode);
    one["ports"].each_item([&](const Node& port) { unless(0, port["hostPort"], kNode); });
    for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) host_of(one[probe]);
    for (const char* hook : {"postStart", "preStop"}) host_of(one["lifecycle"][hook]);
  }

  /// The node's agent asks, with the node's reach. Source: the same standard, Baseline "Host Probes / Lifecycle Hooks".
  void host_of(const Node& probe) {
    for (const char* way : {"httpGet", "tcpSocket"}) unless("", probe[way]["host"], kNode);
  }

  void volume(const Node& one) {
    one.each_member([&](const std::string& kind, const Node& source) {
      if (kind != "name" && !is_volume_kind(kind)) refuse(source, kNode);
    });
    claim(one["ephemeral"]["volumeClaimTemplate"]);
  }

  void account(const Node& name, const std::vector<std::string>& accounts) {
    if (!name.present()) return;
    const auto stated = name.text();
    if (stated.empty() || stated == "default" || std::find(accounts.begin(), accounts.end(), stated) != accounts.end()) return;
    refuse(name, "is refused: it is neither `default` nor a ServiceAccount of spec.manifests");
  }

  void placing(const Node& spec) {
    spec["nodeSelector"].each_member([&](const std::string& key, const Node& value) {
      if (names_nodes(key)) refuse(value, kWhere);
    });
    const Node of_node = spec["affinity"]["nodeAffinity"];
    of_node["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"].each_item(
        [&](const Node& term) { nodes_of(term); });
    of_node["preferredDuringSchedulingIgnoredDuringExecution"].each_item(
        [&](const Node& wish) { nodes_of(wish["preference"]); });
    for (const char* kind : {"podAffinity", "podAntiAffinity"}) {
      const Node of_pods = spec["affinity"][kind];
      of_pods["requiredDuringSchedulingIgnoredDuringExecution"].each_item([&](const Node& term) { neighbours(term); });
      of_pods["preferredDuringSchedulingIgnoredDuringExecution"].each_item(
          [&](const Node& wish) { neighbours(wish["podAffinityTerm"]); });
    }
    spec["tolerations"].each_item([&](const Node& one) { toleration(one); });
  }

  void nodes_of(const Node& term) {
    unless_empty(term["matchFields"], kWhere);
    term["matchExpressions"].each_item([&](const Node& one) {
      if (names_nodes(one["key"].text())) refuse(one["key"], kWhere);
    });
  }

  /// A pod that keeps others away from its node keeps away those of every namespace that it names.
  void neighbours(const Node& term) {
    unless_empty(term["namespaces"], kInside);
    refuse(term["namespaceSelector"], kInside);
  }

  /// Nodes whose taints keep pods away count for no room, so no pod of ours may go there. What every pod tolerates
  /// anyway, a node that has just fallen silent, may be tolerated for another while.
  void toleration(const Node& one) {
    const bool usual = contains({"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}, one["key"].text()) &&
                       one["effect"].text() == "NoExecute";
    if (!usual) refuse(one, "is refused: tainted nodes are not for tenants");
  }
};

}  // namespace

std::vector<Fault> refused_in_claim(const Node& spec) {
  Refusals refused;
  refused.unless("", spec["volumeName"], "is refused: the cluster chooses the volume, or it could be another system's");
  refused.unless_empty(spec["selector"], "is refused: the cluster chooses the volume, or it could be another system's");
  refused.unless("", spec["dataSourceRef"]["namespace"], kInside);
  return std::move(refused.all);
}

std::vector<Fault> refused_fields(const RawJson& pod_template, const std::vector<std::string>& service_accounts) {
  const auto body = read_kept(pod_template);
  if (!body || !body->is_object()) return {};
  std::vector<Fault> shape;  // told by the reader of requests, and by the server
  const Node root(&*body, "", &shape);
  Refusals refused;
  root.each_member([&](const std::string& key, const Node& value) {
    if (!contains({"metadata", "spec"}, key)) refused.refuse(value, "is refused: a pod template has metadata and spec");
  });
  refused.metadata(root["metadata"]);
  refused.pod(root["spec"], service_accounts);
  return std::move(refused.all);
}

std::vector<Fault> claim_faults(const RawJson& claim) {
  const auto body = read_kept(claim);
  if (!body) return {{"", body.error().message}};
  if (!body->is_object()) return {{"", "is not an object"}};
  std::vector<Fault> shape;
  Refusals refused;
  refused.claim(Node(&*body, "", &shape));
  return std::move(refused.all);
}

}  // namespace haetae::api
