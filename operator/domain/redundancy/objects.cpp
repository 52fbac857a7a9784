#include "domain/redundancy/objects.hpp"

#include "domain/labels.hpp"
#include "domain/redundancy/pod_template.hpp"

namespace haetae::redundancy {

using nlohmann::ordered_json;

namespace {

/// One component of one copy, with what its objects share.
struct Part {
  const Copy& copy;
  const api::Component& component;
  std::int32_t size;
  std::int32_t runs;
  bool autoscaled;
  api::Labels identity;  ///< of its pods
  api::Labels labels;    ///< of its objects

  [[nodiscard]] const api::RiskTier& tier() const { return *copy.plan.tier; }
  [[nodiscard]] bool is_stateful() const { return component.workload == api::WorkloadKind::StatefulSet; }
};

api::Labels with_component(api::Labels labels, const std::string& component) {
  labels[domain::labels::kComponent] = component;
  return labels;
}

Part part_of(const Copy& copy, std::size_t index) {
  const auto& component = copy.plan.system->spec.components[index];
  const auto& demand = copy.plan.demand.components[index];
  const auto size = redundancy::size(demand, copy.copy.role);
  return {copy,
          component,
          size,
          redundancy::runs(demand, copy.copy.role),
          component.autoscaling.has_value() && size > 0,
          with_component(copy.identity, component.name),
          with_component(copy.labels, component.name)};
}

api::Manifest object(const Part& part, const char* api_version, const char* kind, const std::string& name,
                     ordered_json spec) {
  return {{api_version, kind, part.copy.ns, name},
          {{"apiVersion", api_version},
           {"kind", kind},
           {"metadata", {{"name", name}, {"namespace", part.copy.ns}, {"labels", part.labels}}},
           {"spec", std::move(spec)}}};
}

api::Manifest workload(const Part& part) {
  const PodFrame frame{part.identity, part.tier().spec.priority_class, part.copy.copy.node_selector,
                       part.tier().spec.redundancy.spread, !part.is_stateful()};
  ordered_json spec;
  if (!part.autoscaled) spec["replicas"] = part.runs;
  spec["selector"] = {{"matchLabels", part.identity}};
  if (part.is_stateful()) spec["serviceName"] = governing_service(part.component.name);
  spec["template"] = pod_template(part.component.pod_template, frame);
  auto claims = ordered_json::array();
  for (const auto& claim : part.component.volume_claim_templates) claims.push_back(claim_template(claim));
  if (part.is_stateful() && !claims.empty()) spec["volumeClaimTemplates"] = std::move(claims);
  return object(part, "apps/v1", part.is_stateful() ? "StatefulSet" : "Deployment", part.component.name,
                std::move(spec));
}

/// Int-or-string on the wire: a text of digits is a number.
ordered_json target_port(const api::ServicePort& port) {
  if (port.target_port.empty()) return port.port;
  if (port.target_port.size() <= 5 && port.target_port.find_first_not_of("0123456789") == std::string::npos)
    return std::stoi(port.target_port);
  return port.target_port;
}

api::Manifest service(const Part& part) {
  auto ports = ordered_json::array();
  for (const auto& port : part.component.service->ports) {
    ordered_json it;
    if (!port.name.empty()) it["name"] = port.name;
    it["port"] = port.port;
    it["protocol"] = port.protocol;
    it["targetPort"] = target_port(port);
    ports.push_back(std::move(it));
  }
  return object(part, "v1", "Service", part.component.name,
                {{"ports", std::move(ports)}, {"selector", part.identity}});
}

api::Manifest headless_service(const Part& part) {
  return object(part, "v1", "Service", governing_service(part.component.name),
                {{"clusterIP", "None"}, {"selector", part.identity}});
}

/// AlwaysAllow: a pod that is broken anyway must not hold up the drain of its node.
api::Manifest disruption_budget(const Part& part) {
  return object(part, "policy/v1", "PodDisruptionBudget", part.component.name,
                {{"maxUnavailable", *part.tier().spec.redundancy.max_unavailable},
                 {"selector", {{"matchLabels", part.identity}}},
                 {"unhealthyPodEvictionPolicy", "AlwaysAllow"}});
}

api::Manifest autoscaler(const Part& part) {
  const auto id = workload_id(part.copy, static_cast<std::size_t>(&part.component -
                                                                 part.copy.plan.system->spec.components.data()));
  const ordered_json cpu{{"type", "Resource"},
                         {"resource",
                          {{"name", "cpu"},
                           {"target",
                            {{"type", "Utilization"},
                             {"averageUtilization", part.component.autoscaling->cpu_utilization}}}}}};
  return object(part, "autoscaling/v2", "HorizontalPodAutoscaler", part.component.name,
                {{"scaleTargetRef", {{"apiVersion", id.api_version}, {"kind", id.kind}, {"name", id.name}}},
                 {"minReplicas", part.runs},
                 {"maxReplicas", part.size},
                 {"metrics", ordered_json::array({cpu})}});
}

}  // namespace

std::string governing_service(const std::string& component) { return component + "-pods"; }

bool is_autoscaled(const Copy& copy, std::size_t index) { return part_of(copy, index).autoscaled; }

api::ObjectId workload_id(const Copy& copy, std::size_t index) {
  const auto& component = copy.plan.system->spec.components[index];
  const bool stateful = component.workload == api::WorkloadKind::StatefulSet;
  return {"apps/v1", stateful ? "StatefulSet" : "Deployment", copy.ns, component.name};
}

std::vector<api::Manifest> component_objects(const Copy& copy, std::size_t index) {
  const auto part = part_of(copy, index);
  std::vector<api::Manifest> objects;
  // Services first: a StatefulSet names its own, and pods learn of Services when they start.
  if (part.is_stateful()) objects.push_back(headless_service(part));
  if (part.component.service && !part.component.service->ports.empty()) objects.push_back(service(part));
  objects.push_back(workload(part));
  if (part.tier().spec.redundancy.max_unavailable && part.runs > 0) objects.push_back(disruption_budget(part));
  if (part.autoscaled) objects.push_back(autoscaler(part));
  return objects;
}

}  // namespace haetae::redundancy
