// Unreadable: what the API server took and the decoder refuses says so itself, and nothing of it moves.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

struct Broken : SmallFleet {
  /// A change that the schema lets pass: it tells integers from strings, and not 8080.0 from either.
  void misstate(const std::string& name) { set_port(name, 8080.0); }
  void cure(const std::string& name) { set_port(name, 8081); }
  void set_port(const std::string& name, const Json& port) {
    auto object = *system_of(name);
    object["spec"]["components"][0]["service"]["ports"][0]["targetPort"] = port;
    put_system(object);
  }
  [[nodiscard]] Json status_of(const std::string& name) { return (*system_of(name))["status"]; }
  [[nodiscard]] long told_of(const std::string& what) const { return std::count(told.begin(), told.end(), what); }
};

std::string condition(const Json& object, const std::string& type, const std::string& part = "status") {
  if (object.contains("status") && object["status"].contains("conditions"))
    for (const auto& one : object["status"]["conditions"])
      if (one["type"] == type) return one[part];
  return "";
}

TEST_CASE_FIXTURE(Broken, "a running system that becomes unreadable says so, keeps what its status said and runs on") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(60));
  const auto before = status_of("gov24");
  misstate("gov24");
  forget_writes();
  pass(seconds(30));
  CHECK(member_writes() == 0);
  CHECK(writes() == 1);
  const auto after = *system_of("gov24");
  CHECK(after["status"]["observedGeneration"] == after["metadata"]["generation"]);
  CHECK(condition(after, "Stalled") == "True");
  CHECK(condition(after, "Stalled", "reason") == "Unreadable");
  CHECK(condition(after, "Stalled", "message").starts_with("spec.components[0].service.ports[0].targetPort: "));
  CHECK(condition(after, "Reconciling") == "False");
  CHECK(condition(after, "Ready") == "False");
  CHECK(condition(after, "Compliant") == "False");
  CHECK(condition(after, "Placed") == "True");
  CHECK(rules_of("gov24").contains("Unreadable"));
  for (const auto* part : {"tier", "placement", "redundancy"}) CHECK(after["status"][part] == before[part]);
  CHECK(told_of("TenantSystem/gov24 Stalled Unreadable") == 1);
  forget_writes();
  pass(seconds(300));
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Broken, "a system that cannot be read is left as it is by an operator that starts anew") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(60));
  const auto homes = clusters_of("gov24");
  kill();
  misstate("gov24");
  start();
  pass(seconds(60));
  CHECK(condition_of("gov24", "Stalled") == "True");
  CHECK(rules_of("gov24").contains("Unreadable"));
  kill();
  const auto said = status_of("gov24");
  forget_writes();
  start();
  pass(seconds(300));
  CHECK(writes() == 0);
  CHECK(status_of("gov24") == said);
  CHECK(clusters_of("gov24") == homes);
  CHECK(placed("gov24") == homes);
}

TEST_CASE_FIXTURE(Broken, "a system that can be read again is reported by its own writer at once") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(60));
  const auto before = status_of("gov24");
  const auto before_ready = condition(*system_of("gov24"), "Ready", "reason");
  misstate("gov24");
  pass(seconds(30));
  cure("gov24");
  pass(seconds(30));
  CHECK(condition_of("gov24", "Stalled") == "False");
  CHECK_FALSE(rules_of("gov24").contains("Unreadable"));
  CHECK(condition(*system_of("gov24"), "Compliant", "reason") != "Unreadable");
  CHECK(condition(*system_of("gov24"), "Ready", "reason") == before_ready);
  CHECK(status_of("gov24")["placement"] == before["placement"]);
  CHECK(status_of("gov24")["observedGeneration"] == (*system_of("gov24"))["metadata"]["generation"]);
}

TEST_CASE_FIXTURE(Broken, "one whose template is too deep for anybody says so and disturbs nobody") {
  auto deep = system("deep", 10);
  Json nested = Json::array();
  for (int i = 0; i < 200; ++i) nested = Json::array({nested});
  deep["spec"]["components"][0]["template"]["spec"]["tolerations"] = nested;
  put_system(deep);
  start();
  pass(seconds(10));
  put_system(system("homepage", 10));
  pass(seconds(180));
  CHECK(clusters_of("homepage").size() == 1);
  CHECK(condition_of("deep", "Stalled") == "True");
  CHECK(condition_of("deep", "Ready") == "False");
  CHECK(rules_of("deep").contains("TemplateUnreadable"));
  CHECK(clusters_of("deep").empty());
  forget_writes();
  pass(seconds(300));
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Broken, "a system that cannot be read and is deleted stays until it can be read") {
  put_system(system("homepage", 10));
  start();
  pass(seconds(60));
  const auto home = home_of("homepage");
  misstate("homepage");
  pass(seconds(10));
  delete_system("homepage");
  forget_writes();
  pass(seconds(300));
  CHECK(member_writes() == 0);
  CHECK(home_of("homepage") == home);
  CHECK(condition_of("homepage", "Ready") == "False");
  CHECK(rules_of("homepage").contains("Unreadable"));
  cure("homepage");
  pass(seconds(60));
  CHECK(message_of("homepage", "Ready").starts_with("its copies are being removed"));
  CHECK(clusters_of("homepage").empty());
}

TEST_CASE_FIXTURE(Broken, "every other kind says so too, and a tier or center that was readable goes on to serve") {
  put_system(system("gov24", 95));
  start();
  pass(seconds(60));
  const auto homes = clusters_of("gov24");
  const auto spoil = [this](const kube::Resource& resource, const std::string& name, const char* field) {
    auto object = *hub.get(resource, {"", name});
    object["spec"][field] = "no such thing";
    hub.put(resource, object);
  };
  spoil(controllers::hub_resource<api::RiskTier>(), "tier-1", "redundancy");
  spoil(controllers::hub_resource<api::Center>(), homes.front(), "lifecycle");
  spoil(controllers::hub_resource<api::MemberCluster>(), homes.front(), "connection");
  forget_writes();
  pass(seconds(60));
  CHECK(member_writes() == 0);
  CHECK(clusters_of("gov24") == homes);
  for (const auto& [resource, name] : {std::pair{controllers::hub_resource<api::RiskTier>(), std::string("tier-1")},
                                       {controllers::hub_resource<api::Center>(), homes.front()},
                                       {controllers::hub_resource<api::MemberCluster>(), homes.front()}}) {
    CAPTURE(resource.kind);
    const auto object = *hub.get(resource, {"", name});
    CHECK(condition(object, "Stalled") == "True");
    CHECK(condition(object, "Stalled", "reason") == "Unreadable");
    CHECK(object["status"]["findings"][0]["rule"] == "Unreadable");
    CHECK(told_of(resource.kind + "/" + name + " Stalled Unreadable") == 1);
  }
  forget_writes();
  pass(seconds(300));
  CHECK(writes() == 0);
}

}  // namespace
}  // namespace haetae::converge
