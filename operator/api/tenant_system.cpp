#include "api/tenant_system.hpp"

#include <algorithm>
#include <set>

#include "api/codec.inl"
#include "base/name.hpp"
#include "base/text.hpp"

namespace haetae::api {

const KindInfo& TenantSystemSpec::about() {
  static const KindInfo kind{
      .kind = "TenantSystem",
      .plural = "tenantsystems",
      .short_names = {"ts"},
      .scope = Scope::Namespaced,
      .doc = "A system that an agency runs: what it is made of, how much it matters, and where it runs.",
      .columns = {{"Tier", ".status.tier.effective", "The tier that holds"},
                  {"Centers", ".status.placement.where", "Active centers, standbys in parentheses"},
                  condition_column("Placed", "Every demanded copy has a cluster"),
                  condition_column("Ready", "Decided, applied and running"),
                  condition_column("Redundant", "Each copy is seen at its size and spread"),
                  {"Provider", ".status.handoff.provider", "The provider it is handed to"},
                  {"Stage", ".status.handoff.stage", "The stage of that handoff"},
                  {"Class", ".spec.dataClass", "Data class", "string", 1},
                  {"Assessed", ".status.tier.assessed", "The tier by score alone", "string", 1},
                  {"Name", ".spec.displayName", "Name for people", "string", 1}},
      .object_rules = {{"!has(self.spec.dependsOn) || self.spec.dependsOn.all(d, d.system != self.metadata.name)",
                        "names the system itself", ".spec.dependsOn"}}};
  return kind;
}

std::vector<Fault> TenantSystemSpec::object_faults(const ObjectMeta& metadata) const {
  // What CEL can see, and no more: a reference with its agency is a cycle of one, a finding of the rulebook.
  const bool needs_itself = std::any_of(depends_on.begin(), depends_on.end(),
                                        [&](const Dependency& needed) { return needed.system == metadata.name; });
  if (!needs_itself) return {};
  return {{"spec.dependsOn", "Invalid value: names the system itself"}};
}

bool is_reserved_namespace(std::string_view name) {
  for (const std::string_view whole : {"default", "kube", "haetae", "openshift"})
    if (name == whole) return true;
  for (const std::string_view begin : {"kube-", "haetae-", "openshift-", "ts-"})
    if (name.starts_with(begin)) return true;
  return false;
}

bool ComponentService::ports_differ() const {
  std::set<std::pair<std::int32_t, std::string>> seen;
  return std::all_of(ports.begin(), ports.end(),
                     [&](const ServicePort& p) { return seen.emplace(p.port, p.protocol).second; });
}

std::string where_text(const std::vector<PlacedCopy>& copies) {
  std::vector<std::string> active, standby;
  for (const auto& copy : copies) (copy.role == Role::Active ? active : standby).push_back(copy.center);
  std::sort(active.begin(), active.end());
  std::sort(standby.begin(), standby.end());
  if (!standby.empty()) active.push_back("(" + join(standby, ",") + ")");
  return join(active, ",");
}

template Decoded<TenantSystem> decode(const nlohmann::ordered_json&, Strictness);
template Result<TenantSystem> decode_text(std::string_view);
template nlohmann::ordered_json encode(const TenantSystem&);
template nlohmann::ordered_json encode_status<TenantSystem>(const TenantSystemStatus&);
template const KindTypes& types_of<TenantSystem>();

}  // namespace haetae::api
