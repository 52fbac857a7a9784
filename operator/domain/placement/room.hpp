#pragma once
// Room: what one cluster still offers, node by node. A decision charges pods to it; nothing is ever counted twice.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/world.hpp"

namespace haetae::placement {

/// The resources that a fleet knows; amounts below are vectors in this order, so that sums need no look-up by name.
using ResourceNames = std::vector<std::string>;
using Amounts = std::vector<Quantity>;

[[nodiscard]] Amounts amounts(const ResourceNames& names, const Resources& resources);
[[nodiscard]] bool all_zero(const Amounts& amounts);

/// Equal pods, to be packed onto nodes one by one.
struct Pods {
  std::string component{};
  std::int64_t count{0};
  Amounts each{};
};

/// What has to find room: pods, and `loose` amounts that belong to no pod we know (spread wherever there is room).
struct Load {
  std::vector<Pods> pods{};   ///< largest first
  Amounts loose{};
  Amounts total{};            ///< pods and loose together
};

/// One cluster's room. The sums are a bound (capacity less reserve less used); beyond it, pods have to pack.
class Room {
 public:
  /// Source: api.md "Demand and loss, exactly": without nodes, a cluster is ⌊capacity ÷ largestNode⌋ nodes of that size
  /// with `allocated` spread evenly. A cluster that lists no capacity for "pods" sets no bound on their number.
  /// `ours` is the least that is used: the sum of what our systems show there.
  Room(const domain::ClusterView& view, const Resources& ours, std::int64_t reserve_percent,
       const ResourceNames& names);

  /// True where the load keeps within the sums and its pods pack, largest first, onto the nodes.
  [[nodiscard]] bool fits(const Load& load);
  /// Charges the load. Pods that no node has room for are charged to the sums all the same: decided is used.
  void charge(const Load& load);
  /// Remembers that `more` would be used as well if every copy grew to its active size. A wish, no room is held.
  void expect(const Amounts& more);

  /// The share of this cluster in use if it took `load` and every copy grew to its active size: the worst resource of
  /// those that `load` needs. 0…1, and more where it does not fit.
  [[nodiscard]] double share_with(const Amounts& load) const;
  /// How many of `load` the empty cluster would hold, as far as sums can tell; 1 where it needs nothing.
  [[nodiscard]] double holds(const Amounts& load) const;
  /// What is missing for this load, in words with amounts; "" where it fits.
  [[nodiscard]] std::string shortage(const Load& load);
  /// The part of `shortage` that no other load can cause: beyond the sums, or a pod larger than every node.
  [[nodiscard]] std::string overdrawn(const Load& load) const;

 private:
  struct Taken {
    std::size_t node, batch;
    std::int64_t count;
  };
  [[nodiscard]] std::size_t nodes() const { return width_ == 0 ? 0 : free_.size() / width_; }
  void add_nodes(const domain::ClusterView& view, const Resources& used);
  void copy_nodes(const domain::ClusterView& view, const ResourceNames& names);
  void limit_to(const domain::ClusterView& view, const Resources& used, std::int64_t reserve_percent);
  [[nodiscard]] bool within_sums(const Amounts& need) const;
  [[nodiscard]] bool any_node_is_as_large_as(const Amounts& pod) const;
  [[nodiscard]] std::int64_t room_on(std::size_t node, const Amounts& pod) const;
  [[nodiscard]] std::int64_t pack(const Pods& pods, std::size_t batch, std::vector<Taken>& taken);
  void undo(const Load& load, const std::vector<Taken>& taken);
  void pour(Amounts loose);
  [[nodiscard]] std::string beyond_sums(const Amounts& need) const;
  [[nodiscard]] std::string too_large(const Load& load) const;
  [[nodiscard]] std::string unpacked(const Load& load);

  const ResourceNames* names_;
  std::size_t width_;
  Amounts limit_;      ///< capacity less reserve
  Amounts used_;
  Amounts expected_;   ///< on top of used
  Amounts size_;       ///< allocatable, nodes × resources
  Amounts free_;       ///< allocatable less used, nodes × resources; never negative
};

}  // namespace haetae::placement
