#include "cli/listing.hpp"

#include "api/codec.hpp"

namespace haetae::cli {
namespace {

using nlohmann::ordered_json;

template <class K>
ordered_json encoded(const typename K::StatusFields& status) {
  return api::encode_status<K>(status);
}

/// The status of one object; null where there is none to write.
ordered_json status_of(const ObjectKey& key, const Statuses& all) {
  if (key.kind == "RiskTier") return encoded<api::RiskTier>(all.tiers.at(key.name));
  if (key.kind == "Center") return encoded<api::Center>(all.centers.at(key.name));
  if (key.kind == "MemberCluster") return encoded<api::MemberCluster>(all.clusters.at(key.name));
  if (key.kind == "TenantSystem") return encoded<api::TenantSystem>(all.systems.at({key.ns, key.name}));
  if (key.kind == "ServiceProvider") return encoded<api::ServiceProvider>(all.providers.at(key.name));
  if (key.kind == "Handoff") return encoded<api::Handoff>(all.handoffs.at({key.ns, key.name}));
  return encoded<api::FleetPolicy>(all.policy);
}

}  // namespace

ordered_json listing(const Loaded& loaded, const Statuses& statuses) {
  ordered_json items = ordered_json::array();
  for (const auto& [key, entry] : loaded.entries) {
    auto object = entry.object;
    if (key.kind == "Approval") {  // what it is worth hangs on the hub's clock
      items.push_back(std::move(object));
      continue;
    }
    object.erase("status");
    object["status"] = status_of(key, statuses);
    items.push_back(std::move(object));
  }
  return {{"apiVersion", "v1"}, {"items", std::move(items)}, {"kind", "List"}, {"metadata", ordered_json::object()}};
}

}  // namespace haetae::cli
