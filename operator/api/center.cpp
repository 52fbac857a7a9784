#include "api/center.hpp"

#include "api/codec.inl"

namespace haetae::api {

const KindInfo& CenterSpec::about() {
  static const KindInfo kind{
      .kind = "Center",
      .plural = "centers",
      .doc = "A data center: what may run there and what would follow from losing it.",
      .columns = {{"Kind", ".spec.kind", "Who runs it"},
                  {"Lifecycle", ".spec.lifecycle", "Active, Closing, Draining, Lost or Closed"},
                  {"Classes", ".spec.acceptsDataClasses", "Data classes it may keep"},
                  {"Systems", ".status.systems", "Systems that have a copy there", "integer"},
                  {"Clusters", ".status.clusters", "Its MemberClusters", "integer"},
                  {"Closes-In", ".status.daysToClose", "Days left", "integer"},
                  {"Region", ".spec.region", "Where it stands", "string", 1},
                  {"Risk-Group", ".spec.riskGroup", "Centers that share a regional risk", "string", 1}}};
  return kind;
}

template Decoded<Center> decode(const nlohmann::ordered_json&, Strictness);
template Result<Center> decode_text(std::string_view);
template nlohmann::ordered_json encode(const Center&);
template nlohmann::ordered_json encode_status<Center>(const CenterStatus&);
template const KindTypes& types_of<Center>();

}  // namespace haetae::api
