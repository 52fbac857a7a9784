#pragma once
// Does a live object already say what a manifest states, and do we own exactly that? Pure; no request, no cache.
// Source: kubernetes.io/docs/reference/using-api/server-side-apply

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace haetae::runtime {

/// Where `live` says otherwise than `intent`, as a path ("spec.template.spec.containers[web].image"); nullopt where
/// it says all of it. What the server adds does not count. Lists of maps are matched by their keys and may hold
/// more; other lists by position. Quantities are compared by value where Kubernetes keeps quantities. A zero value
/// (false, 0, "", [], {}) may be absent in `live`: that the server took it is told by ownership, see lacking().
[[nodiscard]] std::optional<std::string> differing(const nlohmann::ordered_json& intent,
                                                   const nlohmann::ordered_json& live);

/// One entry of metadata.managedFields. Refers into the object that it was read from.
struct ManagerEntry {
  std::size_t index{0};  ///< in the list
  std::string manager{};
  std::string operation{};    ///< "Apply" or "Update"
  std::string subresource{};
  const nlohmann::ordered_json* fields{nullptr};  ///< fieldsV1; null where absent
};
[[nodiscard]] std::vector<ManagerEntry> managers_of(const nlohmann::ordered_json& object);
/// That manager's entry for the object itself (not its status); null where it has none. Refers into `entries`.
[[nodiscard]] const ManagerEntry* entry_of(const std::vector<ManagerEntry>& entries, std::string_view manager,
                                           std::string_view operation);

/// The value in `object` of the mark that tells whose it is, of the kind that `stated` states: the annotation of a
/// namespace, else the label. "" where it has none. Source: architecture.md invariant 8; api.md "In a member cluster".
[[nodiscard]] std::string mark_in(const nlohmann::ordered_json& object, const nlohmann::ordered_json& stated);

/// A field that `fields` (fieldsV1) owns and `intent` does not state: an apply would drop it. nullopt = none.
[[nodiscard]] std::optional<std::string> surplus(const nlohmann::ordered_json& fields,
                                                 const nlohmann::ordered_json& intent);
/// A field that `intent` states and `fields` does not own: another manager could drop it. nullopt = none.
[[nodiscard]] std::optional<std::string> lacking(const nlohmann::ordered_json& fields,
                                                 const nlohmann::ordered_json& intent);

}  // namespace haetae::runtime
