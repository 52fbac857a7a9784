// Handoff: stages, who is shown, and what the labels say.
#include <doctest/doctest.h>

#include "builders.hpp"
#include "domain/handoff/stage.hpp"
#include "domain/summary.hpp"

using namespace haetae;
using namespace haetae::build;
using api::Stage;
using Names = std::vector<std::string>;

namespace {

domain::Plan plan_with(std::vector<api::Handoff> handoffs, std::vector<std::string> providers = {"one", "two"}) {
  auto world = a_fleet();
  world.with(a_system("mois/gov24").scoring(82));
  for (const auto& name : providers) world.with(a_provider(name));
  for (auto& handoff : handoffs) world.with(std::move(handoff));
  return domain::decide(world);
}
const domain::SystemPlan& gov24(const domain::Plan& plan) { return plan.systems.at({"mois", "gov24"}); }

}  // namespace

TEST_CASE("each stage says who acts on an incident") {
  const std::pair<Stage, const char*> rows[] = {
      {Stage::AgencyOperated, "AgencyAndCenter"}, {Stage::Assessment, "AgencyAndCenter"},
      {Stage::Onboarding, "AgencyAndCenter"},     {Stage::Shadow, "Center"},
      {Stage::Joint, "ProviderWithCenter"},       {Stage::EarlyLife, "Provider"},
      {Stage::Full, "Provider"},                  {Stage::Exit, "AgencyAndCenter"}};
  for (const auto& [stage, who] : rows) CHECK(std::string(handoff::acts_now(stage)) == who);
}

TEST_CASE("Exit is never the highest stage") {
  CHECK(handoff::higher(Stage::AgencyOperated, Stage::Exit));
  CHECK_FALSE(handoff::higher(Stage::Exit, Stage::AgencyOperated));
  CHECK_FALSE(handoff::may_write(Stage::Exit));
  CHECK(handoff::may_write(Stage::Joint));
}

TEST_CASE("a system without a Handoff is operated by its agency") {
  const auto plan = plan_with({});
  CHECK(gov24(plan).handoff == api::HandoffSummary{"", "AgencyOperated", "AgencyAndCenter"});
  CHECK(plan.providers.empty());
}

TEST_CASE("a Handoff shows its provider and stage on the system") {
  const auto plan = plan_with({a_handoff("mois/gov24", "one", Stage::Shadow)});
  CHECK(gov24(plan).handoff == api::HandoffSummary{"one", "Shadow", "Center"});
  CHECK(plan.findings.empty());
}

TEST_CASE("the outgoing provider at Exit gives way to the incoming one") {
  const auto plan = plan_with({a_handoff("mois/gov24", "one", Stage::Exit), a_handoff("mois/gov24", "two", Stage::Assessment)});
  CHECK(gov24(plan).handoff.provider == "two");
  CHECK(rules(gov24(plan).findings).empty());
}

TEST_CASE("two providers at Joint or beyond are a conflict on both Handoffs and on the system") {
  const auto plan = plan_with({a_handoff("mois/gov24", "one", Stage::Joint), a_handoff("mois/gov24", "two", Stage::Full)});
  CHECK(gov24(plan).handoff.provider == "two");
  CHECK(rules(gov24(plan).findings) == Names{"ProviderConflict"});
  CHECK(rules(plan.findings.at("Handoff/mois/gov24-one")) == Names{"HandoffConflict"});
  CHECK(rules(plan.findings.at("Handoff/mois/gov24-two")) == Names{"HandoffConflict"});
}

TEST_CASE("of two equal stages the provider that was shown stays") {
  for (const auto* shown : {"one", "two"}) {
    api::TenantSystemStatus status;
    status.handoff = {shown, "Shadow", "Center"};
    auto world = a_fleet();
    world.with(a_system("mois/gov24").with_status(status)).with(a_provider("one")).with(a_provider("two"));
    world.with(a_handoff("mois/gov24", "one", Stage::Shadow)).with(a_handoff("mois/gov24", "two", Stage::Shadow));
    CHECK(domain::decide(world).systems.begin()->second.handoff.provider == shown);
  }
}

TEST_CASE("a provider that does not exist brings no stage, but takes none away") {
  auto handoff = a_handoff("mois/gov24", "gone", Stage::Full);
  auto plan = plan_with({handoff});
  CHECK(gov24(plan).handoff.provider.empty());
  CHECK(rules(plan.findings.at("Handoff/mois/gov24-gone")) == Names{"ProviderUnknown"});
  handoff.status.stage = "Shadow";
  plan = plan_with({handoff});
  CHECK(gov24(plan).handoff == api::HandoffSummary{"gone", "Shadow", "Center"});
}

TEST_CASE("a provider is not cleared for a tier above its rank, by the effective tier") {
  auto world = a_fleet();
  world.with(a_system("mois/gpki").scoring(82)).with(a_system("mois/top").scoring(95).needing("mois/gpki"));
  world.with(a_provider("msp", 2)).with(a_handoff("mois/gpki", "msp", Stage::Shadow));
  CHECK(rules(domain::decide(world).findings.at("Handoff/mois/gpki-msp")) == Names{"ProviderNotCleared"});
}

TEST_CASE("a member cluster carries its center and each provider's highest stage there") {
  auto world = a_fleet();
  world.with(a_provider("msp"));
  for (const auto& [name, stage] : {std::pair{"a", Stage::Shadow}, std::pair{"b", Stage::Joint}, std::pair{"c", Stage::Exit}})
    world.with(a_system(std::string("mois/") + name).placed_in("daejeon", "daejeon-a")).with(a_handoff(name, "msp", stage));
  const auto plan = domain::decide(world);
  const auto& cluster = *world.made().clusters.front();
  CHECK(domain::member_cluster_labels(cluster, plan) ==
        api::Labels{{"haetae.io/center", "daejeon"}, {"provider.msp.haetae.io/msp", "Joint"}});
  CHECK(plan.providers.at(ClusterName("daejeon-a")) == std::vector<api::ProviderStage>{{"msp", "Joint", 3}});
  CHECK(domain::is_member_cluster_label("provider.msp.haetae.io/gone"));
  CHECK_FALSE(domain::is_member_cluster_label("example.kr/rack"));
}
