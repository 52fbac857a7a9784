#pragma once
// Ledger: the room of every cluster during one planning pass, charged with what is decided and what is observed.

#include <map>
#include <vector>

#include "domain/placement/candidate.hpp"
#include "domain/placement/choose.hpp"
#include "domain/placement/room.hpp"

namespace haetae::placement {

/// Used room of a cluster = per system the larger of decided and observed, + everything foreign, + the reserve.
/// What is observed is charged from the start (a pod that runs holds its room, terminating or not); a decision then
/// charges only what it adds to that. Clusters are named by their index in `candidates`; Unknown ones have no room.
/// Source: api.md "Demand and loss, exactly".
class Ledger {
 public:
  /// Both must outlive the ledger.
  Ledger(const std::vector<Candidate>& candidates, const std::vector<Request>& requests);
  Ledger(const Ledger&) = delete;  // rooms point into it
  Ledger& operator=(const Ledger&) = delete;

  /// Back to what is observed, nothing decided.
  void restart();

  /// What a copy of this demand occupies in this role, its pods largest first.
  [[nodiscard]] Load load(const redundancy::Demand& demand, api::Role role) const;
  /// The part of `load` that the cluster does not show yet; what it shows beyond `load` is used as well.
  [[nodiscard]] Load missing_part(std::size_t cluster, const SystemRef& ref, const Load& load) const;

  [[nodiscard]] bool observes(std::size_t cluster) const { return !rooms_.empty() && known_[cluster]; }
  /// Requires: observes(cluster).
  [[nodiscard]] Room& room(std::size_t cluster) { return rooms_[cluster]; }

  /// Charges a decided copy, and remembers its growth to active size.
  void charge(std::size_t cluster, const SystemRef& ref, const Load& load, const Load& active);
  /// Charges what systems show in clusters where no copy of theirs is charged (pending pods of copies on their way out).
  void charge_others();

 private:
  struct Shown {
    Amounts total{};    ///< of all its pods there
    Amounts on_nodes{}; ///< of those on usable nodes, which the room counts from the start
    bool charged{false};
  };
  void index_names(const std::vector<Request>& requests);
  void index_shown(std::size_t cluster);
  [[nodiscard]] bool larger_pod(const Pods& a, const Pods& b) const;

  const std::vector<Candidate>& candidates_;
  ResourceNames names_;
  Amounts fleet_;                                   ///< capacity of all clusters: by it pods are ordered by size
  std::vector<bool> known_;
  std::vector<std::map<SystemRef, Shown>> shown_;   ///< by cluster
  std::vector<Room> rooms_;
  std::vector<Room> observed_;                      ///< as restart() brings them back
};

}  // namespace haetae::placement
