#pragma once
// Step: one thing that somebody may let happen, as the status of its subject issues it; and what became of earlier ones.

#include "api/object.hpp"

namespace haetae::api {

/// The hats that an approver may wear. Each is a group of the hub's authenticator, `haetae:<role>`.
enum class ApproverRole { OfAgency, OfCenter, OfSecurity, OfProvider, OfIncident };
constexpr std::array<std::string_view, 5> names(ApproverRole) {
  return {"agency", "center", "security", "provider", "incident"};
}

enum class Verdict { Approved, Rejected };
constexpr std::array<std::string_view, 2> names(Verdict) { return {"Approved", "Rejected"}; }

/// What waits for people. Granted, it stays until what it lets happen has happened; then it is history.
struct Step {
  std::string id{};
  std::string what{};                    ///< "TierEntry": a word of domain/approval
  std::string about{};                   ///< what exactly: "tier-1"
  std::vector<ApproverRole> roles{};
  std::int32_t count{1};
  std::string why{};
  std::optional<Timestamp> since{};      ///< absent offline for a step that is new
  std::vector<std::string> approved_by{};
  std::optional<Timestamp> granted{};
  bool operator==(const Step&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("id", &Step::id, "Name of the step; an Approval names it. Never issued twice.", {.text = {.most = 63}});
    f.required("what", &Step::what, "What is asked.", {.text = {.most = 63}});
    f.optional("about", &Step::about, "What exactly: a tier, a component, a center, a cluster.", {.text = {.most = 253}});
    f.required("roles", &Step::roles, "Roles of which an approver must have one.", {.most = 5});
    f.required("count", &Step::count, "Different people who must approve.", {.minimum = 1, .unit = "people"});
    f.optional("why", &Step::why, "Why it is asked.", {.text = {.most = 1024}});
    f.optional("since", &Step::since, "Since when it is asked; an older Approval does not count.");
    f.optional("approvedBy", &Step::approved_by, "Who has approved so far.", {.text = {.most = 512}, .most = 16});
    f.optional("granted", &Step::granted, "When the last approval came; it is being carried out since.");
  }
};

/// A step that is over.
struct PastStep {
  std::string id{};
  std::string what{};
  std::string about{};
  Verdict verdict{Verdict::Approved};
  std::vector<std::string> by{};
  std::optional<Timestamp> at{};
  bool operator==(const PastStep&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("id", &PastStep::id, "Name of the step.", {.text = {.most = 63}});
    f.required("what", &PastStep::what, "What was asked.", {.text = {.most = 63}});
    f.optional("about", &PastStep::about, "What exactly.", {.text = {.most = 253}});
    f.required("verdict", &PastStep::verdict, "What was decided.");
    f.required("by", &PastStep::by, "Who decided.", {.text = {.most = 512}, .most = 16});
    f.optional("at", &PastStep::at, "When.");
  }
};

/// For use inside `fields` of the status of whatever can be a subject.
template <class S, class Fields>
void step_fields(Fields& f) {
  f.optional("steps", &S::steps, "What waits for an Approval, and what was granted and is being carried out.",
             {.list = ListType::Map, .keys = {"id"}, .most = 32});
  f.optional("history", &S::history, "The last steps that are over, the newest first.", {.most = 32});
}

/// `spec.requestedBy`, wherever a change may ask for something.
template <class S, class Fields>
void requester_field(Fields& f) {
  f.optional("requestedBy", &S::requested_by,
             "User name of whoever asks for what takes an Approval; they cannot approve it themselves. Admission takes "
             "no other name than the user's own. Absent: nobody in particular, and one approver more is needed.",
             {.text = {.most = 512}});
}

}  // namespace haetae::api
