// Crash: the operator dies after its k-th write, for every k of a delivery and a deletion, the answer of that write
// lost; started again it reaches the very same end, creates nothing twice and deletes nothing more.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

/// Runs until the end or until write number `crash_after` (0 = never); then starts anew and runs to the end.
struct Sweep : SmallFleet {
  std::size_t made{0};

  void die_after(std::size_t writes) {
    made = 0;
    const auto fault = [this, writes](const kube::HttpRequest& request, std::size_t) -> std::optional<fakes::Fault> {
      const bool is_write = request.verb != kube::Verb::Get && request.target.find("dryRun=All") == std::string::npos;
      if (writes > 0 && made >= writes) return fakes::Fault{fakes::Fault::Kind::Refuse, {}};
      if (is_write && ++made == writes) return fakes::Fault{fakes::Fault::Kind::LoseAnswer, {}};
      return std::nullopt;
    };
    hub.on_request(fault);
    for (auto& [name, server] : members) server->on_request(fault);
  }
  void live() {
    hub.on_request(nullptr);
    for (auto& [name, server] : members) server->on_request(nullptr);
  }
  void deliver_and_delete() {
    put_system(system("gov24", 95));
    put_system(system("homepage", 10));
    start();
    pass(seconds(10));
    if (system_of("homepage")) delete_system("homepage");
    pass(seconds(3));
    for (auto& [name, server] : members) count_secrets(*server, "ts-mois-homepage", 0);
    pass(seconds(10));
  }
};

TEST_CASE("killed after any write, the operator reaches the same end with no extra creation or deletion") {
  Json reference;
  std::map<std::string, int> reference_counts;
  std::size_t total = 0;
  {
    Sweep run;
    run.die_after(0);
    run.deliver_and_delete();
    run.pass(seconds(60));
    total = run.made;
    reference = run.state();
    reference_counts = run.creations_and_deletions();
  }
  REQUIRE(total > 20);
  for (std::size_t k = 1; k <= total; ++k) {
    CAPTURE(k);
    Sweep run;
    run.die_after(k);
    run.deliver_and_delete();
    run.kill();
    run.live();
    run.start();
    run.pass(seconds(10));
    for (auto& [name, server] : run.members) run.count_secrets(*server, "ts-mois-homepage", 0);
    run.pass(seconds(80));
    const auto difference = Json::diff(reference, run.state()).dump();
    CHECK(difference == "[]");
    for (const auto& [what, times] : run.creations_and_deletions()) {
      CAPTURE(what);
      CHECK(times <= std::max(1, reference_counts[what]));
    }
    run.forget_writes();
    run.pass(seconds(60));
    CHECK(run.writes() == 0);
  }
}

TEST_CASE("killed in the middle of many deliveries, every system stands where it would have stood undisturbed") {
  const auto deliver = [](Sweep& run) {
    for (int i = 0; i < 6; ++i) run.put_system(run.system("s" + std::to_string(i), 10, 2 + 3 * i));
    run.start();
    run.pass(seconds(10));
  };
  const auto homes = [](Sweep& run) {
    std::map<std::string, std::vector<std::string>> all;
    for (int i = 0; i < 6; ++i) all["s" + std::to_string(i)] = run.clusters_of("s" + std::to_string(i));
    return all;
  };
  Sweep undisturbed;
  undisturbed.die_after(0);
  deliver(undisturbed);
  const auto wanted = homes(undisturbed);
  std::set<std::string> used;
  for (const auto& [name, clusters] : wanted) used.insert(clusters.begin(), clusters.end());
  REQUIRE(used.size() > 1);
  for (std::size_t k = 1; k <= undisturbed.made; k += 3) {
    CAPTURE(k);
    Sweep run;
    run.die_after(k);
    deliver(run);
    run.kill();
    run.live();
    run.start();
    run.pass(seconds(20));
    CHECK(homes(run) == wanted);
  }
}

}  // namespace
}  // namespace haetae::converge
