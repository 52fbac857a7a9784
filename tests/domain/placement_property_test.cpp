// Properties of place() on random small fleets, held against brute force and against a checker that shares no code
// with the planner.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "placement_fleet.hpp"

using namespace haetae;
using namespace haetae::placement;
using namespace haetae::placement::testing;

namespace {

constexpr int kFleets = 600;

struct Dice {
  std::mt19937 engine;
  int upto(int n) { return static_cast<int>(engine() % static_cast<unsigned>(n + 1)); }
  bool once_in(int n) { return upto(n - 1) == 0; }
};

Fleet random_fleet(Dice& dice) {
  Fleet fleet;
  const int centers = 2 + dice.upto(3);
  for (int c = 0; c < centers; ++c) {
    auto& center = fleet.center("c" + std::to_string(c), dice.once_in(3) ? "shared" : "");
    if (dice.once_in(4)) center.spec.roles = {dice.once_in(2) ? api::Role::Active : api::Role::Standby};
    if (dice.once_in(5)) center.spec.accepts_data_classes = {api::DataClass::O};
    if (dice.once_in(6)) center.spec.lifecycle = static_cast<api::Lifecycle>(dice.upto(4));
    for (int k = 0; k <= dice.upto(1); ++k) {
      const auto name = center.metadata.name + "-" + std::to_string(k);
      const int nodes = 1 + dice.upto(3);
      const int each = 2 + dice.upto(6);
      auto& cluster = fleet.cluster(name, center.metadata.name, cpu(std::to_string(nodes * each), "1000"),
                                    {{"cpu", q(std::to_string(each))}}, cpu(std::to_string(dice.upto(nodes)), "0"));
      cluster.spec.cordon = dice.once_in(10);
      if (dice.once_in(6)) cluster.spec.reserve_percent = 20;
      if (dice.once_in(10)) fleet.world.views.erase(ClusterName(name));
    }
  }
  return fleet;
}

std::vector<Request> random_requests(Dice& dice, const Fleet& fleet) {
  std::vector<Request> requests;
  const int count = 1 + dice.upto(5);
  for (int i = 0; i < count; ++i) {
    const int pods = 1 + dice.upto(4);
    auto r = request("s" + std::to_string(i), 1 + dice.upto(1), dice.upto(2), pods, std::to_string(1 + dice.upto(2)),
                     dice.upto(pods));
    r.rank = i + 1;  // distinct: the turn of each is known without the planner's hash
    r.data_class = dice.once_in(3) ? api::DataClass::C : api::DataClass::O;
    r.demand.distinct_risk_groups = dice.once_in(2);
    const auto& any = fleet.world.centers[static_cast<std::size_t>(dice.upto(static_cast<int>(fleet.world.centers.size()) - 1))];
    if (dice.once_in(4)) r.wishes.deny_centers = {any->metadata.name};
    if (dice.once_in(4)) r.wishes.prefer_centers = {any->metadata.name};
    requests.push_back(std::move(r));
  }
  return requests;
}

/// The checker's own idea of one cluster: whole cpus free on each node, and in sum.
struct Space {
  std::vector<int> nodes{};
  int sum{0};
  bool take(int pods, int each) {
    if (pods * each > sum) return false;
    auto left = nodes;
    for (int& free : left) {
      while (pods > 0 && free >= each) free -= each, --pods;
    }
    if (pods > 0) return false;
    for (std::size_t i = 0; i < nodes.size(); ++i) sum -= nodes[i] - left[i];
    nodes = left;
    return true;
  }
};

int whole(const Resources& r, const std::string& name) { return static_cast<int>(r.at(name).fits(Quantity::of(1))); }

std::map<std::string, Space> spaces(const Fleet& fleet) {
  std::map<std::string, Space> all;
  for (const auto& cluster : fleet.world.clusters) {
    const auto view = fleet.world.views.find(ClusterName(cluster->metadata.name));
    if (view == fleet.world.views.end()) continue;
    const auto& seen = std::get<domain::Known<domain::ClusterView>>(view->second).value;
    const int capacity = whole(seen.capacity, "cpu");
    const int each = whole(seen.largest_node, "cpu");
    const int count = capacity / each;
    const int used = whole(seen.allocated, "cpu");
    Space space;
    // Whole cpus: a share of a cpu on each node leaves one whole cpu less.
    for (int n = 0; n < count; ++n) space.nodes.push_back(each - (used + count - 1) / count);
    space.sum = (capacity * (100 - cluster->spec.reserve_percent)) / 100 - used;
    all[cluster->metadata.name] = space;
  }
  return all;
}

const api::Center& center_of(const Fleet& fleet, const std::string& cluster) {
  for (const auto& c : fleet.world.clusters) {
    if (c->metadata.name != cluster) continue;
    for (const auto& center : fleet.world.centers) {
      if (center->metadata.name == c->spec.center) return *center;
    }
  }
  throw std::runtime_error("no center for " + cluster);
}

bool open_to(const Fleet& fleet, const api::MemberCluster& cluster, const Request& r, api::Role role) {
  const auto& center = center_of(fleet, cluster.metadata.name);
  const auto in = [](const auto& list, const auto& v) { return std::find(list.begin(), list.end(), v) != list.end(); };
  return in(center.spec.accepts_data_classes, r.data_class) && center.spec.lifecycle == api::Lifecycle::Active &&
         in(center.spec.roles, role) && !in(r.wishes.deny_centers, center.metadata.name) && !cluster.spec.cordon &&
         fleet.world.views.contains(ClusterName(cluster.metadata.name));
}

std::string apart(const Request& r, const api::Center& center) {
  return r.demand.distinct_risk_groups && !center.spec.risk_group.empty() ? center.spec.risk_group
                                                                          : center.metadata.name;
}

struct Best {
  int actives{0}, all{0};
  auto operator<=>(const Best&) const = default;
};

/// Tries every way to give out the copies of one system.
void brute(const Fleet& fleet, const Request& r, std::map<std::string, Space> room, std::size_t at,
           std::set<std::string> used, int actives, int standbys, Best& best) {
  best = std::max(best, Best{actives, actives + standbys});
  if (at == fleet.world.clusters.size()) return;
  brute(fleet, r, room, at + 1, used, actives, standbys, best);
  const auto& cluster = *fleet.world.clusters[at];
  const auto key = apart(r, center_of(fleet, cluster.metadata.name));
  if (used.contains(key)) return;
  used.insert(key);
  for (const auto role : {api::Role::Active, api::Role::Standby}) {
    const bool active = role == api::Role::Active;
    if (active ? actives >= r.demand.active_centers : standbys >= r.demand.standby_centers) continue;
    if (!open_to(fleet, cluster, r, role)) continue;
    auto left = room;
    const auto& c = r.demand.components[0];
    if (!left[cluster.metadata.name].take(active ? c.active_size : c.standby_size, whole(c.per_pod, "cpu"))) continue;
    brute(fleet, r, left, at + 1, used, actives + (active ? 1 : 0), standbys + (active ? 0 : 1), best);
  }
}

}  // namespace

TEST_CASE("every system gets as many copies as brute force finds, all legal, and nothing is over-committed") {
  Dice dice{std::mt19937(20250926)};
  int short_of_room = 0;
  for (int round = 0; round < kFleets; ++round) {
    const auto fleet = random_fleet(dice);
    const auto requests = random_requests(dice, fleet);
    const auto choices = place(fleet.world, requests);
    auto room = spaces(fleet);
    CAPTURE(round);
    for (const auto& r : requests) {
      const auto& choice = choices.at(r.ref);
      CAPTURE(r.ref.name);
      Best best;
      brute(fleet, r, room, 0, {}, 0, 0, best);
      Best got;
      std::set<std::string> used;
      for (const auto& copy : choice.copies) {
        got.actives += copy.role == api::Role::Active ? 1 : 0;
        got.all += 1;
        CHECK(used.insert(apart(r, center_of(fleet, copy.cluster.text()))).second);
        for (const auto& cluster : fleet.world.clusters) {
          if (cluster->metadata.name == copy.cluster.text()) CHECK(open_to(fleet, *cluster, r, copy.role));
        }
        const auto& c = r.demand.components[0];
        CHECK(room[copy.cluster.text()].take(copy.role == api::Role::Active ? c.active_size : c.standby_size,
                                             whole(c.per_pod, "cpu")));
      }
      CHECK(got.actives == best.actives);
      CHECK(got.all == best.all);
      CHECK(choice.missing_active == r.demand.active_centers - got.actives);
      CHECK(choice.missing_standby == r.demand.standby_centers - (got.all - got.actives));
      const bool all = choice.missing_active + choice.missing_standby == 0;
      CHECK(choice.why.empty() == all);
      CHECK(choice.violations.empty());
      if (!all) ++short_of_room;
    }
  }
  CHECK(short_of_room > kFleets / 2);  // the fleets are small enough to hurt
}

TEST_CASE("the order of the input is irrelevant") {
  Dice dice{std::mt19937(7)};
  for (int round = 0; round < 300; ++round) {
    auto fleet = random_fleet(dice);
    auto requests = random_requests(dice, fleet);
    for (auto& r : requests) r.rank = 1 + dice.upto(1);  // ties are broken by hash
    const auto before = place(fleet.world, requests);
    std::shuffle(fleet.world.clusters.begin(), fleet.world.clusters.end(), dice.engine);
    std::shuffle(fleet.world.centers.begin(), fleet.world.centers.end(), dice.engine);
    std::shuffle(requests.begin(), requests.end(), dice.engine);
    const auto after = place(fleet.world, requests);
    for (const auto& [ref, choice] : before) {
      CAPTURE(round);
      CHECK(text(after.at(ref)) == text(choice));
      CHECK(after.at(ref).why == choice.why);
      CHECK(after.at(ref).rejected == choice.rejected);
    }
  }
}

TEST_CASE("a new cluster moves nothing, and a plan of its own outcome adds nothing") {
  Dice dice{std::mt19937(42)};
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    auto fleet = random_fleet(dice);
    auto requests = random_requests(dice, fleet);
    const auto before = place(fleet.world, requests);
    for (auto& r : requests) {
      for (const auto& copy : before.at(r.ref).copies) {
        r.current.push_back({copy.center.text(), copy.cluster.text(), copy.role, 0, copy.reason});
      }
      std::shuffle(r.current.begin(), r.current.end(), dice.engine);
      r.record = before.at(r.ref).rejected;
    }
    const auto again = place(fleet.world, requests);
    for (const auto& [ref, choice] : before) {
      CHECK(text(again.at(ref)) == text(choice));
      CHECK(again.at(ref).why == choice.why);
      CHECK(again.at(ref).rejected == choice.rejected);
      CHECK(broken(again.at(ref)) == broken(choice));
    }
    fleet.site("new", 10, 8);
    for (const auto& [ref, choice] : place(fleet.world, requests)) {
      for (const auto& copy : before.at(ref).copies) {
        CHECK(std::any_of(choice.copies.begin(), choice.copies.end(), [&](const ChosenCopy& c) {
          return c.cluster == copy.cluster && c.role == copy.role && c.kept;
        }));
      }
      CHECK(choice.copies.size() >= before.at(ref).copies.size());
    }
  }
}

TEST_CASE("of equal systems, hardly any would sit elsewhere had the cluster been there from the start") {
  // Rendezvous hashing by itself, on a fleet so large that shares are all but equal.
  int moved = 0;
  for (int i = 0; i < 200; ++i) {
    Fleet four;
    for (const auto* name : {"a", "b", "c", "d"}) four.site(name, 100, 8);
    auto five = four;
    five.site("e", 100, 8);
    const auto r = request("system-" + std::to_string(i), 1, 0, 1, "1");
    const auto from = text(place_one(four, r));
    const auto to = text(place_one(five, r));
    if (from == to) continue;
    ++moved;
    CHECK(to == "e Active");  // none of the old ones trade places
  }
  CHECK(moved > 15);
  CHECK(moved < 70);
}
