#include "api/tenant_manifest.hpp"

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

using Words = std::initializer_list<std::string_view>;

constexpr auto kBeyond = "is refused: it reaches beyond the system's own namespace";
constexpr auto kOurs = "is refused: Haetae alone gives keys of haetae.io";
constexpr auto kSteers = "is refused: it could steer a controller of the platform";

bool contains(Words list, std::string_view text) { return std::find(list.begin(), list.end(), text) != list.end(); }
bool names(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// A kind on the closed list, and what it holds beside apiVersion, kind and metadata.
struct Listed {
  std::string_view kind, api_version;
  std::array<std::string_view, 3> content;
};
constexpr std::array<Listed, 7> kListed{{
    {"ConfigMap", "v1", {"data", "binaryData", "immutable"}},
    {"ServiceAccount", "v1", {"imagePullSecrets", "automountServiceAccountToken"}},
    {"PersistentVolumeClaim", "v1", {"spec"}},
    {"Ingress", "networking.k8s.io/v1", {"spec"}},
    {"HTTPRoute", "gateway.networking.k8s.io/v1", {"spec"}},
    {"NetworkPolicy", "networking.k8s.io/v1", {"spec"}},
    {"CronJob", "batch/v1", {"spec"}},
}};

const Listed* listed(std::string_view kind) {
  const auto at = std::find_if(kListed.begin(), kListed.end(), [&](const Listed& one) { return one.kind == kind; });
  return at == kListed.end() ? nullptr : &*at;
}

bool is_of(std::string_view domain, std::string_view key) {
  const auto owner = key.substr(0, key.find('/'));
  return owner.size() < key.size() &&
         (owner == domain || (owner.ends_with(domain) && owner[owner.size() - domain.size() - 1] == '.'));
}

/// Settings of one route that hold no reference and no configuration of the controller.
/// Source: kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations
bool is_route_setting(std::string_view key, std::string_view value) {
  constexpr std::string_view kNginx = "nginx.ingress.kubernetes.io/";
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  };
  return key.starts_with(kNginx) &&
         contains({"affinity", "backend-protocol", "enable-cors", "force-ssl-redirect", "limit-connections", "limit-rpm",
                   "limit-rps", "proxy-body-size", "proxy-buffering", "proxy-buffer-size", "proxy-connect-timeout",
                   "proxy-read-timeout", "proxy-send-timeout", "ssl-redirect"},
                  key.substr(kNginx.size())) &&
         std::all_of(value.begin(), value.end(), plain);
}

/// One entry, asked field by field. Every fault goes to one list, those of shape too.
class Judge {
 public:
  Judge(const Inside& inside, std::vector<Fault>& faults) : inside_(inside), faults_(faults) {}

  void object(const Node& root, const ManifestHead& head) {
    const auto* kind = listed(head.kind);
    if (kind == nullptr) return root["kind"].fault("is refused: no ConfigMap, ServiceAccount, PersistentVolumeClaim, "
                                                   "Ingress, HTTPRoute, NetworkPolicy or CronJob");
    if (head.api_version != kind->api_version)
      root["apiVersion"].fault("is refused: " + head.kind + " is of " + std::string(kind->api_version));
    root.each_member([&](const std::string& key, const Node& value) {
      const auto& content = kind->content;
      const bool known = contains({"apiVersion", "kind", "metadata"}, key) ||
                         std::find(content.begin(), content.end(), key) != content.end();
      if (!known && value.present()) value.fault("is refused: " + head.kind + " does not hold it, or may not here");
    });
    metadata(root["metadata"], head.kind);
    content(root, head.kind);
  }

 private:
  void content(const Node& root, const std::string& kind) {
    const Node spec = root["spec"];
    if (kind == "ServiceAccount") service_account(root);
    if (kind == "PersistentVolumeClaim") take(refused_in_claim(spec));
    if (kind == "Ingress") ingress(spec);
    if (kind == "HTTPRoute") route(spec);
    if (kind == "CronJob") cron_job(spec);
  }

  void take(std::vector<Fault> more) {
    for (auto& fault : more) faults_.push_back(std::move(fault));
  }

  void metadata(const Node& metadata, const std::string& kind) {
    const Node name = metadata["name"];
    if (!name.present()) name.fault("is missing");
    else if (!kResourceName.holds(name.text()) || name.text().size() > 253) name.fault("is not a DNS subdomain");
    const Node ns = metadata["namespace"];
    if (ns.present() && ns.text() != inside_.ns) ns.fault("is refused: the namespace is " + inside_.ns);
    metadata.each_member([&](const std::string& key, const Node& value) {
      if (value.present() && !contains({"name", "namespace", "labels", "annotations"}, key))
        value.fault("is refused: Haetae owns what it writes");
    });
    keys(metadata, kind);
  }

  /// Labels and annotations of the object, or of a template inside it.
  void keys(const Node& metadata, const std::string& kind) {
    metadata["labels"].each_member([&](const std::string& key, const Node& value) {
      if (is_ours(key)) value.fault(kOurs);
      else if (!kLabelKey.holds(key)) value.fault("is not a label's key");
      else if (!kLabelValue.holds(value.text())) value.fault("is not a label's value");
    });
    metadata["annotations"].each_member([&](const std::string& key, const Node& value) {
      const auto text = value.text();
      const bool routes = kind == "Ingress" || kind == "HTTPRoute";
      if (is_ours(key)) value.fault(kOurs);
      else if (!kLabelKey.holds(key)) value.fault("is not an annotation's key");
      else if (kind == "ServiceAccount") value.fault("is refused: it could stand for rights elsewhere");
      else if (routes ? !is_route_setting(key, text) : is_of("kubernetes.io", key) || is_of("k8s.io", key)) value.fault(kSteers);
    });
  }

  void service_account(const Node& root) {
    if (const Node automount = root["automountServiceAccountToken"]; automount.present() && *automount.value() != false)
      automount.fault("is refused: pods are not clients of their cluster");
  }

  void host(const Node& host) {
    if (!host.present() || host.text().empty()) host.fault("is missing: a route without a host takes the traffic of others");
    else if (!kResourceName.holds(host.text())) host.fault("is refused: one host by its name, in small letters");
  }
  void service(const Node& name) {
    if (!names(inside_.services, name.text())) name.fault("is refused: no component of the system has such a Service");
  }
  static void refuse(const Node& node, const char* why) {
    if (node.present() && !(node.value()->is_structured() && node.value()->empty())) node.fault(why);
  }

  void ingress(const Node& spec) {
    refuse(spec["defaultBackend"], "is refused: it takes the traffic of others");
    const Node rules = spec["rules"];
    if (!rules.present() || rules.value()->empty()) rules.fault("is missing: a route without a host takes the traffic of others");
    rules.each_item([&](const Node& rule) {
      host(rule["host"]);
      rule["http"]["paths"].each_item([&](const Node& path) {
        refuse(path["backend"]["resource"], kBeyond);
        service(path["backend"]["service"]["name"]);
      });
    });
    spec["tls"].each_item([&](const Node& tls) { tls["hosts"].each_item([&](const Node& one) { host(one); }); });
  }

  void route(const Node& spec) {
    const Node hosts = spec["hostnames"];
    if (!hosts.present() || hosts.value()->empty()) hosts.fault("is missing: a route without a host takes the traffic of others");
    hosts.each_item([&](const Node& one) { host(one); });
    // A Gateway is the platform's, and its owner says which namespaces it serves; any other parent is a way around it.
    spec["parentRefs"].each_item([&](const Node& parent) {
      if (parent["kind"].present() && parent["kind"].text() != "Gateway") parent["kind"].fault(kBeyond);
      if (parent["group"].present() && parent["group"].text() != "gateway.networking.k8s.io") parent["group"].fault(kBeyond);
    });
    spec["rules"].each_item([&](const Node& rule) {
      filters(rule["filters"]);
      rule["backendRefs"].each_item([&](const Node& backend) {
        reference(backend);
        filters(backend["filters"]);
      });
    });
  }
  void filters(const Node& list) {
    list.each_item([&](const Node& filter) {
      refuse(filter["extensionRef"], kBeyond);
      if (filter["requestMirror"].present()) reference(filter["requestMirror"]["backendRef"]);
    });
  }
  void reference(const Node& backend) {
    refuse(backend["namespace"], kBeyond);
    if (backend["kind"].present() && backend["kind"].text() != "Service") backend["kind"].fault(kBeyond);
    if (backend["group"].present() && !backend["group"].text().empty()) backend["group"].fault(kBeyond);
    service(backend["name"]);
  }

  void cron_job(const Node& spec) {
    const Node job = spec["jobTemplate"];
    job.each_member([&](const std::string& key, const Node& value) {
      if (value.present() && !contains({"metadata", "spec"}, key)) value.fault("is refused: a job template has metadata and spec");
    });
    job["metadata"].each_member([&](const std::string& key, const Node& value) {
      if (value.present() && !contains({"labels", "annotations"}, key)) value.fault("is refused: Haetae owns what it writes");
    });
    keys(job["metadata"], "CronJob");
    for (const char* field : {"selector", "manualSelector", "managedBy"})
      refuse(job["spec"][field], "is refused: a job knows its own pods, and Kubernetes runs it");
    if (const Node pods = job["spec"]["parallelism"]; pods.present() && *pods.value() != 1 && *pods.value() != 0)
      pods.fault("is refused: room is counted for one pod of a CronJob");
    template_of(job["spec"]["template"]);
  }
  void template_of(const Node& pods) {
    if (!pods.present()) return pods.fault("is missing");
    const RawJson written{pods.value()->dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
    for (auto& fault : refused_fields(written, inside_.service_accounts))
      faults_.push_back({fault.path.empty() ? pods.path() : pods.path() + "." + fault.path, std::move(fault.what)});
    pods["metadata"]["labels"].each_member([&](const std::string& key, const Node& value) {
      if (is_ours(key)) value.fault(kOurs);
    });
    pods["metadata"]["annotations"].each_member([&](const std::string& key, const Node& value) {
      if (is_ours(key)) value.fault(kOurs);
    });
  }

  const Inside& inside_;
  std::vector<Fault>& faults_;
};

std::string text_at(const ordered_json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

ManifestHead head_of(const ordered_json& object) {
  const auto metadata = object.find("metadata");
  const auto named = metadata != object.end() && metadata->is_object() ? *metadata : ordered_json::object();
  return {text_at(object, "apiVersion"), text_at(object, "kind"), text_at(named, "namespace"), text_at(named, "name")};
}

}  // namespace

ManifestHead manifest_head(const RawJson& object) {
  const auto tree = read_kept(object);
  return tree && tree->is_object() ? head_of(*tree) : ManifestHead{};
}

std::vector<Fault> manifest_faults(const TenantManifest& entry, const Inside& inside) {
  std::vector<Fault> faults;
  const auto tree = read_kept(entry.object);
  if (!tree) return {{"object", tree.error().message}};
  if (!tree->is_object()) return {{"object", "is not an object"}};
  const auto head = head_of(*tree);
  if (entry.runs_in && head.kind != "CronJob") faults.push_back({"runsIn", "is refused: only a CronJob runs"});
  Judge(inside, faults).object(Node(&*tree, "object", &faults), head);
  return faults;
}

std::optional<RawJson> job_template(const RawJson& object) {
  const auto tree = read_kept(object);
  if (!tree || !tree->is_object() || head_of(*tree).kind != "CronJob") return std::nullopt;
  std::vector<Fault> shape;
  const Node pods = Node(&*tree, "", &shape)["spec"]["jobTemplate"]["spec"]["template"];
  if (!pods.present()) return std::nullopt;
  return RawJson{pods.value()->dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

std::vector<StatedHost> stated_hosts(const RawJson& object) {
  const auto tree = read_kept(object);
  if (!tree || !tree->is_object()) return {};
  const auto kind = head_of(*tree).kind;
  std::vector<Fault> shape;
  std::vector<StatedHost> hosts;
  const auto add = [&](const Node& host) {
    if (host.present()) hosts.push_back({host.text(), host.path()});
  };
  const Node spec = Node(&*tree, "", &shape)["spec"];
  if (kind == "Ingress") spec["rules"].each_item([&](const Node& rule) { add(rule["host"]); });
  if (kind == "HTTPRoute") spec["hostnames"].each_item(add);
  return hosts;
}

bool is_taken_name(const ManifestHead& head, const std::vector<std::string>& component_claims) {
  if (head.name == "haetae" || head.name.starts_with("haetae-")) return true;
  if (head.kind == "ServiceAccount") return head.name == "default";
  if (head.kind == "ConfigMap")
    return contains({"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"}, head.name);
  if (head.kind != "PersistentVolumeClaim") return false;
  return std::any_of(component_claims.begin(), component_claims.end(), [&](const std::string& begin) {
    return head.name.starts_with(begin) && head.name.size() > begin.size() &&
           head.name.find_first_not_of("0123456789", begin.size()) == std::string::npos;
  });
}

}  // namespace haetae::api
