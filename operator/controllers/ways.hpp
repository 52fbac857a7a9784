#pragma once
// Ways: from a MemberCluster's `connection` to a client. The only place that sees a Secret, and it keeps none.

#include <functional>
#include <string>

#include "controllers/fleet.hpp"
#include "kube/transport.hpp"

namespace haetae::controllers {

/// What finding a way needs. Copied into the function.
struct WayFinder {
  kube::Client& hub;
  std::string ns;                                      ///< the operator's namespace, where the Secrets lie
  std::function<Result<kube::Endpoint>()> hub_endpoint;  ///< for `local: {}`
  /// Makes the client of a cluster.
  std::function<Result<std::unique_ptr<kube::Client>>(const ClusterName&, kube::Endpoint)> connect;
};

/// Reads the Secret live each time it is asked. Errors: see FindWay.
[[nodiscard]] FindWay find_way(WayFinder finder);

}  // namespace haetae::controllers
