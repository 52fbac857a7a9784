#pragma once
// Field lists → what the API server and people read: CustomResourceDefinitions and the API reference.

#include <string>

#include <nlohmann/json.hpp>

#include "api/type.hpp"

namespace haetae::api {

/// The structural OpenAPI v3 schema of a type. `defaults` is false inside a status: there the operator writes what
/// it means, and a default would make the API server answer with more than was applied.
/// Source: kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions "Specifying a
/// structural schema".
[[nodiscard]] nlohmann::ordered_json schema_of(const Type& type, bool defaults);

/// The CustomResourceDefinition of a kind: one version, a status subresource, printer columns, and a status that
/// is {observedGeneration: -1} from the start, so that kstatus takes an unseen object for InProgress.
[[nodiscard]] nlohmann::ordered_json definition_of(const KindTypes& types);

/// The API reference of all kinds, Markdown.
[[nodiscard]] std::string reference();

}  // namespace haetae::api
