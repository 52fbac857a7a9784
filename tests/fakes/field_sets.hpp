#pragma once
// Who owns which field of an object: sets of paths, in the form that metadata.managedFields shows.
// Source: kubernetes.io/docs/reference/using-api/server-side-apply, sigs.k8s.io/structured-merge-diff (fieldpath).

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace haetae::fakes {

using Json = nlohmann::json;

/// Steps from the object's root: "f:spec", `k:{"name":"web"}` (an element of a list of maps), "v:\"x\"" (an element
/// of a set). A path of an element itself ends in its "k:" step.
using FieldPath = std::vector<std::string>;
using FieldSet = std::set<FieldPath>;

/// One entry of metadata.managedFields.
struct Manager {
  std::string name;
  std::string operation;    ///< "Apply" or "Update"
  std::string api_version;
  std::string subresource;  ///< "", "status" or "scale"
  FieldSet fields;
  [[nodiscard]] bool is(const Manager& other) const {
    return name == other.name && operation == other.operation && subresource == other.subresource;
  }
};

/// The leaves that `object` states. Identity and what the server keeps (apiVersion, metadata.uid, …) are no fields.
/// The shape of a list is told by its field name, as the built-in kinds use it: list of maps, set, or atomic.
[[nodiscard]] FieldSet fields_of(const Json& object);

/// The value at `path`; null where there is none.
[[nodiscard]] const Json* value_at(const Json& object, const FieldPath& path);
/// Puts the value that `from` has at `path` into `to`, and what leads to it.
void copy_field(Json& to, const Json& from, const FieldPath& path);
/// Takes the field out, and the empty maps and lists that this leaves behind (spec and metadata stay).
void erase_field(Json& object, const FieldPath& path);
/// True where one of the two paths is, or leads to, the other.
[[nodiscard]] bool overlap(const FieldPath& a, const FieldPath& b);

[[nodiscard]] Json fields_v1(const FieldSet& fields);
[[nodiscard]] FieldSet from_fields_v1(const Json& fields);
[[nodiscard]] Json managed_fields(const std::vector<Manager>& managers);
[[nodiscard]] std::vector<Manager> from_managed_fields(const Json& managed_fields);

}  // namespace haetae::fakes
