#pragma once
// delivery: makes one member cluster hold what the stored decision says of one system, and nothing else of it.
// Its input is a plan slice, its output a record; it knows nothing of other clusters.

#include <functional>
#include <string>

#include "controllers/board.hpp"
#include "controllers/fleet.hpp"
#include "controllers/hub.hpp"
#include "runtime/work_queue.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace haetae::controllers {

/// One system in one cluster, with everything that a pass needs. Shared pointers keep it alive for the pass.
struct Slice {
  SystemRef ref{};
  ClusterName cluster{};
  std::shared_ptr<const Decision> decision{};
  const domain::SystemPlan* plan{nullptr};         ///< inside `decision`
  std::shared_ptr<const api::TenantSystem> system{};
  std::shared_ptr<Member> member{};
  std::string ns{};                                ///< the member namespace
  std::string label{};                             ///< value of haetae.io/system
  bool ns_is_given{false};                         ///< spec.memberNamespace: we neither make nor delete it
};

/// What the member namespace is to us, by a cache row or a live read. A namespace of the system's own
/// (spec.memberNamespace) is ours only while its annotation haetae.io/adopt offers it to the system: Offered = and it
/// carries no mark yet.
enum class Ours { Absent, Offered, Yes, No };

/// Looks at the cache first, then live; at a namespace of the system's own always live. Errors: those of the read.
[[nodiscard]] Result<Ours> whose_namespace(const Slice& slice);
/// The same by the mark alone, always live: for what cannot be undone, and for taking ours out of a namespace that is
/// not offered any more.
[[nodiscard]] Result<Ours> whose_namespace_live(const Slice& slice);

/// Key lane: the cluster; name: agency/name.
class Delivery {
 public:
  struct Wakes {
    std::function<void(const SystemRef&)> status;    ///< the record has changed
    std::function<void(const SystemRef&)> finalizer;  ///< the cluster has confirmed that it holds nothing any more
  };
  Delivery(const Hub& hub, const Fleet& fleet, Board& board, std::string scratch_namespace, telemetry::Metrics& metrics,
           const telemetry::Log& log, Wakes wakes);
  Result<runtime::Next> reconcile(const runtime::Key& key);

 private:
  [[nodiscard]] std::optional<Slice> slice(const runtime::Key& key) const;
  Result<runtime::Next> deliver(const Slice& slice, const domain::CopyPlan& copy);
  Result<runtime::Next> write(const Slice& slice, const domain::CopyPlan& copy, Ours ours);
  Result<runtime::Next> remove(const Slice& slice);
  Result<runtime::Next> unmarked(const Slice& slice);  ///< remove(), where the namespace does not carry the mark
  Result<runtime::Next> leave(const Slice& slice);     ///< remove(), of a namespace that somebody else made
  Result<runtime::Next> gone(const Slice& slice);
  /// Marks a namespace that is offered, if it is so still. Errors: those of the patch.
  Status adopt(const Slice& slice);
  /// Dry-runs every object; what the cluster refuses becomes findings, and then nothing is written.
  Result<std::vector<api::Finding>> rehearse(const Slice& slice, const std::vector<api::Manifest>& manifests);
  /// Applies what it can; objects of somebody else in the place of ours are added to `foreign`, and `wrote` is set where
  /// something was written.
  Status apply_all(const Slice& slice, const domain::CopyPlan& copy, const std::vector<api::Manifest>& manifests,
                   std::vector<api::Finding>& foreign, bool& wrote);
  /// Somebody has to act first: says so, and looks again after a while. Requires: a finding.
  Result<runtime::Next> held_up(const Slice& slice, std::vector<api::Finding> findings);
  Result<runtime::Next> taken(const Slice& slice);
  Error troubled(const Slice& slice, Error error, std::vector<api::Finding> findings = {});
  void record(const Slice& slice, domain::Delivered delivered);

  const Hub& hub_;
  const Fleet& fleet_;
  Board& board_;
  const std::string scratch_namespace_;
  telemetry::Metrics& metrics_;
  const telemetry::Log& log_;
  Wakes wakes_;
};

}  // namespace haetae::controllers
