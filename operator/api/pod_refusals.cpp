#include <nlohmann/json.hpp>

#include "api/json.hpp"
#include "api/node.hpp"
#include "api/pod.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

/// Collects the refused fields of one template; faults of shape are not its matter.
class Refusals {
 public:
  std::vector<Fault> all{};

  /// Refuses the field where it is stated with any other value than the one that changes nothing.
  void unless(const ordered_json& harmless, const Node& node, const char* why) {
    if (node.present() && *node.value() != harmless) all.push_back({node.path(), why});
  }
  void privilege_in(const Node& container) {
    const Node security = container["securityContext"];
    unless(false, security["privileged"], "is refused: no container has privilege");
    unless(false, security["allowPrivilegeEscalation"], "is refused: no container gains privilege");
    security["capabilities"]["add"].each_item([&](const Node& one) {
      unless("NET_BIND_SERVICE", one, "is refused: no capability but NET_BIND_SERVICE is added");
    });
  }
};

}  // namespace

std::vector<Fault> refused_fields(const RawJson& pod_template) {
  const auto body = read_json(pod_template.json, kTemplateLimits);
  if (!body || !body->is_object()) return {};
  std::vector<Fault> shape;
  Refusals refused;
  const Node spec = Node(&*body, "", &shape)["spec"];
  refused.unless("", spec["nodeName"], "is refused: Haetae and the scheduler choose the node");
  refused.unless("", spec["priorityClassName"], "is refused: the risk tier sets it");
  refused.unless("default-scheduler", spec["schedulerName"], "is refused: room is counted for the default scheduler");
  for (const char* field : {"hostNetwork", "hostPID", "hostIPC"}) {
    refused.unless(false, spec[field], "is refused: pods share nothing with their node");
  }
  spec["volumes"].each_item([&](const Node& volume) {
    refused.unless(nullptr, volume["hostPath"], "is refused: pods share nothing with their node");
  });
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    spec[list].each_item([&](const Node& container) { refused.privilege_in(container); });
  }
  return std::move(refused.all);
}

}  // namespace haetae::api
