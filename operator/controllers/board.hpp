#pragma once
// Board: the decision in force and what delivery reached of it. The one place where the controllers meet.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/conditions.hpp"
#include "domain/plan.hpp"

namespace haetae::controllers {

/// One published decision. Immutable; readers share it.
struct Decision {
  domain::Plan plan{};
  /// Rises for a system whenever something of its plan changes; 0 = no such system.
  std::map<SystemRef, std::uint64_t> revisions{};
  /// The systems that have each member namespace, or would like to: what happens there wakes them all, since whose it is
  /// the cluster says.
  std::unordered_map<std::string, std::set<SystemRef>> by_namespace{};

  [[nodiscard]] const domain::SystemPlan* system(const SystemRef& ref) const;
  [[nodiscard]] std::uint64_t revision(const SystemRef& ref) const;
};

/// Thread: any.
class Board {
 public:
  /// Null until the first decision.
  [[nodiscard]] std::shared_ptr<const Decision> decision() const;

  /// Puts a new decision in force. Returns the systems whose plan differs from before, new and gone ones included.
  std::vector<SystemRef> publish(domain::Plan plan);

  /// What one delivery reached. `revision` is the one it worked by: when the plan has moved on since, the record
  /// is not current. Returns whether anything that others read has changed.
  bool record(const SystemRef& ref, const ClusterName& cluster, const std::string& uid, std::uint64_t revision,
              domain::Delivered delivered);

  /// The cluster was seen to hold nothing of the system any more (a deletion). Returns whether that is new.
  bool record_gone(const SystemRef& ref, const ClusterName& cluster, const std::string& uid);

  /// Records of the TenantSystem with this uid; those of a predecessor of the same name do not count.
  [[nodiscard]] std::map<ClusterName, domain::Delivered> delivered(const SystemRef& ref, const std::string& uid) const;
  [[nodiscard]] std::set<ClusterName> gone(const SystemRef& ref, const std::string& uid) const;

 private:
  struct Outcome {
    std::string uid{};
    std::uint64_t revision{0};
    domain::Delivered delivered{};
    bool gone{false};
  };
  mutable std::mutex mutex_;
  std::shared_ptr<const Decision> decision_{};
  std::map<SystemRef, std::map<ClusterName, Outcome>> outcomes_{};
  std::uint64_t revisions_{0};
};

/// Whether two plans of one system ask for the same and say the same. The object's status does not count.
[[nodiscard]] bool same_plan(const domain::SystemPlan& a, const domain::SystemPlan& b);

}  // namespace haetae::controllers
