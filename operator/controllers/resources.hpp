#pragma once
// Every kind that the operator watches, reads or writes, and where it lies in the API. A kind that is not listed
// here cannot be touched.

#include <string>
#include <vector>

#include "api/kinds.hpp"
#include "api/manifest.hpp"
#include "kube/request.hpp"

namespace haetae::controllers {

/// Where objects of kind T lie in the hub.
template <class T>
[[nodiscard]] const kube::Resource& hub_resource();
template <> const kube::Resource& hub_resource<api::RiskTier>();
template <> const kube::Resource& hub_resource<api::Center>();
template <> const kube::Resource& hub_resource<api::MemberCluster>();
template <> const kube::Resource& hub_resource<api::TenantSystem>();
template <> const kube::Resource& hub_resource<api::FleetPolicy>();
template <> const kube::Resource& hub_resource<api::ServiceProvider>();
template <> const kube::Resource& hub_resource<api::Handoff>();
template <> const kube::Resource& hub_resource<api::Approval>();

[[nodiscard]] const kube::Resource& secrets();
[[nodiscard]] const kube::Resource& config_maps();
[[nodiscard]] const kube::Resource& pods();
[[nodiscard]] const kube::Resource& nodes();
[[nodiscard]] const kube::Resource& namespaces();
[[nodiscard]] const kube::Resource& quotas();

/// The kinds that a copy of a system is made of: namespaces first, then in the order of objects().
[[nodiscard]] const std::vector<kube::Resource>& owned_resources();

/// The last ones of these are there for spec.manifests alone. A cluster that does not offer or grant one of them is none
/// the less Known: only the systems that ask for it are held up.
[[nodiscard]] bool is_for_manifests(const kube::Resource& resource);
/// Claims hold data: Haetae makes them and never deletes one.
[[nodiscard]] const kube::Resource& claims();

/// What may lie in a member namespace without being ours, of the kinds that we may list; a namespace that holds any of
/// it is not deleted. What we may not list is counted: census.hpp.
[[nodiscard]] const std::vector<kube::Resource>& foreign_resources();

/// Requires: the kind is one of owned_resources().
[[nodiscard]] const kube::Resource& owned_resource(const api::ObjectId& id);

}  // namespace haetae::controllers
