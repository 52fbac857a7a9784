#pragma once
// Ready, Reconciling and Stalled: what kstatus, Flux, Helm and Argo CD wait for. Source: api.md "Ready"; kstatus.

#include <vector>

#include "domain/conditions.hpp"
#include "domain/redundancy/standing.hpp"

namespace haetae::domain {

/// The three conditions, without times.
/// Ready: this generation is applied in every cluster that can be reached, and of the active copies that the tier
/// demands, less those Unknown, but one at the least, all pods are Ready. The clusters' silence alone never makes it
/// False: then the last verdict on this generation stays, and where there is none it is Unknown. Nor does a later
/// write that is still open: once True, only pods that are not Ready turn it.
/// Stalled: a finding that only an edit of the spec cures. Reconciling: neither Stalled nor paused, and not done.
/// `findings` are all of the system, the delivery's included.
[[nodiscard]] std::vector<api::Condition> readiness(const SystemPlan& plan, const Seen& seen,
                                                    const std::vector<redundancy::Judged>& copies,
                                                    const std::vector<api::Finding>& findings);

}  // namespace haetae::domain
