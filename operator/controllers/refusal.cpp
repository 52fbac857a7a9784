#include "controllers/refusal.hpp"

#include <optional>

#include "api/path.hpp"
#include "api/pod.hpp"
#include "api/tenant_manifest.hpp"

namespace haetae::controllers {

namespace {

/// A pod template of the spec, and where it stands there and in the object that was refused.
struct Template {
  std::string path{};    ///< spec.components[0].template
  std::string within{};  ///< "spec.template.", as the server spells it
  api::RawJson written{};
};

/// The text after `begin`, up to one of `ends`; nothing where there is no `begin`.
std::optional<std::string> after(const std::string& text, const std::string& begin, const char* ends) {
  const auto at = text.find(begin);
  if (at == std::string::npos) return std::nullopt;
  const auto from = at + begin.size();
  const auto end = text.find_first_of(ends, from);
  return text.substr(from, end == std::string::npos ? end : end - from);
}

// "… (pod or container "web" must set securityContext.runAsNonRoot=true)": the first field that pod security misses.
// Source: k8s.io/pod-security-admission, policy.
std::string missing_field(const Template& pods, const std::string& message) {
  const auto field = after(message, " must set ", "= ,)");
  if (!field) return "";
  const bool of_pod = message.find("(pod or container") < message.find(" must set ");
  const auto begin = message.find("container \"") < message.find("containers \"") ? "container \"" : "containers \"";
  const auto container = of_pod ? std::nullopt : after(message, begin, "\"");
  const auto at = container ? api::container_path(pods.written, *container) : of_pod ? "spec" : "";
  return at.empty() ? "" : at + "." + *field;
}

// As exact as the message: a field of the template, else where the template belongs.
std::string path_in(const Template& pods, const std::string& message, const std::string& otherwise) {
  if (const auto field = after(message, pods.within, ": ,")) return pods.path + "." + *field;
  const auto field = message.find("PodSecurity") == std::string::npos ? "" : missing_field(pods, message);
  return field.empty() ? otherwise : pods.path + "." + field;
}

std::string path_of_manifest(const api::TenantSystemSpec& spec, const api::ObjectId& object, const std::string& message) {
  for (std::size_t i = 0; i < spec.manifests.size(); ++i) {
    const auto& entry = spec.manifests[i].object;
    const auto head = api::manifest_head(entry);
    if (head.kind != object.kind || head.name != object.name) continue;
    const auto path = api::item_path("spec.manifests", i) + ".object";
    const std::string below = std::string(api::kJobTemplatePath) + ".";
    if (const auto pods = api::job_template(entry))
      if (auto exact = path_in({path + "." + api::kJobTemplatePath, below, *pods}, message, path); exact != path) return exact;
    const auto field = after(message, "spec.", ": ,");
    return field ? path + ".spec." + *field : path;
  }
  return "";
}

std::string path_of(const domain::SystemPlan& plan, const api::ObjectId& object, const std::string& message) {
  const auto& spec = plan.system->spec;
  if (auto path = path_of_manifest(spec, object, message); !path.empty()) return path;
  for (std::size_t i = 0; i < spec.components.size(); ++i) {
    if (spec.components[i].name != object.name) continue;
    const auto component = api::item_path("spec.components", i);
    return path_in({component + ".template", "spec.template.", spec.components[i].pod_template}, message, component);
  }
  return "spec";
}

}  // namespace

api::Finding refusal(const domain::SystemPlan& plan, const ClusterName& cluster, const api::ObjectId& object,
                     const std::string& message) {
  return {"RefusedByCluster", api::Severity::Error,
          "cluster " + cluster.text() + " refuses " + object.text() + ": " + message, path_of(plan, object, message), {}};
}

bool is_about_rights(const Error& error) {
  const auto user = error.message.find("User \"");
  return error.code == Code::Forbidden && user != std::string::npos && error.message.find(" cannot ", user) != std::string::npos;
}

}  // namespace haetae::controllers
