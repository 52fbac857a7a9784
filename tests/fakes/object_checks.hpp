#pragma once
// What every verb that changes an object asks first, and how it refuses.

#include <optional>
#include <string>
#include <vector>

#include "fakes/object_store.hpp"

namespace haetae::fakes {

/// "deployments.apps", as refusals name a kind.
[[nodiscard]] std::string qualified(const kube::Resource& resource);
[[nodiscard]] kube::HttpResponse missing(const Route& route);
[[nodiscard]] kube::HttpResponse conflict(const Route& route, const std::string& why);
[[nodiscard]] kube::HttpResponse bad(const std::string& why);

/// An object's metadata; empty where there is none.
[[nodiscard]] Json metadata_of(const Json& object);

/// The preconditions that a body may carry. Source: kubernetes.io/docs/reference/using-api/api-concepts
/// "Resource versions"; for apply, k8s.io/apiserver endpoints/handlers/patch.go (a uid never creates).
[[nodiscard]] std::optional<kube::HttpResponse> precondition(const Route& route, const Json& live, const Json& body);

/// A patch that would give an object another uid is judged as a change of an immutable field, not as a precondition.
/// Source: k8s.io/apimachinery api/validation, ValidateObjectMetaAccessorUpdate; seen on 1.36.
[[nodiscard]] std::optional<kube::HttpResponse> other_uid(const Route& route, const Json& live, const Json& body);

/// The entry of the same manager, operation and subresource; made where there is none.
[[nodiscard]] Manager& entry_of(std::vector<Manager>& managers, const Manager& like);

}  // namespace haetae::fakes
