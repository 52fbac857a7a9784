#include "api/member_cluster.hpp"

#include "api/codec.inl"

namespace haetae::api {

const KindInfo& MemberClusterSpec::about() {
  static const KindInfo kind{
      .kind = "MemberCluster",
      .plural = "memberclusters",
      .short_names = {"mc"},
      .doc = "A Kubernetes cluster, or some of its nodes, in a center, and how the hub enters it.",
      .columns = {{"Center", ".spec.center", "The Center it stands in"},
                  condition_column("Reachable", "Whether it answers"),
                  condition_column("Prepared", "Whether the member chart is there and current"),
                  {"Version", ".status.version", "Kubernetes version"},
                  {"Nodes", ".status.nodes", "Usable nodes", "integer"},
                  {"Systems", ".status.systems", "Systems that have a copy there", "integer"},
                  {"Cordon", ".spec.cordon", "Takes no new copy", "boolean", 1},
                  {"Since", ".status.unreachableSince", "Since when it gives no answer", "date", 1}}};
  return kind;
}

template Decoded<MemberCluster> decode(const nlohmann::ordered_json&, Strictness);
template Result<MemberCluster> decode_text(std::string_view);
template nlohmann::ordered_json encode(const MemberCluster&);
template nlohmann::ordered_json encode_status<MemberCluster>(const MemberClusterStatus&);
template const KindTypes& types_of<MemberCluster>();

}  // namespace haetae::api
