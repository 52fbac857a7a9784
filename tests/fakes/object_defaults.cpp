#include "fakes/object_store.hpp"

namespace haetae::fakes {

void set_defaults(Json& object) {
  const auto kind = object.value("kind", "");
  const auto absent = [](Json& at, const char* key, const Json& value) {
    if (!at.contains(key)) at[key] = value;
  };
  if (kind == "Namespace") {
    object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
    absent(object["spec"], "finalizers", {"kubernetes"});
    absent(object, "status", {{"phase", "Active"}});
  }
  if (kind == "Deployment" || kind == "StatefulSet") {
    auto& spec = object["spec"];
    absent(spec, "replicas", 1);
    absent(spec, "revisionHistoryLimit", 10);
    auto& pod = spec["template"]["spec"];
    absent(pod, "restartPolicy", "Always");
    absent(pod, "terminationGracePeriodSeconds", 30);
    if (pod.contains("containers"))
      for (auto& container : pod["containers"]) {
        absent(container, "imagePullPolicy", "IfNotPresent");
        if (container.contains("ports"))
          for (auto& port : container["ports"]) absent(port, "protocol", "TCP");
      }
  }
  if (kind == "Service") {
    auto& spec = object["spec"];
    absent(spec, "type", "ClusterIP");
    absent(spec, "clusterIP", "10.96.0.10");
    if (spec.contains("ports"))
      for (auto& port : spec["ports"]) {
        absent(port, "protocol", "TCP");
        absent(port, "targetPort", port.value("port", Json()));
      }
  }
}

}  // namespace haetae::fakes
