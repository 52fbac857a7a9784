#include "domain/placement/seats.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace haetae::placement {
namespace {

/// The best option of one group for each role; at most one seat is taken in a group.
struct Group {
  const Option* active{nullptr};
  const Option* standby{nullptr};
  bool taken{false};
  [[nodiscard]] const Option* best(api::Role role) const { return role == api::Role::Active ? active : standby; }
};

struct Reach {
  std::int32_t actives{0};
  std::int32_t all{0};
  bool operator==(const Reach&) const = default;
};

/// The most seats that the groups left allow: those that can play both roles fill what the others leave open.
Reach reach(const std::vector<Group>& groups, std::int32_t actives, std::int32_t standbys) {
  std::int32_t only_active = 0;
  std::int32_t only_standby = 0;
  std::int32_t both = 0;
  for (const auto& group : groups) {
    if (group.taken) continue;
    if (group.active != nullptr && group.standby != nullptr) ++both;
    else if (group.active != nullptr) ++only_active;
    else if (group.standby != nullptr) ++only_standby;
  }
  const auto open = actives - std::min(actives, only_active) + standbys - std::min(standbys, only_standby);
  return {std::min(actives, only_active + both),
          std::min(actives, only_active) + std::min(standbys, only_standby) + std::min(both, open)};
}

std::vector<Group> grouped(const std::vector<Option>& options) {
  std::map<std::string, Group> by_name;
  for (const auto& option : options) {
    auto& group = by_name[option.group];
    auto& best = option.role == api::Role::Active ? group.active : group.standby;
    if (best == nullptr || option.standing < best->standing) best = &option;
  }
  std::vector<Group> groups;
  for (const auto& [name, group] : by_name) groups.push_back(group);
  return groups;
}

std::vector<Group*> in_order(std::vector<Group>& groups, api::Role role) {
  std::vector<Group*> order;
  for (auto& group : groups) {
    if (!group.taken && group.best(role) != nullptr) order.push_back(&group);
  }
  std::sort(order.begin(), order.end(), [role](const Group* a, const Group* b) {
    return a->best(role)->standing < b->best(role)->standing;
  });
  return order;
}

/// Takes the best group after which `after` can still be reached; nothing where none does.
std::optional<Seat> take(std::vector<Group>& groups, api::Role role, std::int32_t actives, std::int32_t standbys,
                         Reach after) {
  const auto order = in_order(groups, role);
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i]->taken = true;
    if (reach(groups, actives, standbys) == after) {
      const auto* next = order.size() == 1 ? nullptr : order[i == 0 ? 1 : 0];
      const auto& best = *order[i]->best(role);
      return Seat{best.candidate, role,
                  next == nullptr ? "the only one that qualifies" : reason(best.standing, next->best(role)->standing)};
    }
    order[i]->taken = false;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Seat> seats(const std::vector<Option>& options, std::int32_t actives, std::int32_t standbys) {
  auto groups = grouped(options);
  auto most = reach(groups, actives, standbys);
  std::vector<Seat> given;
  for (const auto role : {api::Role::Active, api::Role::Standby}) {
    auto left = role == api::Role::Active ? most.actives : most.all;
    // Reach counts only what is still wanted: an active seat that cannot be filled is not looked for again.
    for (; left > 0; --left) {
      const Reach after = role == api::Role::Active ? Reach{left - 1, most.all - 1} : Reach{0, left - 1};
      auto seat = take(groups, role, after.actives, role == api::Role::Active ? standbys : after.all, after);
      if (!seat) return given;
      given.push_back(std::move(*seat));
      most.all -= 1;
    }
  }
  return given;
}

}  // namespace haetae::placement
