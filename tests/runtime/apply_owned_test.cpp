// Applier: what is ours, and what is never touched because it is not.

#include "runtime/apply_bench.hpp"

using namespace haetae;
using namespace haetae::runtime;
using namespace haetae::runtime::testing;

TEST_CASE("an object of somebody else is left alone, and the error names its managers") {
  ApplyBench bench;
  auto foreign = Json::parse(deployment().body.dump());
  foreign["metadata"].erase("labels");
  bench.server.put(kDeployments, foreign, "helm");
  const auto done = bench.applier.apply(deployment());
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Conflict);
  CHECK(done.error().message ==
        "cannot apply Deployment default/web in cluster daejeon-a: it is there and not ours; its fields are managed by "
        "helm");
  CHECK(bench.server.writes() == 0);
}

TEST_CASE("an object of ours whose system label somebody changed is healed, label and image alike") {
  ApplyBench bench;
  (void)bench.applied(deployment());
  auto drifted = bench.live(deployment());
  drifted["metadata"]["labels"]["haetae.io/system"] = "nts.hometax";
  drifted["spec"]["template"]["spec"]["containers"][0]["image"] = "evil:1";
  bench.server.put(kDeployments, drifted, "kubectl-label");
  bench.see();
  CHECK(bench.applied(deployment()) == Applied::Updated);
  const auto live = bench.live(deployment());
  CHECK(live["metadata"]["labels"]["haetae.io/system"] == "mois.gov24");
  CHECK(live["spec"]["template"]["spec"]["containers"][0]["image"] != "evil:1");
}

TEST_CASE("an object with another system's label that we never applied is not ours, and the error tells it from a race") {
  ApplyBench bench;
  auto foreign = Json::parse(deployment().body.dump());
  foreign["metadata"]["labels"]["haetae.io/system"] = "nts.hometax";
  bench.server.put(kDeployments, foreign, "helm");
  const auto done = bench.applier.apply(deployment());
  REQUIRE_FALSE(done);
  CHECK(is_foreign(done.error()));
  CHECK_FALSE(is_foreign({Code::Conflict, "cannot apply Deployment default/web: 409 Conflict", {}}));
  CHECK(bench.live(deployment())["metadata"]["labels"]["haetae.io/system"] == "nts.hometax");
}

TEST_CASE("a namespace is created, carries our Apply entry alone, and a second apply after a restart writes nothing") {
  ApplyBench bench;
  CHECK(bench.applied(namespace_of()) == Applied::Created);
  CHECK(owners(bench.live(namespace_of())) == std::vector<std::string>{"haetae Apply"});
  const auto writes = bench.server.writes();
  bench.applier.forget();
  CHECK(bench.applied(namespace_of()) == Applied::Unchanged);
  CHECK(bench.server.writes() == writes);
  auto fewer = namespace_of();  // a label that was created by POST still goes when it is dropped
  fewer.body["metadata"]["labels"] = {{"haetae.io/system", "mois.gov24"}};
  auto more = fewer;
  more.body["metadata"]["labels"]["extra"] = "x";
  (void)bench.applied(more);
  (void)bench.applied(fewer);
  CHECK_FALSE(bench.live(fewer)["metadata"]["labels"].contains("extra"));
}

TEST_CASE("a namespace without our mark, or with another's, is never adopted") {
  for (const char* mark : {"", "nts/hometax"}) {
    ApplyBench bench;
    Json foreign{{"metadata", {{"name", "ts"}, {"labels", {{"haetae.io/system", "mois.gov24"}}}}}};
    if (*mark != '\0') foreign["metadata"]["annotations"]["haetae.io/system-ref"] = mark;
    bench.server.put(kNamespaces, foreign);
    const auto done = bench.applier.apply(namespace_of());
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::Conflict);
    CHECK(bench.server.writes() == 0);
  }
}

TEST_CASE("a namespace that appears between our look and our create is not adopted") {
  ApplyBench bench;
  bench.server.on_request([&](const kube::HttpRequest& request, std::size_t) -> std::optional<Fault> {
    if (request.verb != kube::Verb::Post) return std::nullopt;
    // Somebody is faster. (perform() would deadlock on the server's lock: its answer is given in its stead.)
    return Fault{Fault::Kind::Answer,
                        fakes::status_answer(409, "AlreadyExists", "namespaces \"ts\" already exists")};
  });
  const auto done = bench.applier.apply(namespace_of());
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Conflict);
}

TEST_CASE("a crash after each request of a namespace's creation ends in the same object") {
  for (std::size_t crash = 0; crash < 6; ++crash)
    for (const auto kind : {Fault::Kind::Refuse, Fault::Kind::LoseAnswer}) {
      ApplyBench bench;
      bench.server.on_request([&](const kube::HttpRequest&, std::size_t number) -> std::optional<Fault> {
        if (number == crash) return Fault{kind, {}};
        if (number > crash) return Fault{};
        return std::nullopt;
      });
      (void)bench.applier.apply(namespace_of());
      bench.server.on_request(nullptr);
      bench.applier.forget();
      REQUIRE(bench.applier.apply(namespace_of()));
      CHECK(owners(bench.live(namespace_of())) == std::vector<std::string>{"haetae Apply"});
      bench.applier.forget();
      const auto writes = bench.server.writes();
      CHECK(bench.applied(namespace_of()) == Applied::Unchanged);
      CHECK(bench.server.writes() == writes);
    }
}

TEST_CASE("an update touches neither a name that is free again nor one that another object bears now") {
  for (const bool made_anew : {false, true}) {
    ApplyBench bench;
    (void)bench.applied(deployment());
    bench.see();
    // Between our look and our write the object is deleted, and perhaps made anew.
    fakes::FakeApiServer later;
    later.put(kServices, {{"metadata", {{"name", "other"}, {"namespace", "default"}}}});  // so that uids differ
    if (made_anew) later.put(kDeployments, Json::parse(deployment().body.dump()));
    bench.server.on_request([&](const kube::HttpRequest& request, std::size_t) -> std::optional<Fault> {
      if (request.verb != kube::Verb::Patch) return std::nullopt;
      return Fault{Fault::Kind::Answer, later.perform(request)};
    });
    const auto done = bench.applier.apply(deployment(3, "web:2"));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::Conflict);
  }
}

TEST_CASE("only what carries our label is deleted, by uid, and what is gone counts as deleted") {
  ApplyBench bench;
  (void)bench.applied(deployment());
  const auto no = bench.applier.remove(deployment().id, "nts.hometax");
  REQUIRE_FALSE(no);
  CHECK(no.error().code == Code::Conflict);
  CHECK_FALSE(bench.applier.remove(deployment().id, ""));
  CHECK_FALSE(bench.live(deployment()).is_null());
  REQUIRE(bench.applier.remove(deployment().id, "mois.gov24"));
  CHECK(bench.live(deployment()).is_null());
  const auto body = Json::parse(bench.server.requests().back().body);
  CHECK(body["preconditions"].contains("uid"));
  CHECK(body["preconditions"].contains("resourceVersion"));
  CHECK(bench.applier.remove(deployment().id, "mois.gov24"));
}
