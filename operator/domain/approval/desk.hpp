#pragma once
// Desk: what takes an Approval, and whether it has one. Whoever decides asks here; nothing else reads Approvals.
// Source: api.md "Approval".

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/approval.hpp"
#include "domain/world.hpp"

namespace haetae::approval {

/// What may be asked, in the words of status.steps[].what.
enum class What { TierEntry, DataClassLowering, Deletion, PolicyChange, ClusterChange };
[[nodiscard]] std::string_view word(What what);
/// The namespace in which Approvals of a step of that word lie; `home` is the operator's.
[[nodiscard]] std::string place_of(std::string_view word, const api::ObjectMeta& subject, const std::string& home);
/// "agency or center"
[[nodiscard]] std::string roles_text(const std::vector<api::ApproverRole>& roles);

/// Who may let it happen.
struct Terms {
  std::vector<api::ApproverRole> roles{};
  std::int32_t count{1};        ///< different people, beside whoever asked
};
/// `requester` empty: nobody in particular asked, so it takes two people.
[[nodiscard]] Terms terms(What what, const std::string& requester);

/// Something that is wanted of a subject and takes an Approval.
struct Ask {
  What what{What::TierEntry};
  std::string about{};
  std::string why{};
  bool operator==(const Ask&) const = default;
};

/// What has become of an Ask. `step` is the one that the subject's status shows for it, completed; without an id where
/// none was issued yet.
struct Answer {
  Ask ask{};
  api::Step step{};
  bool granted{false};
  std::vector<std::string> rejected_by{};  ///< not empty: the step is over, and another one is issued
  bool operator==(const Answer&) const = default;
};

/// The subject as its last status shows it. Borrowed.
struct Subject {
  std::string kind{};
  const api::ObjectMeta& meta;
  const std::vector<api::Step>& steps;
  std::string requester{};
};

/// All Approvals of the hub. Borrows them for its own life.
class Desk {
 public:
  Desk() = default;
  /// `home` is the operator's namespace. Without `now` nothing is judged: an offline plan grants only what the status
  /// already says is granted.
  Desk(const std::vector<domain::Ref<api::Approval>>& approvals, std::string home, std::optional<Timestamp> now);

  /// Counts the Approvals that name the step and are valid: of this very subject, of a role that may, not of whoever
  /// asked, not expired, not older than the step, and each person once. What was granted stays granted.
  [[nodiscard]] Answer answer(const Subject& subject, Ask ask) const;

  /// "" where `approval` counts for that step; else why not, for its own status.
  [[nodiscard]] std::string fault(const api::Approval& approval, const Subject& subject, const api::Step& step) const;

 private:
  std::multimap<std::string, domain::Ref<api::Approval>> by_step_{};
  std::string home_{};
  std::optional<Timestamp> now_{};
};

/// "needs 2 more approvals of agency or center: haetae approve TenantSystem/mois/gov24 deletion-1a2b3c4d"; for findings.
[[nodiscard]] std::string missing(const Answer& answer);

/// The part of a status that tells of steps.
struct Paper {
  std::vector<api::Step> steps{};
  std::vector<api::PastStep> history{};
  bool operator==(const Paper&) const = default;
};

/// The next paper: a step for each answer (a new one gets an id and the time), a granted step that nobody asks for any
/// more is history, one that was rejected is history and is issued anew, one that was withdrawn is gone.
[[nodiscard]] Paper paper(const api::ObjectMeta& subject, const Paper& before, const std::vector<Answer>& answers,
                          std::optional<Timestamp> now);

}  // namespace haetae::approval
