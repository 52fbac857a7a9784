#pragma once
// The plan for people: one table of copies, one of findings, one of centers, one closing line.

#include <iosfwd>

#include "cli/statuses.hpp"

namespace haetae::cli {

/// All findings of a plan: on systems, then on other objects.
struct Told {
  std::string object{};  ///< "TenantSystem mois/gov24"
  api::Finding finding{};
};
[[nodiscard]] std::vector<Told> told(const Statuses& statuses, const domain::Plan& plan);

/// The systems whose tier `ref` has, the nearest last; the path in status ends with the system itself.
[[nodiscard]] std::string raised_by(const api::TierStatus& tier, const SystemRef& ref);
/// A table of findings; nothing where there are none.
void print_findings(const std::vector<Told>& findings, std::ostream& out);
void print_report(const domain::World& world, const domain::Plan& plan, const Statuses& statuses, std::ostream& out);

}  // namespace haetae::cli
