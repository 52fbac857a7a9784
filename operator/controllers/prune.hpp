#pragma once
// prune: what of ours in a member namespace the plan does not want any more.

#include <memory>
#include <set>
#include <vector>

#include "controllers/delivery.hpp"

namespace haetae::controllers {

/// Objects to remove, and what is left running until a person approves.
struct Leftovers {
  std::vector<api::ObjectId> remove{};      ///< in the order of removal
  std::vector<api::Finding> held{};
  bool awaits_replacement{false};           ///< something held goes by itself, once what replaces it is Ready
};

/// Sorts what the cache shows of ours beyond `wanted`. What belongs to a component that is gone from the spec (or has
/// changed its kind of workload) keeps running unless the tier lets it go at once; a workload that another kind replaces
/// runs on until that one is rolled out and Ready, in any tier. Claims stay for ever. Of spec.manifests what is gone goes,
/// ConfigMaps and ServiceAccounts once no pod of an earlier template can need them: `settled` says that this pass has
/// written nothing, so that `seen` shows whether one is still rolled out.
[[nodiscard]] Leftovers leftovers(const domain::SystemPlan& plan, const std::string& system_label,
                                  const std::set<api::ObjectId>& wanted,
                                  const std::vector<std::shared_ptr<const OwnedRow>>& seen, bool settled = true);

/// What stands in the way of deleting the namespace, in words ("PersistentVolumeClaim data-0", …); empty = nothing.
/// `waiting` is set where something of ours is still on its way out. What cannot be looked at stands in the way.
struct Obstacles {
  std::vector<std::string> foreign{};
  bool waiting{false};
};
/// Asks the cluster live. Errors: Unreachable, Throttled.
[[nodiscard]] Result<Obstacles> obstacles(const Slice& slice);

/// What carries the system's label in the namespace, in words ("Deployment web", …), whatever mark the namespace has.
/// Asks the cluster live. What cannot be looked at counts; claims only where they are asked for. Errors: those of the lists.
[[nodiscard]] Result<std::vector<std::string>> remains(const Slice& slice, bool with_claims = true);

/// Order in which ours are removed: autoscalers first, so that nothing scales what is going.
[[nodiscard]] std::vector<api::ObjectId> in_order_of_removal(std::vector<api::ObjectId> ids);

}  // namespace haetae::controllers
