#pragma once
// A hub and four member clusters in memory, and the whole operator on one thread: time moves when told, every run is
// the same. The operator can be killed after any request and started again.

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "controllers/census.hpp"
#include "controllers/operator.hpp"
#include "controllers/resources.hpp"
#include "fakes/fake_api_server.hpp"
#include "fakes/fake_reactor.hpp"

namespace haetae::converge {

using fakes::Json;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Reads the fake reactor's time.
class ReactorClock final : public Clock {
 public:
  explicit ReactorClock(const kube::Reactor& reactor) : reactor_(reactor) {}
  [[nodiscard]] Timestamp now() const override {
    return Timestamp(seconds(1'790'000'000)) + std::chrono::duration_cast<seconds>(reactor_.now().time_since_epoch());
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return reactor_.now(); }

 private:
  const kube::Reactor& reactor_;
};

/// The operator process: everything that dies with it. Declared in the order in which it may be destroyed in reverse.
struct Running {
  std::unique_ptr<kube::Client> hub;
  std::unique_ptr<controllers::Ground> ground;
  std::unique_ptr<controllers::Operator> haetae;
};

class SmallFleet {
 public:
  SmallFleet() {
    [this]<class... Ts>(api::TypeList<Ts...>) { serve<Ts...>(); }(api::Kinds{});
    hub.put(controllers::namespaces(), {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "mois"}}}});
    for (const auto* name : {"daejeon", "gwangju", "daegu", "gongju"}) add_member(name);
    hub.put(controllers::hub_resource<api::RiskTier>(), tier("tier-1", 1, 90, 2, "Approved"));
    hub.put(controllers::hub_resource<api::RiskTier>(), tier("tier-4", 4, 0, 1, "Immediate"));
  }
  ~SmallFleet() { kill(); }

  fakes::FakeReactor reactor{};
  ReactorClock clock{reactor};
  fakes::FakeApiServer hub{};
  std::map<std::string, std::unique_ptr<fakes::FakeApiServer>> members{};
  std::vector<std::string> told{};  ///< transitions

  /// The object as a person writes it: one component, `replicas` pods.
  static Json system(const std::string& name, int score, int replicas = 3) {
    return {{"apiVersion", "haetae.io/v1alpha1"},
            {"kind", "TenantSystem"},
            {"metadata", {{"name", name}, {"namespace", "mois"}}},
            {"spec",
             {{"displayName", name},
              {"assessment",
               {{"users", std::min(score, 50)}, {"impact", std::clamp(score - 50, 0, 40)}, {"ripple", std::max(0, score - 90)}}},
              {"dataClass", "O"},
              {"citizenFacing", false},
              {"delivery", "Deliver"},
              {"paused", false},
              {"components",
               Json::array({{{"name", "web"},
                             {"workload", "Deployment"},
                             {"replicas", replicas},
                             {"state", "None"},
                             {"template", pod_template()},
                             {"service", {{"ports", Json::array({{{"name", "http"}, {"port", 80}, {"protocol", "TCP"}}})}}}}})}}}};
  }
  Json put_system(const Json& object) { return hub.put(controllers::hub_resource<api::TenantSystem>(), object); }
  std::optional<Json> system_of(const std::string& name) {
    return hub.get(controllers::hub_resource<api::TenantSystem>(), {"mois", name});
  }

  void delete_system(const std::string& name) { hub.remove(controllers::hub_resource<api::TenantSystem>(), {"mois", name}); }
  /// Takes an object away whatever finalizers say, as a restored or damaged hub may.
  void force_away(const kube::Resource& resource, const std::string& name, const std::string& ns = "") {
    auto object = *hub.get(resource, {ns, name});
    object["metadata"]["finalizers"] = nullptr;  // put() merges
    hub.put(resource, object);
    hub.remove(resource, {ns, name});
  }
  void put_policy(bool paused) {
    hub.put(controllers::hub_resource<api::FleetPolicy>(), {{"apiVersion", "haetae.io/v1alpha1"},
                                                            {"kind", "FleetPolicy"},
                                                            {"metadata", {{"name", "default"}}},
                                                            {"spec", {{"mode", "Enforce"}, {"paused", paused}, {"salt", "haetae"}}}});
  }
  /// What the quota controller of a cluster would count, by "widgets.example.com"; negative = it does not; of all other kinds none.
  static void count(fakes::FakeApiServer& cluster, const std::string& ns, const std::map<std::string, int>& counts) {
    auto quota = cluster.get(controllers::quotas(), {ns, controllers::kCensusQuota});
    if (!quota) return;
    auto used = Json::object();
    for (const auto& [name, bound] : (*quota)["spec"]["hard"].items()) used[name] = "0";
    for (const auto& [kind, number] : counts) {
      REQUIRE(used.contains("count/" + kind));
      number < 0 ? void(used.erase("count/" + kind)) : void(used["count/" + kind] = std::to_string(number));
    }
    (*quota)["status"] = {{"hard", (*quota)["spec"]["hard"]}, {"used", std::move(used)}};
    cluster.put(controllers::quotas(), *quota, "kube-controller-manager");
  }
  static void count_secrets(fakes::FakeApiServer& cluster, const std::string& ns, int secrets) {
    count(cluster, ns, {{"secrets", secrets}});
  }

  /// Everybody who enters by this name from now on finds another cluster there: rebuilt, empty, with a new uid.
  void rebuild(const std::string& name) {
    retired_.push_back(std::move(members.at(name)));
    retired_.back()->refuse_connections(true);
    retired_.back()->cut_streams();
    add_cluster(name);
  }

  // What there is, in words.
  static const kube::Resource& kind(const std::string& name) {
    for (const auto& resource : controllers::owned_resources())
      if (resource.kind == name) return resource;
    FAIL("no such kind: " << name);
    return controllers::owned_resources().front();
  }
  /// Clusters that hold the system's workload.
  [[nodiscard]] std::vector<std::string> clusters_of(const std::string& name) {
    std::vector<std::string> out;
    for (auto& [cluster, server] : members)
      if (server->get(kind("Deployment"), {"ts-mois-" + name, "web"})) out.push_back(cluster);
    return out;
  }
  /// The first of them.
  [[nodiscard]] std::string home_of(const std::string& name) {
    const auto all = clusters_of(name);
    REQUIRE_FALSE(all.empty());
    return all.front();
  }
  /// Clusters of the stored decision.
  [[nodiscard]] std::vector<std::string> placed(const std::string& name) {
    std::vector<std::string> out;
    const auto stored = system_of(name);
    if (stored)
      for (const auto& copy : (*stored)["status"]["placement"]["centers"]) out.push_back(copy["cluster"]);
    std::sort(out.begin(), out.end());
    return out;
  }
  [[nodiscard]] std::set<std::string> rules_of(const std::string& name) {
    std::set<std::string> out;
    const auto stored = system_of(name);
    if (stored && (*stored)["status"].contains("findings"))
      for (const auto& finding : (*stored)["status"]["findings"]) out.insert(finding["rule"]);
    return out;
  }
  [[nodiscard]] std::string condition_of(const std::string& name, const std::string& type) {
    const auto stored = system_of(name);
    if (stored)
      for (const auto& condition : (*stored)["status"]["conditions"])
        if (condition["type"] == type) return condition["status"];
    return "";
  }
  [[nodiscard]] std::string message_of(const std::string& name, const std::string& type) {
    const auto stored = system_of(name);
    if (stored)
      for (const auto& condition : (*stored)["status"]["conditions"])
        if (condition["type"] == type) return condition["message"];
    return "";
  }
  [[nodiscard]] std::size_t member_writes() const {
    std::size_t all = 0;
    for (const auto& [name, server] : members) all += server->writes();
    return all;
  }

  void start() {
    process_ = std::make_unique<Running>();
    kube::Client::Options options;
    options.may_write = [] { return true; };
    process_->hub = std::make_unique<kube::Client>(hub.connect(reactor, fakes::FakeApiServer::Answers::AtOnce), options);
    process_->ground = std::make_unique<controllers::Ground>(controllers::Ground{
        reactor, *process_->hub, clock, log_, metrics_,
        [this](const api::MemberCluster& cluster) -> Result<controllers::Way> {
          auto* server = members.at(cluster.metadata.name).get();
          return controllers::Way{1, [this, server]() -> Result<std::unique_ptr<kube::Client>> {
                                    return std::make_unique<kube::Client>(
                                        server->connect(reactor, fakes::FakeApiServer::Answers::AtOnce), kube::Client::Options{});
                                  }};
        },
        [this](const std::string& kind, const api::ObjectMeta& of, const controllers::Transition& turned) {
          told.push_back(kind + "/" + of.name + " " + turned.type + " " + turned.reason);
        }});
    controllers::OperatorOptions operator_options;
    process_->haetae = std::make_unique<controllers::Operator>(*process_->ground, operator_options);
    process_->haetae->start_watches();
  }

  /// Ends the process as SIGKILL would: nothing more is sent.
  void kill() {
    if (!process_) return;
    process_->haetae->stop();
    reactor.run_until_idle();
    process_->haetae.reset();
    process_.reset();
    reactor.run_until_idle();
  }

  /// Lets `length` pass, in steps of 100 ms, working off whatever becomes due.
  void pass(milliseconds length) {
    for (milliseconds gone{0}; gone < length; gone += milliseconds(100)) {
      work_off();
      reactor.advance(milliseconds(100));
    }
    work_off();
  }

  /// Writes since the last forget_writes(), over the hub and all members.
  [[nodiscard]] std::size_t writes() const {
    std::size_t all = hub.writes();
    for (const auto& [name, server] : members) all += server->writes();
    return all;
  }
  void forget_writes() {
    hub.forget_requests();
    for (const auto& [name, server] : members) server->forget_requests();
  }

  /// What the clusters hold, without what no two runs share: uids, versions, times, who owns which field.
  [[nodiscard]] Json state() {
    Json all;
    for (const auto& resource : hub_kinds()) all["hub"][resource.kind] = masked(hub.all(resource));
    for (const auto& [name, server] : members)
      for (const auto& resource : controllers::owned_resources()) all[name][resource.kind] = masked(server->all(resource));
    return all;
  }

  /// How often each object of a member was created or deleted, by "<VERB> <cluster> <target>".
  [[nodiscard]] std::map<std::string, int> creations_and_deletions() const {
    std::map<std::string, int> counts;
    for (const auto& [name, server] : members)
      for (const auto& request : server->requests())
        if (request.writes() && (request.status == 201 || request.verb == kube::Verb::Delete))
          ++counts[(request.verb == kube::Verb::Delete ? "delete " : "create ") + name + " " + request.target];
    return counts;
  }

 private:
  std::unique_ptr<Running> process_{};
  telemetry::Log log_{telemetry::Level::Error};
  telemetry::Metrics metrics_{};

  static Json pod_template() {
    return {{"spec",
             {{"containers", Json::array({{{"name", "web"},
                                           {"image", "registry.example/web:1"},
                                           {"resources", {{"requests", {{"cpu", "250m"}, {"memory", "128Mi"}}}}}}})}}}};
  }
  static Json tier(const std::string& name, int rank, int least, int centers, const std::string& deletion) {
    return {{"apiVersion", "haetae.io/v1alpha1"},
            {"kind", "RiskTier"},
            {"metadata", {{"name", name}}},
            {"spec",
             {{"rank", rank},
              {"displayName", name},
              {"minScore", least},
              {"redundancy",
               {{"activeCenters", centers}, {"activeScale", 100}, {"standbyCenters", 0}, {"minReplicas", 1}, {"maxUnavailable", 1}}},
              {"deletion", deletion},
              {"unknownAfter", "2m"}}}};
  }
  template <class... Ts>
  void serve() {
    (hub.serve(controllers::hub_resource<Ts>()), ...);
    (hub_kinds_.push_back(controllers::hub_resource<Ts>()), ...);
  }
  [[nodiscard]] const std::vector<kube::Resource>& hub_kinds() const { return hub_kinds_; }
  std::vector<kube::Resource> hub_kinds_{};

  std::vector<std::unique_ptr<fakes::FakeApiServer>> retired_{};

  void add_cluster(const std::string& name) {
    auto& server = *(members[name] = std::make_unique<fakes::FakeApiServer>());
    for (const auto& resource : controllers::foreign_resources()) server.serve(resource);
    // Uids are counted alike in every fake; a cluster is told by the uid of kube-system.
    for (std::size_t i = 0; i < members.size() + retired_.size(); ++i)
      server.put(controllers::namespaces(), {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "before-" + std::to_string(i)}}}});
    server.remove(controllers::namespaces(), {"", "kube-system"});
    server.put(controllers::namespaces(), {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "kube-system"}}}});
    server.put(controllers::namespaces(), {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "haetae-system"}}}});
    server.put(controllers::config_maps(), {{"apiVersion", "v1"},
                                            {"kind", "ConfigMap"},
                                            {"metadata", {{"name", domain::kMemberChart}, {"namespace", "haetae-system"}}},
                                            {"data", {{"version", domain::kMemberChartVersion}}}});
    for (const auto* node : {"a", "b", "c"})
      server.put(controllers::nodes(),
                 {{"apiVersion", "v1"},
                  {"kind", "Node"},
                  {"metadata", {{"name", name + "-" + node}, {"labels", {{"topology.kubernetes.io/zone", node}}}}},
                  {"status",
                   {{"allocatable", {{"cpu", "16"}, {"memory", "64Gi"}, {"pods", "110"}}},
                    {"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})}}}});
  }

  void add_member(const std::string& name) {
    add_cluster(name);
    hub.put(controllers::hub_resource<api::Center>(),
            {{"apiVersion", "haetae.io/v1alpha1"},
             {"kind", "Center"},
             {"metadata", {{"name", name}}},
             {"spec",
              {{"displayName", name},
               {"kind", "Government"},
               {"region", name},
               {"riskGroup", name},
               {"roles", {"Active", "Standby"}},
               {"acceptsDataClasses", {"C", "S", "O"}},
               {"lifecycle", "Active"}}}});
    hub.put(controllers::hub_resource<api::MemberCluster>(),
            {{"apiVersion", "haetae.io/v1alpha1"},
             {"kind", "MemberCluster"},
             {"metadata", {{"name", name}}},
             {"spec", {{"center", name}, {"connection", {{"kubeconfigSecret", {{"name", name}, {"key", "kubeconfig"}}}}}}}});
  }

  void work_off() {
    for (int rounds = 0; rounds < 100'000; ++rounds)
      if (reactor.run_until_idle() == 0 && !(process_ && process_->haetae->step())) return;
    FAIL("the operator never comes to rest");
  }

  static void mask(Json& value) {
    for (const auto* key : {"uid", "resourceVersion", "managedFields", "creationTimestamp", "lastTransitionTime", "since",
                            "asOf", "decidedAt", "unknownSince", "generation", "observedGeneration"})
      if (value.is_object()) value.erase(key);
    for (auto& child : value) if (child.is_structured()) mask(child);
  }
  static Json masked(const std::vector<Json>& objects) {
    Json out = Json::array();
    for (auto object : objects) {
      mask(object);
      out.push_back(std::move(object));
    }
    return out;
  }
};

}  // namespace haetae::converge
