#pragma once
// What the API server must know about a kind besides its fields.

#include <string>
#include <string_view>
#include <vector>

#include "api/field.hpp"

namespace haetae::api {

inline constexpr std::string_view kGroup = "haetae.io";
inline constexpr std::string_view kVersion = "v1alpha1";
inline constexpr std::string_view kApiVersion = "haetae.io/v1alpha1";

/// Whether a key of a label or annotation is of our group or of a name below it: "haetae.io/role", "msp.haetae.io/stage".
[[nodiscard]] bool is_ours(std::string_view key);

enum class Scope { Namespaced, Cluster };

/// A column of `kubectl get`. `path` is a simple JSONPath; priority 1 shows it with `-o wide` only.
struct Column {
  std::string name{};
  std::string path{};
  std::string doc{};
  std::string type{"string"};
  int priority{0};
};

/// One kind of the group; each Spec tells its own with `static const KindInfo& about()`.
struct KindInfo {
  std::string kind{};
  std::string plural{};
  std::vector<std::string> short_names{};
  Scope scope{Scope::Cluster};
  std::string doc{};                  ///< what a person asks of it, one or two sentences
  std::vector<Column> columns{};      ///< "Age" comes last by itself
  std::string only_name{};            ///< the one name allowed; "" = any DNS label ≤ kLongestName
  std::vector<Rule> object_rules{};   ///< rules that need metadata.name beside the spec

  [[nodiscard]] std::string singular() const;  ///< "tenantsystem"
  /// "tenantsystems.haetae.io": the CRD's name.
  [[nodiscard]] std::string resource() const { return plural + "." + std::string(kGroup); }
};

/// A column for the status of one condition.
[[nodiscard]] Column condition_column(const std::string& type, const std::string& doc, int priority = 0);

}  // namespace haetae::api
