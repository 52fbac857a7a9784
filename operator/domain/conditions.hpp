#pragma once
// Status: what the Plan wanted, what delivery reached and what is observed, as conditions and numbers. Pure.

#include <map>
#include <string>

#include "domain/plan.hpp"

namespace haetae::domain {

/// What delivery reached for one (system, cluster).
struct Delivered {
  std::int64_t generation{0};       ///< of the spec that was applied in full; 0 = none yet
  bool current{false};              ///< everything the present plan wants there is applied
  std::string trouble{};            ///< why not, in the grammar of Error.message; "" when nothing failed
  std::vector<api::Finding> findings{};  ///< what the cluster refused (dry run), NamespaceTaken, …
};

/// Everything that one status is made of.
struct Seen {
  std::map<ClusterName, Delivered> delivered{};          ///< offline: empty, and `offline` is true
  std::map<ClusterName, Observed<CopyView>> copies{};    ///< planned clusters, and others that show a copy
  bool offline{false};                                   ///< conditions that need delivery are Unknown, not False
  std::optional<Timestamp> now{};
};

/// The whole status of a system. Keeps transition times, `since`, `asOf` and last known numbers from `previous`
/// (= plan.system->status), so that an unchanged meaning gives an equal value. What held clusters show is Unknown.
[[nodiscard]] api::TenantSystemStatus status_of(const SystemPlan& plan, const Seen& shown);

/// What the plan decided, as status.placement. While nothing is decided anew (held, or on its way out) the stored
/// decision stays: it is how a restarted operator knows where copies are. `now` dates a decision that puts a copy
/// elsewhere or in another role; sizes, reasons and rejections that change move no date.
[[nodiscard]] api::PlacementStatus placement_of(const SystemPlan& plan, std::optional<Timestamp> now);

/// What the World shows of one system: its planned clusters, and others that hold a marked copy. For callers that
/// have a World and no delivery (the command line, summaries of the hub's objects).
[[nodiscard]] Seen seen_in(const World& world, const SystemPlan& plan);

/// When status_of() may say something else though nothing but time changes; absent: never.
[[nodiscard]] std::optional<Timestamp> next_change(const SystemPlan& plan, const Seen& seen);

/// Sorted by type. lastTransitionTime is that of `previous` where the status agrees, else `now`.
/// Source: Kubernetes API conventions, "Typical status properties".
[[nodiscard]] std::vector<api::Condition> with_times(std::vector<api::Condition> wanted,
                                                     const std::vector<api::Condition>& previous,
                                                     std::optional<Timestamp> now);
/// The same for findings: `since` survives while rule and path agree. Both cut texts and lists to what the schema
/// takes.
[[nodiscard]] std::vector<api::Finding> with_since(std::vector<api::Finding> wanted,
                                                   const std::vector<api::Finding>& previous,
                                                   std::optional<Timestamp> now);

}  // namespace haetae::domain
