#pragma once
// TenantSystem: what an agency runs, and what Haetae decided and observed about it.

#include "api/center.hpp"
#include "api/object.hpp"
#include "api/path.hpp"
#include "api/step.hpp"

namespace haetae::api {

/// 업무영향도 0-40 + 사용자 수 0-50 + 서비스 파급도 0-10. Source: domain.md §1.
struct Assessment {
  std::int32_t impact{0};
  std::int32_t users{0};
  std::int32_t ripple{0};
  [[nodiscard]] std::int32_t score() const { return impact + users + ripple; }
  bool operator==(const Assessment&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("impact", &Assessment::impact, "Impact on the agency's duties (업무영향도).",
               {.minimum = 0, .maximum = 40, .unit = "points"});
    f.required("users", &Assessment::users, "Number of users (사용자 수).",
               {.minimum = 0, .maximum = 50, .unit = "points"});
    f.required("ripple", &Assessment::ripple, "Effect on other services (서비스 파급도).",
               {.minimum = 0, .maximum = 10, .unit = "points"});
  }
};

enum class Delivery { Deliver };
constexpr std::array<std::string_view, 1> names(Delivery) { return {"Deliver"}; }

enum class WorkloadKind { Deployment, StatefulSet };
constexpr std::array<std::string_view, 2> names(WorkloadKind) { return {"Deployment", "StatefulSet"}; }

enum class StateKind { None, Replicated };
constexpr std::array<std::string_view, 2> names(StateKind) { return {"None", "Replicated"}; }

enum class Strength { Hard, Soft };
constexpr std::array<std::string_view, 2> names(Strength) { return {"Hard", "Soft"}; }

struct ServicePort {
  std::string name{};
  std::int32_t port{80};
  std::string target_port{};         ///< empty = port
  std::string protocol{"TCP"};
  bool operator==(const ServicePort&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("name", &ServicePort::name, "Name of the port, unique in the component.",
               {.text = {.least = 1, .most = 63, .pattern = &kDnsLabel}});
    f.required("port", &ServicePort::port, "Port of the Service.", {.minimum = 1, .maximum = 65535});
    f.optional("targetPort", &ServicePort::target_port, "Port of the pods, by number or name; absent: the same.",
               {.minimum = 1, .maximum = 65535, .text = {.most = 63, .pattern = &kTargetPort}, .int_or_string = true});
    f.optional("protocol", &ServicePort::protocol, "Transport protocol.",
               {.text = {.most = 4}, .one_of = {"TCP", "UDP", "SCTP"}});
  }
};

struct ComponentService {
  std::vector<ServicePort> ports{};
  bool operator==(const ComponentService&) const = default;
  [[nodiscard]] bool ports_differ() const;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("ports", &ComponentService::ports, "Its ports.",
               {.list = ListType::Map, .keys = {"name"}, .least = 1, .most = 16});
    f.rule({"self.ports.all(p, self.ports.exists_one(q, q.port == p.port && q.protocol == p.protocol))",
            "names the same port and protocol twice", ".ports"},
           [](const ComponentService& s) { return s.ports_differ(); });
  }
};

struct Autoscaling {
  std::int32_t max_replicas{1};
  std::int32_t cpu_utilization{70};
  bool operator==(const Autoscaling&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("maxReplicas", &Autoscaling::max_replicas, "The full peak; the tier's least is the minimum.",
               {.minimum = 1, .maximum = 1000, .unit = "pods"});
    f.optional("cpuUtilization", &Autoscaling::cpu_utilization, "Use of the requested CPU that pods are scaled to.",
               {.minimum = 1, .maximum = 100, .unit = "percent"});
  }
};

struct Component {
  std::string name{};
  WorkloadKind workload{WorkloadKind::Deployment};
  std::int32_t replicas{1};
  StateKind state{StateKind::None};
  RawJson pod_template{};
  std::vector<RawJson> volume_claim_templates{};
  std::optional<ComponentService> service{};
  std::optional<Autoscaling> autoscaling{};
  bool operator==(const Component&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("name", &Component::name, "Name of the component and of what is written for it.",
               {.text = {.least = 1, .most = kLongestName, .pattern = &kComponentName}});
    f.optional("workload", &Component::workload, "The kind of workload that runs its pods.");
    f.optional("replicas", &Component::replicas,
               "Pods at full peak where there is no autoscaling; else what runs in quiet times.",
               {.minimum = 0, .maximum = 1000, .unit = "pods"});
    f.optional("state", &Component::state, "None: copies are equal and may be started anywhere. Replicated: they "
               "keep data that the component itself replicates.");
    f.required("template", &Component::pod_template, "PodTemplateSpec, kept as written. Refused in it: nodeName, "
               "priorityClassName, schedulerName, host namespaces, hostPath, privilege.");
    f.optional("volumeClaimTemplates", &Component::volume_claim_templates,
               "PersistentVolumeClaims of each pod, with StatefulSet only, kept as written.", {.most = 8});
    f.optional("service", &Component::service, "The Service in front of its pods; absent: none.");
    f.optional("autoscaling", &Component::autoscaling, "Scaling by load; absent: the number of pods is fixed.");
    f.rule({"!has(self.autoscaling) || self.autoscaling.maxReplicas >= self.replicas", "is below replicas",
            ".autoscaling.maxReplicas"},
           [](const Component& c) { return !c.autoscaling || c.autoscaling->max_replicas >= c.replicas; });
    f.rule({"!has(self.volumeClaimTemplates) || size(self.volumeClaimTemplates) == 0 || "
            "self.workload == 'StatefulSet'", "needs workload StatefulSet", ".volumeClaimTemplates"},
           [](const Component& c) {
             return c.volume_claim_templates.empty() || c.workload == WorkloadKind::StatefulSet;
           });
  }
};

/// Which copies a CronJob runs in.
enum class RunsIn { Writer, EveryCopy };
constexpr std::array<std::string_view, 2> names(RunsIn) { return {"Writer", "EveryCopy"}; }

/// Another object that the system needs. What it may be and say is tenant_manifest.hpp's.
struct TenantManifest {
  std::optional<RunsIn> runs_in{};   ///< of a CronJob alone; absent = Writer
  RawJson object{};
  bool operator==(const TenantManifest&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.optional("runsIn", &TenantManifest::runs_in, "Of a CronJob alone. Writer: in one copy, the first that serves; "
               "EveryCopy: in each that runs pods. Absent: Writer.");
    f.required("object", &TenantManifest::object, "ConfigMap, ServiceAccount, PersistentVolumeClaim, Ingress, "
               "HTTPRoute, NetworkPolicy or CronJob, kept as written. Its namespace is the system's own; refused in it: "
               "other namespaces, Secrets of a ServiceAccount, volumes by name, and in pod templates what `template` refuses.");
  }
};

struct PlacementWishes {
  std::vector<std::string> allow_centers{};
  std::vector<std::string> deny_centers{};
  std::vector<std::string> prefer_centers{};
  bool operator==(const PlacementWishes&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    constexpr Traits kCenters{.text = {.least = 1, .most = kLongestName, .pattern = &kDnsLabel},
                              .list = ListType::Set,
                              .most = 16};
    f.optional("allowCenters", &PlacementWishes::allow_centers, "The only centers it may run in; absent: any.",
               kCenters);
    f.optional("denyCenters", &PlacementWishes::deny_centers, "Centers that it may not run in.", kCenters);
    f.optional("preferCenters", &PlacementWishes::prefer_centers, "Centers that it runs in where there is a choice.",
               kCenters);
  }
};

struct Dependency {
  std::string system{};
  Strength strength{Strength::Hard};
  bool operator==(const Dependency&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("system", &Dependency::system, "The system it needs: agency/name, or a name of the same agency.",
               {.text = {.least = 1, .most = 2 * kLongestName + 1, .pattern = &kSystemReference}});
    f.optional("strength", &Dependency::strength,
               "Hard: it is down when that system is down, which is raised to its tier. Soft: it runs on.");
  }
};

struct Continuity {
  std::string substitute{};
  std::string notice{};
  bool operator==(const Continuity&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.optional("substitute", &Continuity::substitute, "What citizens can do instead while it is down.",
               {.text = {.most = 500}});
    f.optional("notice", &Continuity::notice, "What they are told while it is down.", {.text = {.most = 2000}});
  }
};

/// Whether a namespace is the cluster's, Haetae's, or one that Haetae makes for systems.
[[nodiscard]] bool is_reserved_namespace(std::string_view name);

struct TenantSystemSpec {
  std::string display_name{};
  Assessment assessment{};
  std::string tier{};
  DataClass data_class{DataClass::S};
  bool citizen_facing{false};
  Delivery delivery{Delivery::Deliver};
  bool paused{false};
  std::string member_namespace{};    ///< "" = ts-<agency>-<system>
  std::vector<Component> components{};
  std::vector<TenantManifest> manifests{};
  PlacementWishes placement{};
  std::vector<Dependency> depends_on{};
  std::optional<Continuity> continuity{};
  std::string requested_by{};
  bool operator==(const TenantSystemSpec&) const = default;

  static const KindInfo& about();
  /// Faults that the spec has for its own name: a system that needs itself.
  [[nodiscard]] std::vector<Fault> object_faults(const ObjectMeta& metadata) const;

  template <class Fields>
  static void fields(Fields& f) {
    f.optional("displayName", &TenantSystemSpec::display_name, "Name for people.", {.text = {.most = 80}});
    f.required("assessment", &TenantSystemSpec::assessment, "Assessed risk; the sum of points picks the tier.");
    f.optional("tier", &TenantSystemSpec::tier, "RiskTier to raise the system to; never lowers the assessed one.",
               {.text = {.most = kLongestName, .pattern = &kDnsLabel}});
    f.required("dataClass", &TenantSystemSpec::data_class,
               "The most confidential class of its data (N2SF): C confidential, S sensitive, O open.");
    f.optional("citizenFacing", &TenantSystemSpec::citizen_facing, "Whether citizens use it.");
    f.optional("delivery", &TenantSystemSpec::delivery, "Deliver: Haetae writes the workloads.");
    f.optional("paused", &TenantSystemSpec::paused, "True: nothing is written for this system for now.");
    f.required("components", &TenantSystemSpec::components, "The workloads that make up the system.",
               {.list = ListType::Map, .keys = {"name"}, .least = 1, .most = 32});
    f.optional("manifests", &TenantSystemSpec::manifests, "Other objects that the system needs, in every copy.",
               {.most = 64});
    f.optional("memberNamespace", &TenantSystemSpec::member_namespace,
               "The namespace in member clusters, one that is there already and that the cluster's administrator has "
               "annotated haetae.io/adopt: <agency>/<system>; absent: ts-<agency>-<system>, made by Haetae.",
               {.text = {.least = 1, .most = 63, .pattern = &kDnsLabel}, .immutable = true});
    f.optional("placement", &TenantSystemSpec::placement, "Wishes for the choice of centers.");
    f.optional("dependsOn", &TenantSystemSpec::depends_on, "Systems that it needs.",
               {.list = ListType::Map, .keys = {"system"}, .most = 32});
    f.optional("continuity", &TenantSystemSpec::continuity, "What happens for citizens while it is down.");
    requester_field<TenantSystemSpec>(f);
    f.rule({"!has(self.memberNamespace) || !(self.memberNamespace in ['default', 'kube', 'haetae', 'openshift'] || "
            "self.memberNamespace.startsWith('kube-') || self.memberNamespace.startsWith('haetae-') || "
            "self.memberNamespace.startsWith('openshift-') || self.memberNamespace.startsWith('ts-'))",
            "is not for tenants to name", ".memberNamespace"},
           [](const TenantSystemSpec& s) { return !is_reserved_namespace(s.member_namespace); });
  }
};

struct TierStatus {
  std::string assessed{};
  std::string effective{};
  std::vector<std::string> because{};
  bool operator==(const TierStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.optional("assessed", &TierStatus::assessed, "The tier by score alone.", {.text = {.most = kLongestName}});
    f.optional("effective", &TierStatus::effective,
               "The tier that holds: the highest own tier of it and of all that need it, directly or not.",
               {.text = {.most = kLongestName}});
    f.optional("because", &TierStatus::because,
               "A shortest path of the systems that raise it, from the one that needs it; absent: not raised.",
               {.text = {.most = 2 * kLongestName + 1}, .most = 32});
  }
};

/// One copy as decided.
struct PlacedCopy {
  std::string center{};
  std::string cluster{};
  Role role{Role::Active};
  std::int32_t replicas{0};
  std::string reason{};
  bool operator==(const PlacedCopy&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("center", &PlacedCopy::center, "The Center.", {.text = {.most = kLongestName}});
    f.required("cluster", &PlacedCopy::cluster, "The MemberCluster.", {.text = {.most = kLongestName}});
    f.required("role", &PlacedCopy::role, "Active serves, Standby waits.");
    f.required("replicas", &PlacedCopy::replicas, "Pods of all components there.", {.minimum = 0, .unit = "pods"});
    f.optional("reason", &PlacedCopy::reason, "Why there.", {.text = {.most = 512}});
  }
};

struct Rejection {
  std::string reason{};
  std::int32_t count{0};
  std::string example{};
  bool operator==(const Rejection&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("reason", &Rejection::reason, "The constraint that says no.", {.text = {.most = 256}});
    f.required("count", &Rejection::count, "Clusters that it rejects.", {.minimum = 0, .unit = "clusters"});
    f.optional("example", &Rejection::example, "One of them, with numbers.", {.text = {.most = 512}});
  }
};

struct PlacementStatus {
  std::optional<Timestamp> decided_at{};
  std::vector<PlacedCopy> centers{};
  std::string where{};               ///< where_text(centers)
  std::vector<Rejection> rejected{};
  bool operator==(const PlacementStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.optional("decidedAt", &PlacementStatus::decided_at, "When the places last changed.");
    f.optional("centers", &PlacementStatus::centers, "The copies as decided.", {.most = 32});
    f.optional("where", &PlacementStatus::where, "The centers in one line: active ones, then standbys in parentheses.",
               {.text = {.most = 512}});
    f.optional("rejected", &PlacementStatus::rejected, "Why other clusters were not chosen.", {.most = 8});
  }
};

/// One copy as observed. While it is Unknown the numbers are the last known and `unknown_since` is set.
struct ObservedCopy {
  std::string cluster{};
  Role role{Role::Active};
  std::int32_t desired{0};
  std::int32_t ready{0};
  std::int32_t domains{0};
  std::optional<Timestamp> as_of{};
  std::optional<Timestamp> unknown_since{};
  bool operator==(const ObservedCopy&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("cluster", &ObservedCopy::cluster, "The MemberCluster.", {.text = {.most = kLongestName}});
    f.required("role", &ObservedCopy::role, "The role of the copy there.");
    f.required("desired", &ObservedCopy::desired, "Pods stated there.", {.minimum = 0, .unit = "pods"});
    f.required("ready", &ObservedCopy::ready, "Pods seen Ready.", {.minimum = 0, .unit = "pods"});
    f.required("domains", &ObservedCopy::domains,
               "Rooms that hold a Ready pod, or hosts where the nodes name no room.", {.minimum = 0});
    f.optional("asOf", &ObservedCopy::as_of, "When one of these numbers changed last.");
    f.optional("unknownSince", &ObservedCopy::unknown_since,
               "Since when the cluster gives no answer; the numbers are the last known.");
  }
};

struct HandoffSummary {
  std::string provider{};
  std::string stage{};
  std::string acts_now{};
  bool operator==(const HandoffSummary&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("provider", &HandoffSummary::provider, "The ServiceProvider.", {.text = {.most = kLongestName}});
    f.required("stage", &HandoffSummary::stage, "The stage that holds now.", {.text = {.most = 63}});
    f.optional("actsNow", &HandoffSummary::acts_now, "Who operates the system at this stage.", {.text = {.most = 63}});
  }
};

struct TenantSystemStatus {
  std::int64_t observed_generation{0};
  TierStatus tier{};
  PlacementStatus placement{};
  std::vector<ObservedCopy> redundancy{};
  std::optional<HandoffSummary> handoff{};
  std::optional<DataClass> data_class{};
  std::vector<Step> steps{};
  std::vector<PastStep> history{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const TenantSystemStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    observed_generation_field<TenantSystemStatus>(f);
    f.optional("tier", &TenantSystemStatus::tier, "The tier that holds, and why.");
    f.optional("placement", &TenantSystemStatus::placement, "Where it runs, as decided.");
    f.optional("redundancy", &TenantSystemStatus::redundancy, "Its copies, as observed.", {.most = 32});
    f.optional("handoff", &TenantSystemStatus::handoff, "The provider it is handed to.");
    f.optional("dataClass", &TenantSystemStatus::data_class,
               "The class that holds: the last one until a lower one is approved.");
    step_fields<TenantSystemStatus>(f);
    verdict_fields<TenantSystemStatus>(f);
  }
};

/// The copies in one line, as `kubectl get ts` shows them: "daejeon,gwangju,(daegu)".
[[nodiscard]] std::string where_text(const std::vector<PlacedCopy>& copies);

using TenantSystem = Object<TenantSystemSpec, TenantSystemStatus>;

}  // namespace haetae::api
