#include "domain/placement/room.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/text.hpp"

namespace haetae::placement {
namespace {

constexpr const char* kPods = "pods";
/// A cluster that states no capacity for pods; far above any real one, far below overflow.
const Quantity kUnbounded = Quantity::of(std::numeric_limits<std::int64_t>::max() / 1'000'000'000);
/// Source: kubernetes.io/docs/setup/best-practices/cluster-large ("no more than 5,000 nodes").
constexpr std::int64_t kMostNodes = 5'000;

const Quantity kNone{};

Quantity at(const Resources& resources, const std::string& name) {
  const auto found = resources.find(name);
  return found == resources.end() ? kNone : found->second;
}

bool is_bytes(const std::string& name) {
  return name == "memory" || name.ends_with("storage") || name.starts_with("hugepages-");
}

std::string amount(const std::string& name, Quantity quantity) {
  return name + " " + quantity.text(is_bytes(name));
}

/// For people, rounded down: whole bytes in the largest unit that keeps three digits and more ("6323Mi"), all else in
/// thousandths. What a reserve leaves of a real node is never a round number.
std::string rounded(const std::string& name, Quantity quantity) {
  auto unit = is_bytes(name) ? Quantity::of(1) : Quantity::milli(1);
  while (is_bytes(name) && quantity.fits(unit * 1024) >= 100) unit = unit * 1024;
  return (unit * quantity.fits(unit)).text(is_bytes(name));
}

/// ⌊capacity ÷ largest node⌋: the least quotient over the resources that both list; one node where none is given, none
/// where there is no capacity.
std::int64_t node_count(const Resources& capacity, const Resources& largest) {
  if (capacity.empty() || largest.empty()) return capacity.empty() ? 0 : 1;
  std::optional<std::int64_t> least;
  for (const auto& [name, size] : largest) {
    const auto whole = capacity.find(name);
    if (whole == capacity.end() || size <= kNone) continue;
    const auto quotient = std::max<std::int64_t>(0, whole->second.fits(size));
    least = std::min(least.value_or(quotient), quotient);
  }
  return std::min(least.value_or(0), kMostNodes);
}

}  // namespace

Amounts amounts(const ResourceNames& names, const Resources& resources) {
  Amounts all(names.size());
  for (std::size_t r = 0; r < names.size(); ++r) all[r] = at(resources, names[r]);
  return all;
}

bool all_zero(const Amounts& amounts) {
  return std::all_of(amounts.begin(), amounts.end(), [](Quantity q) { return q.is_zero(); });
}

Room::Room(const domain::ClusterView& view, const Resources& ours, std::int64_t reserve_percent,
           const ResourceNames& names)
    : names_(&names), width_(names.size()), limit_(width_), used_(width_), expected_(width_) {
  if (view.nodes.empty()) {
    const auto used = larger(view.allocated, ours);
    limit_to(view, used, reserve_percent);
    add_nodes(view, used);
    return;
  }
  domain::ClusterView sums;
  for (const auto& node : view.nodes) {
    add(sums.capacity, node.allocatable);
    add(sums.allocated, node.used);
  }
  limit_to(sums, sums.allocated, reserve_percent);
  copy_nodes(view, names);
}

void Room::limit_to(const domain::ClusterView& view, const Resources& used, std::int64_t reserve_percent) {
  for (std::size_t r = 0; r < width_; ++r) {
    const auto& name = (*names_)[r];
    const auto whole = at(view.capacity, name);
    limit_[r] = whole - whole.percent(reserve_percent);
    if (name == kPods && !view.capacity.contains(kPods)) limit_[r] = kUnbounded;
    used_[r] = at(used, name);
  }
}

void Room::add_nodes(const domain::ClusterView& view, const Resources& used) {
  const auto count = node_count(view.capacity, view.largest_node);
  for (std::int64_t n = 0; n < count; ++n) {
    for (std::size_t r = 0; r < width_; ++r) {
      const auto& name = (*names_)[r];
      const auto stated = view.largest_node.find(name);
      // What capacity lists and the largest node does not is spread evenly as well.
      auto size = stated != view.largest_node.end() ? stated->second : at(view.capacity, name).split(count);
      if (name == kPods && !view.capacity.contains(kPods)) size = kUnbounded;
      size_.push_back(size);
      free_.push_back(std::max(kNone, size - at(used, name).split(count)));
    }
  }
}

void Room::copy_nodes(const domain::ClusterView& view, const ResourceNames& names) {
  std::vector<const domain::NodeView*> order;
  for (const auto& node : view.nodes) order.push_back(&node);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const auto* node : order) {
    for (const auto& name : names) {
      const bool unbounded = name == kPods && !node->allocatable.contains(kPods);
      const auto size = unbounded ? kUnbounded : at(node->allocatable, name);
      size_.push_back(size);
      free_.push_back(std::max(kNone, size - at(node->used, name)));
    }
  }
}

bool Room::within_sums(const Amounts& need) const {
  for (std::size_t r = 0; r < width_; ++r) {
    if (need[r] > kNone && used_[r] + need[r] > limit_[r]) return false;
  }
  return true;
}

bool Room::any_node_is_as_large_as(const Amounts& pod) const {
  for (std::size_t n = 0; n < nodes(); ++n) {
    bool large = true;
    for (std::size_t r = 0; large && r < width_; ++r) large = pod[r] <= size_[n * width_ + r];
    if (large) return true;
  }
  return false;
}

std::int64_t Room::room_on(std::size_t node, const Amounts& pod) const {
  const Quantity* left = &free_[node * width_];
  for (std::size_t r = 0; r < width_; ++r) {
    if (pod[r] > left[r]) return 0;
  }
  auto most = std::numeric_limits<std::int64_t>::max();
  for (std::size_t r = 0; r < width_; ++r) {
    if (pod[r] > kNone) most = std::min(most, left[r].fits(pod[r]));
  }
  return most;
}

// First fit: full nodes stay full and whole free nodes stay whole for the large pods of systems to come.
std::int64_t Room::pack(const Pods& pods, std::size_t batch, std::vector<Taken>& taken) {
  auto left = pods.count;
  for (std::size_t n = 0; n < nodes() && left > 0; ++n) {
    const auto here = std::min(left, room_on(n, pods.each));
    if (here == 0) continue;
    for (std::size_t r = 0; r < width_; ++r) free_[n * width_ + r] -= pods.each[r] * here;
    taken.push_back({n, batch, here});
    left -= here;
  }
  return left;
}

void Room::undo(const Load& load, const std::vector<Taken>& taken) {
  for (const auto& [node, batch, count] : taken) {
    for (std::size_t r = 0; r < width_; ++r) free_[node * width_ + r] += load.pods[batch].each[r] * count;
  }
}

bool Room::fits(const Load& load) {
  if (!within_sums(load.total)) return false;
  std::vector<Taken> taken;
  bool packed = true;
  for (std::size_t b = 0; packed && b < load.pods.size(); ++b) packed = pack(load.pods[b], b, taken) == 0;
  undo(load, taken);
  return packed;
}

void Room::pour(Amounts loose) {
  for (std::size_t n = 0; n < nodes(); ++n) {
    for (std::size_t r = 0; r < width_; ++r) {
      auto& left = free_[n * width_ + r];
      const auto here = std::min(left, loose[r]);
      left -= here;
      loose[r] -= here;
    }
  }
}

void Room::charge(const Load& load) {
  auto loose = load.loose;
  std::vector<Taken> taken;
  for (std::size_t b = 0; b < load.pods.size(); ++b) {
    const auto homeless = pack(load.pods[b], b, taken);
    for (std::size_t r = 0; r < width_; ++r) loose[r] += load.pods[b].each[r] * homeless;
  }
  if (!all_zero(loose)) pour(std::move(loose));
  for (std::size_t r = 0; r < width_; ++r) used_[r] += load.total[r];
}

void Room::expect(const Amounts& more) {
  for (std::size_t r = 0; r < width_; ++r) expected_[r] += more[r];
}

double Room::share_with(const Amounts& load) const {
  double worst = 0;
  for (std::size_t r = 0; r < width_; ++r) {
    if (load[r] > kNone) worst = std::max(worst, (used_[r] + expected_[r] + load[r]).over(limit_[r]));
  }
  return worst;
}

double Room::holds(const Amounts& load) const {
  double worst = 0;
  for (std::size_t r = 0; r < width_; ++r) worst = std::max(worst, load[r].over(limit_[r]));
  return worst > 0 ? 1 / worst : 1;
}

std::string Room::beyond_sums(const Amounts& need) const {
  std::vector<std::string> missing;
  for (std::size_t r = 0; r < width_; ++r) {
    const auto left = std::max(kNone, limit_[r] - used_[r]);
    if (need[r] <= kNone || need[r] <= left) continue;
    const auto& name = (*names_)[r];
    missing.push_back("needs " + amount(name, need[r]) + ", has " + rounded(name, left) + " left");
  }
  return join(missing, "; ");
}

std::string Room::too_large(const Load& load) const {
  for (const auto& pods : load.pods) {
    if (pods.count == 0 || any_node_is_as_large_as(pods.each)) continue;
    if (nodes() == 0) return "it has no usable node";
    std::vector<std::string> beyond;
    for (std::size_t r = 0; r < width_; ++r) {
      Quantity largest;
      for (std::size_t n = 0; n < nodes(); ++n) largest = std::max(largest, size_[n * width_ + r]);
      if (pods.each[r] <= largest) continue;
      const auto& name = (*names_)[r];
      beyond.push_back(amount(name, pods.each[r]) + ", the largest node has " + rounded(name, largest));
    }
    if (beyond.empty()) return "no node is as large as a pod of " + pods.component + " in all resources at once";
    return "a pod of " + pods.component + " needs " + join(beyond, "; ");
  }
  return "";
}

std::string Room::unpacked(const Load& load) {
  std::vector<Taken> taken;
  std::string words;
  for (std::size_t b = 0; words.empty() && b < load.pods.size(); ++b) {
    const auto& pods = load.pods[b];
    const auto homeless = pack(pods, b, taken);
    if (homeless == 0) continue;
    std::vector<std::string> wanted;
    for (std::size_t r = 0; r < width_; ++r) {
      if (pods.each[r] > kNone) wanted.push_back(amount((*names_)[r], pods.each[r]));
    }
    words = std::to_string(homeless) + " of " + count(pods.count, "pod") + " of " + pods.component +
            " find no node with " + join(wanted, ", ") + " free";
  }
  undo(load, taken);
  return words;
}

std::string Room::overdrawn(const Load& load) const {
  auto words = too_large(load);
  return words.empty() ? beyond_sums(load.total) : words;
}

std::string Room::shortage(const Load& load) {
  auto words = overdrawn(load);
  return words.empty() ? unpacked(load) : words;
}

}  // namespace haetae::placement
