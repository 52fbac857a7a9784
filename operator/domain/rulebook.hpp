#pragma once
// The rulebook: every rule of Haetae in one table, in the order in which findings are reported.

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/conditions.hpp"
#include "domain/plan.hpp"
#include "domain/resolve.hpp"
#include "domain/rule.hpp"

namespace haetae::domain {

/// What a broken rule brings about, beside the finding.
enum class Effect {
  Reports,  ///< nothing
  Holds,    ///< nothing is written, moved or removed for the system; what runs keeps running
  Stalls,   ///< holds too, and only an edit of the object's spec helps
};

/// Asked before anything is placed.
using ResolvedCheck = Breaches (*)(const Resolved&, const ResolvedSystem&);
/// Asked of a finished plan.
using PlannedCheck = Breaches (*)(const SystemPlan&);
/// Asked of a plan and what the clusters show.
using SeenCheck = Breaches (*)(const SystemPlan&, const Seen&);
/// Asked of one of the hub's other objects.
template <class Kind>
using ObjectCheck = Breaches (*)(const Resolved&, const Kind&);
/// Found where the plan is carried out; the table only orders and weighs it.
struct FoundByDelivery {};

/// A row. Names are stable: they are condition reasons, metric labels, documentation anchors and test case names.
struct Rule {
  const char* name;
  const char* sentence;  ///< what holds when the rule is kept
  api::Severity severity;
  Effect effect;
  std::variant<ResolvedCheck, PlannedCheck, SeenCheck, ObjectCheck<api::RiskTier>, ObjectCheck<api::Center>,
               ObjectCheck<api::MemberCluster>, ObjectCheck<api::ServiceProvider>, ObjectCheck<api::Handoff>,
               FoundByDelivery>
      check;
};

[[nodiscard]] std::span<const Rule> rulebook();
/// Null for a name that is no rule.
[[nodiscard]] const Rule* rule_named(std::string_view name);

/// What each kind of question finds, in the order of the rulebook.
[[nodiscard]] std::vector<api::Finding> audit(const Resolved& fleet, const ResolvedSystem& system);
[[nodiscard]] std::vector<api::Finding> audit(const SystemPlan& plan);
[[nodiscard]] std::vector<api::Finding> audit(const SystemPlan& plan, const Seen& seen);
template <class Kind>
[[nodiscard]] std::vector<api::Finding> audit(const Resolved& fleet, const Kind& object);
/// Findings on all other objects of the hub, by subject(). Objects that keep every rule are not listed.
[[nodiscard]] std::map<std::string, std::vector<api::Finding>> audit_objects(const Resolved& fleet);

/// The worst effect among findings.
[[nodiscard]] Effect effect_of(const std::vector<api::Finding>& findings);
/// By rulebook, then path, then message; each finding once. Names that are no rule come last.
[[nodiscard]] std::vector<api::Finding> in_order(std::vector<api::Finding> findings);

}  // namespace haetae::domain
