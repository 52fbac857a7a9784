#pragma once
// The tenant's pod template, and what a copy adds to it. With objects.cpp the only place of domain/ that knows JSON.

#include <string>
#include <vector>

#include "api/manifest.hpp"
#include "api/object.hpp"
#include "api/path.hpp"
#include "api/risk_tier.hpp"

namespace haetae::redundancy {

/// What one copy adds to the pods of one component.
struct PodFrame {
  api::Labels identity{};              ///< system and component; also the selector of everything that counts these pods
  std::string priority_class{};        ///< "" = none
  api::Labels node_selector{};         ///< the MemberCluster's; wins over the tenant's
  std::vector<api::Spread> spread{};   ///< the tier's
  bool by_revision{false};             ///< spread each revision by itself, so that a rolling update cannot block itself
};

/// The template as written, less what an API server drops anyway (nulls, empty lists, empty maps and variables), with
/// the frame. The tenant's own spread constraints stay; one that it shares with the tier gets the smaller maxSkew.
/// Requires: api::template_faults and api::refused_fields found nothing.
[[nodiscard]] nlohmann::ordered_json pod_template(const api::RawJson& written, const PodFrame& frame);

/// A volume claim template as written, less what an API server drops; null where it is no JSON object.
[[nodiscard]] nlohmann::ordered_json claim_template(const api::RawJson& written);

/// Containers for which neither request nor limit says how much cpu or memory they take, and the pod does not
/// either: no room can be counted for them. Paths relative to the template. Requires: template_faults found nothing.
[[nodiscard]] std::vector<api::Fault> missing_requests(const api::RawJson& written);

/// Labels and annotations of the pods that are ours to give: keys of haetae.io and of every name below it. Paths
/// relative to the template. Requires: template_faults found nothing.
[[nodiscard]] std::vector<api::Fault> reserved_keys(const api::RawJson& written);

/// The node label that a spread domain stands for. Source: kubernetes.io/docs/reference/labels-annotations-taints
[[nodiscard]] const char* topology_key(api::SpreadDomain domain);

}  // namespace haetae::redundancy
