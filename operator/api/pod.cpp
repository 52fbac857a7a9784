#include "api/pod.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "api/json.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

constexpr Limits kTemplateLimits{.bytes = 256U << 10U, .depth = 64, .nodes = 50'000};

/// One node of the text with its path; absent members are nodes without a value. Wrong types become faults.
class Node {
 public:
  Node(const ordered_json* value, std::string path, std::vector<Fault>* faults)
      : value_(value), path_(std::move(path)), faults_(faults) {}

  [[nodiscard]] bool present() const { return value_ != nullptr && !value_->is_null(); }
  [[nodiscard]] const ordered_json* value() const { return present() ? value_ : nullptr; }
  [[nodiscard]] const std::string& path() const { return path_; }
  void fault(std::string what) const { faults_->push_back({path_, std::move(what)}); }

  [[nodiscard]] Node operator[](const char* key) const {
    const bool inside = is(&ordered_json::is_object, "is not an object");
    const auto at = inside ? value_->find(key) : ordered_json::const_iterator{};
    return {inside && at != value_->end() ? &*at : nullptr, field_path(path_, key), faults_};
  }
  template <class Visit>
  void each_item(Visit visit) const {
    if (!is(&ordered_json::is_array, "is not a list")) return;
    for (std::size_t i = 0; i < value_->size(); ++i) visit(Node(&(*value_)[i], item_path(path_, i), faults_));
  }
  template <class Visit>
  void each_member(Visit visit) const {
    if (!is(&ordered_json::is_object, "is not an object")) return;
    for (const auto& [key, item] : value_->items()) visit(key, Node(&item, field_path(path_, key), faults_));
  }
  [[nodiscard]] std::string text() const {
    return is(&ordered_json::is_string, "is not a string") ? value_->get<std::string>() : std::string{};
  }

 private:
  [[nodiscard]] bool is(bool (ordered_json::*kind)() const noexcept, const char* otherwise) const {
    if (!present()) return false;
    if ((value_->*kind)()) return true;
    fault(otherwise);
    return false;
  }

  const ordered_json* value_;
  std::string path_;
  std::vector<Fault>* faults_;
};

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
  const auto body = read_json(pod.json, kTemplateLimits);
  if (!body) return {{}, {{"", body.error().message}}};
  Reading result;
  if (body->is_object()) result.needs.requests = requests_of(Node(&*body, "", &result.faults));
  else result.faults.push_back({"", "is not an object"});
  return result;
}

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

Result<PodNeeds> pod_needs(const RawJson& pod) {
  Reading result = reading(pod);
  if (result.faults.empty()) return std::move(result.needs);
  return Error{Code::Malformed, "cannot read pod: " + result.faults.front().text()};
}

std::vector<Fault> template_faults(const RawJson& pod) { return reading(pod).faults; }

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
