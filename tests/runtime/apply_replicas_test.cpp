// Applier: replicas that pass to an autoscaler.

#include "runtime/apply_bench.hpp"

using namespace haetae;
using namespace haetae::runtime;
using namespace haetae::runtime::testing;

namespace {

const Json kScale5{{"spec", {{"replicas", 5}}}};

}  // namespace

TEST_CASE("an autoscaled workload is created with its size, and its replicas are handed over without a change") {
  ApplyBench bench;
  CHECK(bench.applied(deployment(std::nullopt), {.initial_replicas = 4}) == Applied::Created);
  auto live = bench.live(deployment());
  CHECK(live["spec"]["replicas"] == 4);
  CHECK(live["metadata"]["generation"] == 1);
  bench.applier.forget();
  const auto writes = bench.server.writes();
  CHECK(bench.applied(deployment(std::nullopt), {.initial_replicas = 4}) == Applied::Unchanged);
  CHECK(bench.server.writes() == writes);
  // The autoscaler sets another value; we leave it.
  bench.server.perform(
      kube::merge_patch(kDeployments, {"default", "web"}, kScale5.dump(), {.field_manager = "hpa"}, "scale"));
  CHECK(bench.applied(deployment(std::nullopt), {.initial_replicas = 4}) == Applied::Unchanged);
  CHECK(bench.applied(deployment(std::nullopt, "web:2"), {.initial_replicas = 4}) == Applied::Updated);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 5);
}

TEST_CASE("a workload whose replicas we own hands them over at their present value") {
  ApplyBench bench;
  (void)bench.applied(deployment(6));
  CHECK(bench.applied(deployment(std::nullopt), {.initial_replicas = 2}) == Applied::Updated);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 6);
  // And back: stated again, it is ours again.
  CHECK(bench.applied(deployment(2)) == Applied::Updated);
  CHECK(bench.live(deployment())["spec"]["replicas"] == 2);
}

TEST_CASE("no value changes when the handover stops at any request") {
  for (std::size_t crash = 0; crash < 4; ++crash)
    for (const auto kind : {Fault::Kind::Refuse, Fault::Kind::LoseAnswer}) {
      ApplyBench bench;
      (void)bench.applied(deployment(6));
      const auto start = bench.requests();
      bench.server.on_request([&](const kube::HttpRequest&, std::size_t number) -> std::optional<Fault> {
        if (number == start + crash) return Fault{kind, {}};
        return number > start + crash ? std::optional(Fault{}) : std::nullopt;
      });
      (void)bench.applier.apply(deployment(std::nullopt), {.initial_replicas = 2});
      CHECK(bench.live(deployment())["spec"]["replicas"] == 6);
      bench.server.on_request(nullptr);
      bench.applier.forget();
      REQUIRE(bench.applier.apply(deployment(std::nullopt), {.initial_replicas = 2}));
      CHECK(bench.live(deployment())["spec"]["replicas"] == 6);
      CHECK(bench.live(deployment())["metadata"]["generation"] == 1);
    }
}
