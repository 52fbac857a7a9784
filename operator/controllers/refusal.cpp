#include "controllers/refusal.hpp"

#include "api/path.hpp"

namespace haetae::controllers {

namespace {

// The field in "Deployment.apps "web" is invalid: spec.template.spec.containers[0].image: Required value", from
// below spec.template; "" where none is named.
std::string template_field(const std::string& message) {
  static const std::string kTemplate = "spec.template.";
  const auto begin = message.find(kTemplate);
  if (begin == std::string::npos) return "";
  const auto from = begin + kTemplate.size();
  const auto end = message.find_first_of(": ,", from);
  return message.substr(from, end == std::string::npos ? end : end - from);
}

std::string path_of(const domain::SystemPlan& plan, const api::ObjectId& object, const std::string& message) {
  const auto& components = plan.system->spec.components;
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (components[i].name != object.name) continue;
    const auto component = api::item_path("spec.components", i);
    const auto field = template_field(message);
    return field.empty() ? component : component + ".template." + field;
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
