#include "api/risk_tier.hpp"

#include "api/codec.inl"

namespace haetae::api {

const KindInfo& RiskTierSpec::about() {
  static const KindInfo kind{
      .kind = "RiskTier",
      .plural = "risktiers",
      .short_names = {"rt"},
      .doc = "What a risk tier demands of every system in it: copies, pods, spread, and what happens on a loss.",
      .columns = {{"Rank", ".spec.rank", "1 is the highest", "integer"},
                  {"From", ".spec.minScore", "Least assessed score", "integer"},
                  {"Active", ".spec.redundancy.activeCenters", "Centers that serve", "integer"},
                  {"Standby", ".spec.redundancy.standbyCenters", "Centers in standby", "integer"},
                  {"Survives", ".spec.redundancy.survivesCenterLoss", "Serves after the loss of any center", "boolean"},
                  {"Systems", ".status.systems", "Systems of this effective tier", "integer"},
                  {"Name", ".spec.displayName", "Name for people", "string", 1}}};
  return kind;
}

template Decoded<RiskTier> decode(const nlohmann::ordered_json&, Strictness);
template Result<RiskTier> decode_text(std::string_view);
template nlohmann::ordered_json encode(const RiskTier&);
template nlohmann::ordered_json encode_status<RiskTier>(const RiskTierStatus&);
template const KindTypes& types_of<RiskTier>();

}  // namespace haetae::api
