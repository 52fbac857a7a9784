#pragma once
// Any Kubernetes object that we write, as JSON with its identity.

#include <compare>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

namespace haetae::api {

/// Which object, inside one cluster.
struct ObjectId {
  std::string api_version{};  ///< "apps/v1", "v1"
  std::string kind{};
  std::string ns{};           ///< "" for cluster-scoped
  std::string name{};
  auto operator<=>(const ObjectId&) const = default;
  /// "Deployment ts-mois-gov24/web"
  [[nodiscard]] std::string text() const { return kind + " " + (ns.empty() ? "" : ns + "/") + name; }
};

/// Exactly the fields that we state, apiVersion, kind and metadata.name included.
struct Manifest {
  ObjectId id{};
  nlohmann::ordered_json body{};
};

}  // namespace haetae::api
