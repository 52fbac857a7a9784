#pragma once
// Addresses of one host, without asio's resolver thread.

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "kube/gate.hpp"

namespace haetae::kube {

/// Turns a host and port into addresses. A literal needs no lookup. A name is asked in a short-lived thread of its
/// own, at most one per Lookup, so a dead DNS zone delays only its own cluster; it is not joined, so it delays no
/// shutdown either. When DNS fails, or is silent for kPatience, the last good answer serves: losing DNS loses no
/// cluster that was seen before (TLS verifies who answers). Thread: the reactor's.
class Lookup : public std::enable_shared_from_this<Lookup> {
 public:
  using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;
  using Found = std::function<void(Result<Addresses>)>;  ///< Unreachable: no address, with the resolver's reason

  Lookup(Reactor& reactor, std::shared_ptr<Gate> gate, std::string host, std::string port);
  /// Calls `found` now or later.
  void find(Found found);
  /// `address` worked: it is tried first from now on.
  void prefer(const boost::asio::ip::tcp::endpoint& address);

 private:
  static constexpr std::chrono::seconds kFresh{30};    // an answer this young is not asked again
  static constexpr std::chrono::seconds kPatience{2};  // then the last good answer serves
  void ask();
  void answered(Result<Addresses> result);
  void tell(const Result<Addresses>& result);

  Reactor& reactor_;
  std::shared_ptr<Gate> gate_;
  std::string host_;
  std::string port_;
  Addresses good_;
  std::chrono::steady_clock::time_point as_of_{};
  bool asking_{false};
  std::vector<Found> waiting_;
};

}  // namespace haetae::kube
