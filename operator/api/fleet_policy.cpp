#include "api/fleet_policy.hpp"

#include "api/codec.inl"

namespace haetae::api {

const KindInfo& FleetPolicySpec::about() {
  static const KindInfo kind{
      .kind = "FleetPolicy",
      .plural = "fleetpolicies",
      .short_names = {"fp"},
      .doc = "How the whole fleet is run; there is one, named default.",
      .columns = {{"Mode", ".spec.mode", "Observe or Enforce"},
                  {"Paused", ".spec.paused", "Nothing is written in members", "boolean"},
                  condition_column("Ready", "Whether this policy is in force")},
      .only_name = "default"};
  return kind;
}

template Decoded<FleetPolicy> decode(const nlohmann::ordered_json&, Strictness);
template Result<FleetPolicy> decode_text(std::string_view);
template nlohmann::ordered_json encode(const FleetPolicy&);
template nlohmann::ordered_json encode_status<FleetPolicy>(const FleetPolicyStatus&);
template const KindTypes& types_of<FleetPolicy>();

}  // namespace haetae::api
