#pragma once
// Redundancy: can every copy be written and counted, and does every copy show what its tier demands?

#include "domain/conditions.hpp"
#include "domain/resolve.hpp"
#include "domain/rule.hpp"

namespace haetae::redundancy {

[[nodiscard]] domain::Breaches templates_are_readable(const domain::Resolved& fleet,
                                                      const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches templates_are_allowed(const domain::Resolved& fleet,
                                                     const domain::ResolvedSystem& system);
[[nodiscard]] domain::Breaches requests_are_stated(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
/// spec.manifests holds objects of the closed list that reach no further than the system's own namespace.
[[nodiscard]] domain::Breaches manifests_are_allowed(const domain::Resolved& fleet,
                                                     const domain::ResolvedSystem& system);
/// No manifest has the name of another of its kind, or of what Haetae or Kubernetes writes.
[[nodiscard]] domain::Breaches manifest_names_differ(const domain::Resolved& fleet,
                                                     const domain::ResolvedSystem& system);
/// The traffic of a host goes to the systems of one agency.
[[nodiscard]] domain::Breaches hosts_are_one_agencys(const domain::Resolved& fleet,
                                                     const domain::ResolvedSystem& system);
/// Two systems never live in one namespace of a cluster: `a-b`/`c` and `a`/`b-c` would. See resolve.cpp for who keeps it.
[[nodiscard]] domain::Breaches namespaces_differ(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
/// A system lives in its agency's namespace of the hub, which is neither Kubernetes' nor Haetae's, and whose name leaves
/// room for what is made of it.
[[nodiscard]] domain::Breaches agency_is_one(const domain::Resolved& fleet, const domain::ResolvedSystem& system);
/// Labels of haetae.io say what Haetae found; on a TenantSystem nobody else may say so.
[[nodiscard]] domain::Breaches labels_are_not_ours(const domain::Resolved& fleet,
                                                   const domain::ResolvedSystem& system);
/// A StatefulSet `db` needs a Service `db-pods` beside `db`; a component of that name would fight over it.
[[nodiscard]] domain::Breaches service_names_differ(const domain::Resolved& fleet,
                                                    const domain::ResolvedSystem& system);

/// An edit of a RiskTier takes no pod away that runs by the stored decision. Judged only where nothing else explains
/// the difference: the stored status answers this generation of the spec, and the tier is the same one.
[[nodiscard]] domain::Breaches policy_takes_no_pods_away(const domain::Resolved& fleet,
                                                         const domain::ResolvedSystem& system);

/// A copy may be Unknown for as long as its tier allows.
[[nodiscard]] domain::Breaches copies_are_observed(const domain::SystemPlan& plan, const domain::Seen& seen);
/// As many may be away as the tier lets a drain or an update take; the condition Redundant is stricter.
[[nodiscard]] domain::Breaches enough_pods_are_ready(const domain::SystemPlan& plan, const domain::Seen& seen);
[[nodiscard]] domain::Breaches pods_are_spread(const domain::SystemPlan& plan, const domain::Seen& seen);

/// When copies_are_observed may begin to say something; absent: never.
[[nodiscard]] std::optional<Timestamp> next_overdue(const domain::SystemPlan& plan, const domain::Seen& seen);

}  // namespace haetae::redundancy
