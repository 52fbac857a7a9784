#pragma once
// Approval: one person's verdict on one step that a subject's status has issued.

#include "api/step.hpp"

namespace haetae::api {

/// The subject, exactly: another object of the same name is not it.
struct ApprovalSubject {
  std::string kind{};
  std::string ns{};
  std::string name{};
  std::string uid{};
  bool operator==(const ApprovalSubject&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("kind", &ApprovalSubject::kind, "Kind of the subject.", {.text = {.least = 1, .most = 63}, .immutable = true});
    f.optional("namespace", &ApprovalSubject::ns, "Its namespace; absent for a cluster-scoped one.",
               {.text = {.most = 63}});  // CEL cannot name it; the policy on Approvals keeps the whole spec
    f.required("name", &ApprovalSubject::name, "Its name.", {.text = {.least = 1, .most = 253}, .immutable = true});
    f.required("uid", &ApprovalSubject::uid, "Its uid.", {.text = {.least = 1, .most = 64}, .immutable = true});
  }
};

struct ApprovalSpec {
  ApprovalSubject subject{};
  std::string step{};
  Verdict verdict{Verdict::Approved};
  std::string by{};
  ApproverRole role{ApproverRole::OfAgency};
  std::string reason{};
  std::optional<Timestamp> valid_until{};
  bool operator==(const ApprovalSpec&) const = default;

  static const KindInfo& about();
  template <class Fields>
  static void fields(Fields& f) {
    f.required("for", &ApprovalSpec::subject, "What is decided on.");
    f.required("step", &ApprovalSpec::step, "The step, as the subject's status.steps names it.",
               {.text = {.least = 1, .most = 63}, .immutable = true});
    f.required("verdict", &ApprovalSpec::verdict, "Approved lets it happen; Rejected ends the step.",
               {.immutable = true});
    f.required("by", &ApprovalSpec::by, "User name of whoever decides; admission takes no other than the user's own.",
               {.text = {.least = 1, .most = 512}, .immutable = true});
    f.required("role", &ApprovalSpec::role, "As what they decide; they must be in the group haetae:<role>.",
               {.immutable = true});
    f.optional("reason", &ApprovalSpec::reason, "Why, for those who read it later.",
               {.text = {.most = 1024}, .immutable = true});
    f.required("validUntil", &ApprovalSpec::valid_until, "From then on it counts for nothing, if it was not used before.",
               {.immutable = true});
  }
};

/// Pending: counted, more are needed. Used: what it lets happen is under way. Void: it counts for nothing.
enum class ApprovalState { Pending, Used, Void };
constexpr std::array<std::string_view, 3> names(ApprovalState) { return {"Pending", "Used", "Void"}; }

struct ApprovalStatus {
  std::int64_t observed_generation{0};
  ApprovalState state{ApprovalState::Pending};
  std::string why{};
  std::vector<Finding> findings{};      ///< as the conditions: only where it cannot be read
  std::vector<Condition> conditions{};
  bool operator==(const ApprovalStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    observed_generation_field<ApprovalStatus>(f);
    f.optional("state", &ApprovalStatus::state, "What it is worth now.");
    f.optional("why", &ApprovalStatus::why, "Why it counts for nothing, or what is still needed.",
               {.text = {.most = 1024}});
    verdict_fields<ApprovalStatus>(f);
  }
};

using Approval = Object<ApprovalSpec, ApprovalStatus>;

}  // namespace haetae::api
