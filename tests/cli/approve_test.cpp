// `haetae approve`: lists what waits, fills in the form, and refuses what would count for nothing.
#include <doctest/doctest.h>

#include "api/codec.hpp"
#include "api/yaml.hpp"
#include "command.hpp"

using namespace haetae;
using namespace haetae::cli::testing;

namespace {

/// A system that waits for nothing, and a tier of whose edits one waits for a second person and one is granted.
std::string waiting() {
  return system("mois", "gov24", 85, "  requestedBy: park@agency\n") + R"(apiVersion: haetae.io/v1alpha1
kind: RiskTier
metadata: {name: tier-3, uid: t3}
spec: {rank: 3, minScore: 80, redundancy: {activeCenters: 1}}
status:
  steps:
  - {id: policychange-00000001, what: PolicyChange, about: generation 2, roles: [center], count: 2, approvedBy: [kim@center]}
  - {id: policychange-00000002, what: PolicyChange, about: generation 1, roles: [center], count: 2, granted: "2026-09-26T03:20:00Z"}
)";
}

Ran approve(std::vector<std::string> more) {
  std::vector<std::string> all{"approve", "-f", "-"};
  all.insert(all.end(), more.begin(), more.end());
  return run(all, waiting());
}

}  // namespace

TEST_CASE("approve lists what waits, with whom it needs, and not what is granted") {
  const auto ran = approve({});
  CHECK(ran.code == 0);
  CHECK(ran.out.find("RiskTier/tier-3") != std::string::npos);
  CHECK(ran.out.find("policychange-00000001") != std::string::npos);
  CHECK(ran.out.find("2 of center") != std::string::npos);
  CHECK(ran.out.find("kim@center") != std::string::npos);
  CHECK(ran.out.find("policychange-00000002") == std::string::npos);
}

TEST_CASE("approve fills in a form that the API takes, in the operator's namespace for what is not an agency's") {
  const auto ran = approve({"policychange-00000001", "--by", "lee@center", "--reason", "less is enough", "--valid-for", "2h"});
  REQUIRE(ran.code == 0);
  const auto documents = api::read_documents(ran.out);
  REQUIRE(documents);
  REQUIRE(documents->size() == 1);
  const auto approval = api::decode<api::Approval>(documents->front().value, api::Strictness::Strict);
  REQUIRE(approval.sound());
  const auto& spec = approval.value.spec;
  CHECK(approval.value.metadata.ns == "haetae-system");
  CHECK(spec.subject == api::ApprovalSubject{"RiskTier", "", "tier-3", "t3"});
  CHECK(spec.step == "policychange-00000001");
  CHECK(spec.by == "lee@center");
  CHECK(spec.role == api::ApproverRole::OfCenter);  // the step takes no other
  CHECK(spec.verdict == api::Verdict::Approved);
  CHECK(spec.reason == "less is enough");
  CHECK(spec.valid_until.has_value());
}

TEST_CASE("approve refuses what would count for nothing, and says why") {
  const auto refused = [](std::vector<std::string> more, const std::string& why) {
    const auto ran = approve(std::move(more));
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(why) != std::string::npos);
  };
  refused({"policychange-00000009", "--by", "lee@center"}, "no step policychange-00000009 waits");
  refused({"policychange-00000001"}, "--by is needed");
  refused({"policychange-00000001", "--by", "kim@center"}, "has approved it already");
  refused({"policychange-00000001", "--by", "lee@center", "--role", "agency"}, "takes an approval of center, not of agency");
  refused({"policychange-00000001", "--by", "lee@center", "--role", "king"}, "there is no role king");
  refused({"policychange-00000001", "--by", "lee@center", "--valid-for", "soon"}, "is not a duration");
}
