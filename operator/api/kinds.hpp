#pragma once
// The only list of our kinds. Adding one: its header, its name here, an example.

#include "api/approval.hpp"
#include "api/center.hpp"
#include "api/fleet_policy.hpp"
#include "api/handoff.hpp"
#include "api/member_cluster.hpp"
#include "api/risk_tier.hpp"
#include "api/service_provider.hpp"
#include "api/tenant_system.hpp"

namespace haetae::api {

template <class... Ts>
struct TypeList {};

using Kinds = TypeList<RiskTier, Center, MemberCluster, TenantSystem, FleetPolicy, ServiceProvider, Handoff, Approval>;

}  // namespace haetae::api
