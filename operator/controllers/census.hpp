#pragma once
// census: what a member namespace holds of the kinds that we may not read. A quota of ours has the cluster count them.
// Source: kubernetes.io/docs/concepts/policy/resource-quotas "Quota on object count".

#include <string>
#include <vector>

#include "base/result.hpp"
#include "controllers/delivery.hpp"

namespace haetae::controllers {

/// Name of the quota that counts; it carries our system label and goes with the namespace.
inline constexpr auto kCensusQuota = "haetae-census";

/// What was counted. Everything is clean only while both lists are empty and it has settled.
struct Census {
  std::vector<std::string> found{};      ///< "2 roles.rbac.authorization.k8s.io"
  std::vector<std::string> uncounted{};  ///< kinds that would go with the namespace and that nobody counts
  /// False for a while after the quota was made: the cluster may not have counted yet, or still count what is on its
  /// way out with ours. Later both lists are as good as they get.
  bool settled{false};
};

/// Makes the quota where it is missing, and reads it. Counts every namespaced kind that the cluster's discovery names
/// and that goes with its namespace, but for foreign_resources(), which are listed, and what Kubernetes itself puts there.
/// Errors: those of the requests. A cluster that does not tell its kinds is `uncounted`.
[[nodiscard]] Result<Census> census(const Slice& slice);

/// The kinds to count, from what GET /api and GET /apis answered: "widgets.example.com", or "roles" in the core group.
/// Pure.
struct Countable {
  std::vector<std::string> kinds{};
  std::vector<std::string> uncounted{};
};
[[nodiscard]] Countable countable(const std::vector<std::string>& discoveries);

}  // namespace haetae::controllers
