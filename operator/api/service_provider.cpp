#include "api/service_provider.hpp"

#include "api/codec.inl"

namespace haetae::api {

const KindInfo& ServiceProviderSpec::about() {
  static const KindInfo kind{
      .kind = "ServiceProvider",
      .plural = "serviceproviders",
      .short_names = {"msp"},
      .doc = "A managed service provider (MSP) that systems are handed to.",
      .columns = {{"Display-Name", ".spec.displayName", "Name for people"},
                  {"Contract", ".spec.contract.id", "Number of the contract"},
                  {"Valid-Until", ".spec.contract.validUntil", "When the contract ends"},
                  {"Highest-Rank", ".spec.highestTierRank", "Rank of the highest tier it may be handed", "integer"},
                  condition_column("Ready", "Whether its counts are current", 1)}};
  return kind;
}

template Decoded<ServiceProvider> decode(const nlohmann::ordered_json&, Strictness);
template Result<ServiceProvider> decode_text(std::string_view);
template nlohmann::ordered_json encode(const ServiceProvider&);
template nlohmann::ordered_json encode_status<ServiceProvider>(const ServiceProviderStatus&);
template const KindTypes& types_of<ServiceProvider>();

}  // namespace haetae::api
