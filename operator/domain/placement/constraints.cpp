#include "domain/placement/constraints.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace haetae::placement {
namespace {

bool has(const auto& list, const auto& value) { return std::find(list.begin(), list.end(), value) != list.end(); }

std::string center(const Question& q) { return "center " + q.candidate.center.text(); }

template <class T>
std::string words(const std::vector<T>& list) {
  if (list.empty()) return "nothing";
  std::vector<std::string> parts;
  for (const auto& one : list) parts.emplace_back(api::name(one));
  return join(parts, ", ");
}

// The first row asks for the center itself; the rows below it are not reached without one.
bool center_exists(const Question& q) { return q.candidate.place != nullptr; }
std::string no_center(const Question& q) { return "there is no Center " + q.candidate.center.text(); }

bool has_nodes_of_its_own(const Question& q) { return q.candidate.held_why.empty(); }
std::string nodes_of_another(const Question& q) { return q.candidate.held_why; }

bool accepts_data_class(const Question& q) {
  return has(q.candidate.place->spec.accepts_data_classes, q.request.data_class);
}
std::string refuses_data_class(const Question& q) {
  return center(q) + " accepts " + words(q.candidate.place->spec.accepts_data_classes) + ", not " +
         std::string(api::name(q.request.data_class));
}

bool takes_newcomers(const Question& q) { return q.candidate.place->spec.lifecycle == api::Lifecycle::Active; }
// Closing: those that are there may stay until the date.
bool lets_copies_stay(const Question& q) {
  return takes_newcomers(q) || q.candidate.place->spec.lifecycle == api::Lifecycle::Closing;
}
std::string lifecycle(const Question& q) {
  return center(q) + " is " + std::string(api::name(q.candidate.place->spec.lifecycle));
}

bool is_there_to_stay(const Question& q) {
  return !q.candidate.place->metadata.deleted && !q.candidate.object->metadata.deleted;
}
std::string being_deleted(const Question& q) {
  return (q.candidate.place->metadata.deleted ? center(q) : "MemberCluster " + q.candidate.cluster.text()) +
         " waits for its copies to go";
}

bool plays_the_role(const Question& q) { return has(q.candidate.place->spec.roles, q.role); }
std::string other_roles(const Question& q) {
  return center(q) + " serves as " + words(q.candidate.place->spec.roles) + ", not " +
         std::string(api::name(q.role));
}

bool is_allowed(const Question& q) {
  const auto& allowed = q.request.wishes.allow_centers;
  return allowed.empty() || has(allowed, q.candidate.center.text());
}
std::string not_allowed(const Question& q) {
  return center(q) + " is not among " + join(q.request.wishes.allow_centers, ", ");
}

bool is_not_denied(const Question& q) {
  return !has(q.request.wishes.deny_centers, q.candidate.center.text());
}
std::string denied(const Question& q) { return center(q) + " is in placement.denyCenters"; }

bool is_not_cordoned(const Question& q) { return !q.candidate.object->spec.cordon; }
std::string cordoned(const Question&) { return "spec.cordon is true"; }

bool is_observed(const Question& q) { return q.candidate.view != nullptr; }
std::string not_observed(const Question& q) { return q.candidate.unknown_why; }

bool distinct_centers(const Question& q) { return !has(q.others.centers, q.candidate.center); }
std::string same_center(const Question& q) { return center(q) + " holds a copy already"; }

bool distinct_risk_groups(const Question& q) {
  return !q.request.demand.distinct_risk_groups || !has(q.others.risk_groups, q.candidate.risk_group);
}
std::string same_risk_group(const Question& q) {
  return "risk group " + q.candidate.risk_group + " holds a copy already";
}

/// Source: api.md, Center, MemberCluster and "Demand and loss, exactly".
constexpr std::array kConstraints{
    Constraint{"its center exists", "its center does not exist", Binds::Everyone, center_exists, no_center},
    Constraint{"its nodes are its own", "its nodes belong to another MemberCluster", Binds::Everyone,
               has_nodes_of_its_own, nodes_of_another},
    Constraint{"its center accepts the data class", "its center does not accept the data class", Binds::Everyone,
               accepts_data_class, refuses_data_class},
    Constraint{"its center is allowed", "its center is not allowed", Binds::Everyone, is_allowed, not_allowed},
    Constraint{"its center is not denied", "its center is denied", Binds::Everyone, is_not_denied, denied},
    Constraint{"its center takes newcomers", "its center takes no newcomers", Binds::Newcomers, takes_newcomers,
               lifecycle},
    Constraint{"it is there to stay", "it is being deleted", Binds::Newcomers, is_there_to_stay, being_deleted},
    Constraint{"its center lets copies stay", "its center does not let copies stay", Binds::Kept, lets_copies_stay,
               lifecycle},
    Constraint{"its center plays the role", "its center does not play the role", Binds::Everyone, plays_the_role,
               other_roles},
    Constraint{"it is not cordoned", "it is cordoned", Binds::Newcomers, is_not_cordoned, cordoned},
    Constraint{"it is observed", "it is not observed", Binds::Newcomers, is_observed, not_observed},
    Constraint{"distinct centers", "its center holds a copy already", Binds::Everyone, distinct_centers, same_center},
    Constraint{"distinct risk groups", "its risk group holds a copy already", Binds::Everyone, distinct_risk_groups,
               same_risk_group},
};

}  // namespace

std::span<const Constraint> constraints() { return kConstraints; }

const Constraint* first_broken(const Question& question) {
  for (const auto& constraint : kConstraints) {
    if (constraint.binds != Binds::Kept && !constraint.holds(question)) return &constraint;
  }
  return nullptr;
}

}  // namespace haetae::placement
