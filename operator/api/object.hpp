#pragma once
// What every custom resource is made of: metadata, conditions, findings. Plain values; the wire form is codec.hpp's.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/field.hpp"
#include "base/time.hpp"

namespace haetae::api {

using Labels = std::map<std::string, std::string>;

/// The part of metav1.ObjectMeta that we read; managedFields never gets this far.
struct ObjectMeta {
  std::string name{};
  std::string ns{};  ///< "" for cluster-scoped objects
  std::string uid{};
  std::string resource_version{};
  std::int64_t generation{0};
  std::optional<Timestamp> created{};
  std::optional<Timestamp> deleted{};  ///< deletionTimestamp
  Labels labels{};
  Labels annotations{};
  std::vector<std::string> finalizers{};
  bool operator==(const ObjectMeta&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("name", &ObjectMeta::name, "", {.text = {.least = 1}});
    f.optional("namespace", &ObjectMeta::ns, "");
    f.optional("uid", &ObjectMeta::uid, "");
    f.optional("resourceVersion", &ObjectMeta::resource_version, "");
    f.optional("generation", &ObjectMeta::generation, "");
    f.optional("creationTimestamp", &ObjectMeta::created, "");
    f.optional("deletionTimestamp", &ObjectMeta::deleted, "");
    f.optional("labels", &ObjectMeta::labels, "");
    f.optional("annotations", &ObjectMeta::annotations, "");
    f.optional("finalizers", &ObjectMeta::finalizers, "");
    for (const char* unread : {"managedFields", "ownerReferences", "deletionGracePeriodSeconds", "generateName",
                               "selfLink"}) {
      f.accepted(unread);
    }
  }
};

/// One custom resource. S and T carry the field descriptors of spec and status; S also tells the kind.
template <class S, class T>
struct Object {
  using Spec = S;
  using StatusFields = T;
  ObjectMeta metadata{};
  S spec{};
  T status{};
  bool operator==(const Object&) const = default;
};

struct KindInfo;

enum class ConditionStatus { True, False, Unknown };
constexpr std::array<std::string_view, 3> names(ConditionStatus) { return {"True", "False", "Unknown"}; }

/// metav1.Condition; its bounds are Kubernetes' own.
struct Condition {
  std::string type{};
  ConditionStatus status{ConditionStatus::Unknown};
  std::int64_t observed_generation{0};
  std::optional<Timestamp> last_transition{};  ///< absent offline for a condition that is new
  std::string reason{};
  std::string message{};
  bool operator==(const Condition&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("type", &Condition::type, "What the condition is about.", {.text = {.least = 1, .most = 63}});
    f.required("status", &Condition::status, "Whether it holds; Unknown where it cannot be observed.");
    f.optional("observedGeneration", &Condition::observed_generation, "The generation of the spec it was judged on.",
               {.minimum = 0});
    f.optional("lastTransitionTime", &Condition::last_transition, "When the status changed last.");
    f.optional("reason", &Condition::reason, "One word for programs.", {.text = {.most = 128}});
    f.optional("message", &Condition::message, "What a person should know.", {.text = {.most = 4096}});
  }
};

enum class Severity { Error, Warning };
constexpr std::array<std::string_view, 2> names(Severity) { return {"Error", "Warning"}; }

/// One broken rule, as status shows it.
struct Finding {
  std::string rule{};
  Severity severity{Severity::Error};
  std::string message{};
  std::string path{};
  std::optional<Timestamp> since{};  ///< absent offline for a finding that is new
  bool operator==(const Finding&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("rule", &Finding::rule, "The rule that is broken, a row of the rulebook.", {.text = {.most = 63}});
    f.required("severity", &Finding::severity, "Error where a promise cannot be kept; Warning where it is at risk.");
    f.required("message", &Finding::message, "What is wrong, in numbers and names.", {.text = {.most = 1024}});
    f.optional("path", &Finding::path, "The field that it is about, such as spec.dependsOn[0].system.",
               {.text = {.most = 512}});
    f.optional("since", &Finding::since, "When it was found first.");
  }
};

/// A map of quantities by resource name, as in a Node's status.
inline constexpr Traits kResourceList{.text = {.most = 64, .pattern = &kQuantity},
                                      .key_text = {.least = 1, .most = 317, .pattern = &kLabelKey},
                                      .most = 64,
                                      .int_or_string = true};

/// The part that every status begins and ends with, for use inside `fields` of a status struct.
template <class S, class Fields>
void observed_generation_field(Fields& f) {
  f.optional("observedGeneration", &S::observed_generation,
             "The generation of the spec that this status answers; -1 before the operator saw the object.",
             {.minimum = -1});
}
template <class S, class Fields>
void verdict_fields(Fields& f) {
  f.optional("findings", &S::findings, "Rules that are broken now, the gravest first.", {.most = 64});
  f.optional("conditions", &S::conditions, "Standard conditions, one of each type.",
             {.list = ListType::Map, .keys = {"type"}, .most = 16});
}

/// A piece of JSON kept as it was written: compact text, the writer's key order.
struct RawJson {
  std::string json{};
  [[nodiscard]] bool empty() const { return json.empty(); }
  bool operator==(const RawJson&) const = default;
};

}  // namespace haetae::api
