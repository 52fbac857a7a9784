#pragma once
// approval: says what each Approval is worth, and deletes those that are used or have expired. What they let happen is
// decided elsewhere (domain/approval); nothing is granted here.

#include "controllers/hub.hpp"
#include "runtime/work_queue.hpp"

namespace haetae::controllers {

/// Key name: namespace/name of the Approval.
class ApprovalKeeper {
 public:
  ApprovalKeeper(Hub& hub, const Clock& clock) : hub_(hub), clock_(clock) {}
  /// Errors: Conflict where the object has changed meanwhile.
  Result<runtime::Next> reconcile(const runtime::Key& key);

 private:
  Status remove(const api::Approval& approval);

  Hub& hub_;
  const Clock& clock_;
};

/// What an Approval is worth by its subject's status. Used only where that status says that its step was granted or is
/// over: then the approver's name is kept there.
[[nodiscard]] api::ApprovalStatus worth(const Hub& hub, const api::Approval& approval, Timestamp now);

}  // namespace haetae::controllers
