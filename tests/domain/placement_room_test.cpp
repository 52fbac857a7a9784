// Room: what is used, and what still packs. The World is observed node by node, or by sums as files show it.
#include <doctest/doctest.h>

#include "placement_fleet.hpp"

using namespace haetae;
using namespace haetae::placement;
using namespace haetae::placement::testing;

namespace {
/// How many equal systems of `pods` pods of one cpu still find room.
int room_for(const Fleet& fleet, int pods, const std::vector<Request>& decided = {}, const std::string& each = "1") {
  auto all = decided;
  for (int i = 0; i < 50; ++i) all.push_back(request("probe-" + std::to_string(i), 1, 0, pods, each));
  int found = 0;
  for (const auto& [ref, choice] : place(fleet.world, all)) {
    if (ref.name.starts_with("probe-")) found += static_cast<int>(choice.copies.size());
  }
  return found;
}

domain::NodeView node(const std::string& name, const std::string& size, const std::string& used) {
  return {name, "", cpu(size), cpu(used, used)};
}
}  // namespace

TEST_CASE("without nodes a cluster is as many largest nodes as its capacity holds, evenly used") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", cpu("35", "440"), cpu("8"));
  CHECK(room_for(fleet, 1, {}, "8") == 4);      // ⌊35 ÷ 8⌋ nodes; the odd 3 cpu are no node
  CHECK(room_for(fleet, 1, {}, "5") == 4);
  fleet.view("daegu").allocated = cpu("8", "8");  // 2 on each
  CHECK(room_for(fleet, 1, {}, "7") == 0);
  CHECK(room_for(fleet, 1, {}, "6") == 4);
}

TEST_CASE("the least quotient over the resources that both list counts the nodes") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", cpu("64", "220"), cpu("8", "110"));
  CHECK(room_for(fleet, 1, {}, "8") == 2);
}

TEST_CASE("a cluster that lists no pods bounds none, one that lists some bounds them") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", {{"cpu", q("32")}}, {{"cpu", q("32")}});
  CHECK(room_for(fleet, 1) == 32);
  fleet.view("daegu").capacity["pods"] = q("20");
  CHECK(room_for(fleet, 1) == 20);
}

TEST_CASE("a cluster without a usable node takes no pod, not even one that requests nothing") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", {}, {});
  auto r = request("gov24", 1, 0, 1, "0");
  const auto choice = place_one(fleet, r);
  CHECK(choice.copies.empty());
  REQUIRE(choice.rejected.size() == 1);
  CHECK(choice.rejected[0].example == "daegu: it has no usable node");
}

TEST_CASE("reservePercent is kept free of the capacity") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", cpu("20"), cpu("10", "55")).spec.reserve_percent = 25;
  CHECK(room_for(fleet, 1) == 15);
}

TEST_CASE("nodes are packed one by one, each with what is free on it") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", {}, {});
  fleet.view("daegu").nodes = {node("n1", "8", "6"), node("n2", "8", "5"), node("n3", "16", "9")};
  CHECK(room_for(fleet, 1, {}, "3") == 3);  // 0 + 1 + 2, though 12 cpu are free
  CHECK(room_for(fleet, 3) == 4);
  CHECK(room_for(fleet, 1, {}, "8") == 0);
}

TEST_CASE("a pod that runs holds its room once: decided and observed are not added up") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", {}, {});
  auto& view = fleet.view("daegu");
  view.nodes = {node("n1", "10", "4")};
  auto resident = request("gov24", 1, 0, 6, "1");
  resident.current = {placed("daegu", "daegu")};
  SUBCASE("nothing of it runs yet: 4 foreign and 6 decided") { CHECK(room_for(fleet, 1, {resident}) == 0); }
  SUBCASE("four of six run: the other two are still to come") {
    view.copies[resident.ref].used = cpu("4", "4");
    view.copies[resident.ref].used_by_node["n1"] = cpu("4", "4");
    CHECK(room_for(fleet, 1, {resident}) == 4);
  }
  SUBCASE("more run than decided, terminating ones too: they hold their room") {
    view.nodes[0].used = cpu("9", "9");
    view.copies[resident.ref].used = cpu("9", "9");
    view.copies[resident.ref].used_by_node["n1"] = cpu("9", "9");
    CHECK(room_for(fleet, 1, {resident}) == 1);
  }
}

TEST_CASE("pods of a system that nobody asks for here hold room too, pending ones as well") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", {}, {});
  auto& view = fleet.view("daegu");
  view.nodes = {node("n1", "10", "2")};
  view.copies[{"nts", "leaving"}].used = cpu("5", "5");
  view.copies[{"nts", "leaving"}].used_by_node["n1"] = cpu("2", "2");
  CHECK(room_for(fleet, 1) == 5);
}

TEST_CASE("offline, what status shows of us within allocated is ours, the rest is foreign") {
  Fleet fleet;
  fleet.center("daegu");
  fleet.cluster("daegu", "daegu", cpu("20"), cpu("20"), cpu("8", "8"));
  auto resident = request("gov24", 1, 0, 6, "1");
  resident.current = {placed("daegu", "daegu")};
  CHECK(room_for(fleet, 1, {resident}) == 6);   // 8 foreign, 6 decided
  fleet.view("daegu").copies[resident.ref].used = cpu("6", "6");
  CHECK(room_for(fleet, 1, {resident}) == 12);  // 2 foreign
  fleet.view("daegu").copies[resident.ref].used = cpu("12", "12");
  CHECK(room_for(fleet, 1, {resident}) == 8);   // status is newer than allocated: at least 12 are used
}

TEST_CASE("a system of several components packs its largest pods first") {
  Fleet fleet;
  fleet.site("daegu", 2, 8);
  auto r = request("gov24", 1, 0, 8, "1");
  r.demand.components.push_back({"db", 1, 1, 0, {{"cpu", q("8")}, {"pods", q("1")}}});
  CHECK(place_one(fleet, r).copies.size() == 1);
}
