#pragma once
// Fleet: the member clusters by name, each connected as its MemberCluster object says. One bad kubeconfig or dead
// cluster touches no other.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "controllers/hub.hpp"
#include "controllers/member.hpp"
#include "runtime/work_queue.hpp"

namespace haetae::controllers {

/// Reason of a standing: another cluster answers under the name.
inline constexpr const char* kClusterChanged = "ClusterChanged";

/// How a cluster is reached, and a hash that changes when that does. Holds no secret.
struct Way {
  std::uint64_t fingerprint{0};
  /// Makes the client. Errors: Malformed (certificates, key).
  std::function<Result<std::unique_ptr<kube::Client>>()> connect;
};

/// Finds the way to a cluster: reads its Secret live, or takes the hub's own. Thread: workers; may block on the hub.
/// Errors: NotFound (Secret or key missing), Malformed (kubeconfig), and those of the hub.
using FindWay = std::function<Result<Way>(const api::MemberCluster&)>;

/// Thread: any.
class Fleet {
 public:
  /// Requires: everything given outlives the fleet.
  Fleet(Hub& hub, const MemberParts& parts, FindWay find_way, std::function<void(const ClusterName&)> on_gone);
  ~Fleet();

  /// Reconciles one cluster's connection with its MemberCluster object. Key name: the cluster.
  Result<runtime::Next> connect(const runtime::Key& key);

  /// Null while there is no connection: see standing().
  [[nodiscard]] std::shared_ptr<Member> member(const ClusterName& name) const;
  [[nodiscard]] std::vector<std::shared_ptr<Member>> members() const;
  /// Unknown, too, where a cluster answers whose uid is not the one that MemberCluster.status names.
  [[nodiscard]] Standing standing(const ClusterName& name) const;
  /// False while a cluster may still show itself within its patience; then a decision had better wait a moment.
  [[nodiscard]] bool settled() const;

  /// Ends every connection. Requires: no worker runs any more.
  void stop();

 private:
  struct Connection {
    std::uint64_t fingerprint{0};
    std::shared_ptr<Member> member{};
    Standing failure{};  ///< while `member` is null
  };
  void replace(const ClusterName& name, Connection connection);
  Result<runtime::Next> failed(const ClusterName& name, const Error& error);
  [[nodiscard]] Standing judged(const ClusterName& name, const Member& member) const;

  Hub& hub_;
  const MemberParts& parts_;
  FindWay find_way_;
  std::function<void(const ClusterName&)> on_gone_;
  mutable std::mutex mutex_;
  std::map<ClusterName, Connection> connections_;
  mutable std::map<ClusterName, Timestamp> changed_since_;  ///< since when another cluster answers under the name
};

}  // namespace haetae::controllers
