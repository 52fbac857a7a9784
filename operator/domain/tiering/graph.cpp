#include "domain/tiering/graph.hpp"

#include <algorithm>

namespace haetae::tiering {

namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Groups of systems that reach each other (Tarjan 1972), without recursion: chains may be long.
class Groups {
 public:
  explicit Groups(const std::vector<Node>& nodes)
      : nodes_(nodes), order_(nodes.size(), kNone), low_(nodes.size(), 0), open_(nodes.size(), false) {
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (order_[i] == kNone) walk(i);
  }
  [[nodiscard]] const std::vector<std::vector<std::size_t>>& found() const { return groups_; }

 private:
  struct Step {
    std::size_t node;
    std::size_t next;  ///< index into its needs
  };

  void enter(std::size_t node) {
    order_[node] = low_[node] = entered_++;
    open_[node] = true;
    stack_.push_back(node);
    path_.push_back({node, 0});
  }

  void walk(std::size_t start) {
    enter(start);
    while (!path_.empty()) {
      auto& step = path_.back();
      const auto node = step.node;
      const auto& needs = nodes_[node].needs;
      if (step.next < needs.size()) {
        const auto need = needs[step.next++];
        if (order_[need] == kNone) enter(need);
        else if (open_[need]) low_[node] = std::min(low_[node], order_[need]);
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().node] = std::min(low_[path_.back().node], low_[node]);
      if (low_[node] == order_[node]) close(node);
    }
  }

  void close(std::size_t root) {
    std::vector<std::size_t> group;
    while (true) {
      const auto node = stack_.back();
      stack_.pop_back();
      open_[node] = false;
      group.push_back(node);
      if (node == root) break;
    }
    std::sort(group.begin(), group.end());
    groups_.push_back(std::move(group));
  }

  const std::vector<Node>& nodes_;
  std::vector<std::size_t> order_, low_;
  std::vector<bool> open_;
  std::vector<std::size_t> stack_;
  std::vector<Step> path_;
  std::vector<std::vector<std::size_t>> groups_;
  std::size_t entered_{0};
};

/// A shortest way from the group's first member back to itself; empty for a single system that needs not itself.
std::vector<std::size_t> shortest_cycle(const std::vector<Node>& nodes, const std::vector<std::size_t>& group,
                                        std::vector<std::size_t>& came_from) {
  const auto start = group.front();
  const auto inside = [&](std::size_t n) { return std::binary_search(group.begin(), group.end(), n); };
  std::vector<std::size_t> queue{start};
  for (std::size_t at = 0; at < queue.size(); ++at) {
    for (const auto need : nodes[queue[at]].needs) {
      if (need == start) {
        std::vector<std::size_t> cycle{start};
        for (auto back = queue[at]; back != start; back = came_from[back]) cycle.push_back(back);
        cycle.push_back(start);
        std::reverse(cycle.begin(), cycle.end());
        return cycle;
      }
      if (!inside(need) || came_from[need] != kNone) continue;
      came_from[need] = queue[at];
      queue.push_back(need);
    }
  }
  return {};
}

/// How a tier reached a system: through which dependent, and from whom at first.
struct Trail {
  std::size_t dependent{kNone};
  std::size_t origin{kNone};
};

/// Hands every tier down to what its systems need, best tier first, so that each system is reached once: by the
/// best tier, over the fewest steps.
void hand_down(const std::vector<Node>& nodes, std::vector<Raised>& result, std::vector<Trail>& trail) {
  std::vector<std::vector<std::size_t>> by_tier;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].own == kNoTier) continue;
    if (nodes[i].own >= by_tier.size()) by_tier.resize(nodes[i].own + 1);
    by_tier[nodes[i].own].push_back(i);
  }
  for (std::size_t tier = 0; tier < by_tier.size(); ++tier) {
    std::vector<std::size_t> queue;
    for (const auto i : by_tier[tier])
      if (result[i].effective == kNoTier) result[i].effective = tier, trail[i].origin = i, queue.push_back(i);
    for (std::size_t at = 0; at < queue.size(); ++at)
      for (const auto need : nodes[queue[at]].needs)
        if (result[need].effective == kNoTier) {
          result[need].effective = tier;
          trail[need] = {queue[at], trail[queue[at]].origin};
          queue.push_back(need);
        }
  }
}

std::vector<std::size_t> reason(const std::vector<Trail>& trail, std::size_t system) {
  std::vector<std::size_t> path;
  auto at = system;
  for (; at != kNone && path.size() + 1 < kLongestReason; at = trail[at].dependent) path.push_back(at);
  if (at != kNone) path.push_back(trail[system].origin);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace

std::vector<Raised> raised(const std::vector<Node>& nodes) {
  std::vector<Raised> result(nodes.size());
  std::vector<Trail> trail(nodes.size());
  hand_down(nodes, result, trail);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (trail[i].dependent != kNone) result[i].because = reason(trail, i);
  const Groups groups(nodes);
  std::vector<std::size_t> came_from(nodes.size(), kNone);
  for (const auto& group : groups.found()) {
    const auto cycle = shortest_cycle(nodes, group, came_from);
    if (cycle.empty()) continue;
    for (const auto member : group) result[member].cycle = cycle;
  }
  return result;
}

}  // namespace haetae::tiering
