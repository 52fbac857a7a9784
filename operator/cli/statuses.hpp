#pragma once
// The status of every object of the files, as far as files can tell.

#include <map>

#include "cli/load.hpp"
#include "domain/decide.hpp"

namespace haetae::cli {

/// Every status that the operator would write for this World, by object.
struct Statuses {
  std::map<std::string, api::RiskTierStatus> tiers{};
  std::map<std::string, api::CenterStatus> centers{};
  std::map<std::string, api::MemberClusterStatus> clusters{};
  std::map<SystemRef, api::TenantSystemStatus> systems{};
  std::map<std::string, api::ServiceProviderStatus> providers{};
  std::map<std::pair<std::string, std::string>, api::HandoffStatus> handoffs{};  ///< by namespace and name
  api::FleetPolicyStatus policy{};
};

/// What only a live cluster can tell (capacity, version, times) stays as the files have it.
[[nodiscard]] Statuses statuses(const domain::World& world, const domain::Plan& plan);

}  // namespace haetae::cli
