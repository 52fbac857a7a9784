#include "api/pod.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "api/json.hpp"
#include "api/node.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

/// A quantity is a string or a plain number on the wire, null is zero. Source: resource.Quantity UnmarshalJSON.
Quantity amount(const Node& node) {
  const auto* value = node.value();
  if (value == nullptr) return {};
  if (!value->is_number() && !value->is_string()) {
    node.fault("is not a quantity");
    return {};
  }
  const auto read = Quantity::parse(value->is_number() ? value->dump() : node.text());
  if (!read) node.fault("is not a quantity");
  if (!read) return {};
  if (read->negative()) node.fault("is negative");
  return *read;
}

Resources amounts(const Node& list) {
  Resources all;
  list.each_member([&](const std::string& name, const Node& node) { all[name] = amount(node); });
  return all;
}

/// Names that `more` has and `to` has not.
void fill(Resources& to, const Resources& more) { to.insert(more.begin(), more.end()); }

/// A container's requests as the API server defaults them.
Resources stated_requests(const Node& resources) {
  Resources requests = amounts(resources["requests"]);
  fill(requests, amounts(resources["limits"]));
  return requests;
}

/// What each container's status still holds, by name; empty in templates. A resize that the node can never grant
/// does not count as stated. Source: component-helpers determineContainerReqs.
struct Held {
  std::map<std::string, Resources> by_container{};
  bool infeasible{false};

  explicit Held(const Node& status) {
    for (const char* list : {"containerStatuses", "initContainerStatuses"}) {
      status[list].each_item([&](const Node& one) {
        const auto actual = larger(amounts(one["resources"]["requests"]), amounts(one["allocatedResources"]));
        if (!actual.empty()) by_container[one["name"].text()] = actual;
      });
    }
    status["conditions"].each_item([&](const Node& one) {
      infeasible |= one["type"].text() == "PodResizePending" && one["reason"].text() == "Infeasible";
    });
  }
  [[nodiscard]] Resources with(const std::string& name, Resources stated) const {
    const auto held = by_container.find(name);
    if (held == by_container.end()) return stated;
    return infeasible ? held->second : larger(stated, held->second);
  }
};

Resources container_requests(const Node& container, const Held& held) {
  const Node name = container["name"];
  if (!name.present()) name.fault("is missing");
  return held.with(name.text(), stated_requests(container["resources"]));
}

Resources all_containers(const Node& spec, const Held& held) {
  Resources running;
  const Node containers = spec["containers"];
  if (!containers.present() || containers.value()->empty()) containers.fault("names no container");
  containers.each_item([&](const Node& one) { add(running, container_requests(one, held)); });
  Resources beside;   // restartable init containers so far: they run on beside all that starts later
  Resources highest;  // the most that any moment of the start needs
  spec["initContainers"].each_item([&](const Node& one) {
    Resources moment = container_requests(one, held);
    if (one["restartPolicy"].text() == "Always") {
      add(running, moment);
      add(beside, moment);
      moment = beside;
    } else {
      add(moment, beside);
    }
    highest = larger(highest, moment);
  });
  return larger(running, highest);
}

/// Source: component-helpers IsSupportedPodLevelResource.
bool has_pod_level(std::string_view name) {
  return name == "cpu" || name == "memory" || name.starts_with("hugepages-");
}

void apply_pod_level(Resources& needs, const Node& resources) {
  for (const auto& [name, value] : amounts(resources["requests"])) {
    if (has_pod_level(name)) needs[name] = value;
  }
  for (const auto& [name, value] : amounts(resources["limits"])) {
    if (has_pod_level(name)) needs.try_emplace(name, value);
  }
}

Resources requests_of(const Node& pod) {
  const Node spec = pod["spec"];
  if (!spec.present()) spec.fault("is missing");
  if (!spec.present()) return {};
  Resources needs = all_containers(spec, Held(pod["status"]));
  apply_pod_level(needs, spec["resources"]);
  add(needs, amounts(spec["overhead"]));
  needs["pods"] = Quantity::of(1);
  return needs;
}

struct Reading {
  PodNeeds needs{};
  std::vector<Fault> faults{};
};

Reading reading(const RawJson& pod) {
  const auto body = read_kept(pod);
  if (!body) return {{}, {{"", body.error().message}}};
  Reading result;
  if (body->is_object()) result.needs.requests = requests_of(Node(&*body, "", &result.faults));
  else result.faults.push_back({"", "is not an object"});
  return result;
}

}  // namespace

Result<ordered_json> read_kept(const RawJson& written) {
  // A key cannot be mistaken for a text that says the same: inside a text its quotes would be escaped.
  if (written.json.find("\"" + std::string(kCutMark) + "\":") != std::string::npos)
    return Error{Code::Malformed, "nested deeper than " + std::to_string(kTemplateLimits.depth) + " levels"};
  return read_json(written.json, kTemplateLimits);
}

Result<PodNeeds> pod_needs(const RawJson& pod) {
  Reading result = reading(pod);
  if (result.faults.empty()) return std::move(result.needs);
  return Error{Code::Malformed, "cannot read pod: " + result.faults.front().text()};
}

std::string container_path(const RawJson& pod_template, std::string_view name) {
  const auto body = read_kept(pod_template);
  std::vector<Fault> shape;
  std::string path;
  if (!body || !body->is_object()) return path;
  for (const char* list : {"initContainers", "containers"}) {
    Node(&*body, "", &shape)["spec"][list].each_item([&](const Node& one) {
      if (path.empty() && one["name"].present() && one["name"].text() == name) path = one.path();
    });
  }
  return path;
}

std::vector<Fault> template_faults(const RawJson& pod) { return reading(pod).faults; }

}  // namespace haetae::api
