#pragma once
// TenantSystem: what an agency runs, and what Haetae decided and observed about it.

#include "api/center.hpp"
#include "api/object.hpp"

namespace haetae::api {

/// 업무영향도 0-40 + 사용자 수 0-50 + 서비스 파급도 0-10. Source: domain.md §1.
struct Assessment {
  std::int32_t impact{0};
  std::int32_t users{0};
  std::int32_t ripple{0};
  [[nodiscard]] std::int32_t score() const { return impact + users + ripple; }
  bool operator==(const Assessment&) const = default;
};

enum class Delivery { Deliver };
enum class WorkloadKind { Deployment, StatefulSet };
enum class StateKind { None, Replicated };
enum class Strength { Hard, Soft };

struct ServicePort {
  std::string name{};
  std::int32_t port{80};
  std::string target_port{};         ///< int-or-string on the wire; empty = port
  std::string protocol{"TCP"};
  bool operator==(const ServicePort&) const = default;
};

struct ComponentService {
  std::vector<ServicePort> ports{};
  bool operator==(const ComponentService&) const = default;
};

struct Autoscaling {
  std::int32_t max_replicas{1};
  std::int32_t cpu_utilization{70};  ///< percent of the request
  bool operator==(const Autoscaling&) const = default;
};

struct Component {
  std::string name{};
  WorkloadKind workload{WorkloadKind::Deployment};
  std::int32_t replicas{1};          ///< the peak without autoscaling; else what runs in quiet times
  StateKind state{StateKind::None};
  RawJson pod_template{};            ///< `template`: PodTemplateSpec as written
  std::vector<RawJson> volume_claim_templates{};
  std::optional<ComponentService> service{};
  std::optional<Autoscaling> autoscaling{};
  bool operator==(const Component&) const = default;
};

struct PlacementWishes {
  std::vector<std::string> allow_centers{};
  std::vector<std::string> deny_centers{};
  std::vector<std::string> prefer_centers{};
  bool operator==(const PlacementWishes&) const = default;
};

struct Dependency {
  std::string system{};              ///< agency/name, or a name of the same agency
  Strength strength{Strength::Hard};
  bool operator==(const Dependency&) const = default;
};

struct Continuity {
  std::string substitute{};
  std::string notice{};
  bool operator==(const Continuity&) const = default;
};

struct TenantSystemSpec {
  std::string display_name{};
  Assessment assessment{};
  std::string tier{};                ///< may raise the assessed tier, not lower it
  DataClass data_class{DataClass::S};
  bool citizen_facing{false};
  Delivery delivery{Delivery::Deliver};
  bool paused{false};
  std::vector<Component> components{};
  PlacementWishes placement{};
  std::vector<Dependency> depends_on{};
  std::optional<Continuity> continuity{};
  bool operator==(const TenantSystemSpec&) const = default;
};

struct TierStatus {
  std::string assessed{};            ///< by score alone
  std::string effective{};           ///< the best own tier over itself and its transitive Hard dependents
  std::vector<std::string> because{};///< a shortest path of dependents, empty if not raised
  bool operator==(const TierStatus&) const = default;
};

/// One copy as decided.
struct PlacedCopy {
  std::string center{};
  std::string cluster{};
  Role role{Role::Active};
  std::int32_t replicas{0};          ///< pods of all components there
  std::string reason{};
  bool operator==(const PlacedCopy&) const = default;
};

struct Rejection {
  std::string reason{};
  std::int32_t count{0};
  std::string example{};
  bool operator==(const Rejection&) const = default;
};

struct PlacementStatus {
  std::optional<Timestamp> decided_at{};
  std::vector<PlacedCopy> centers{};
  std::vector<Rejection> rejected{};
  bool operator==(const PlacementStatus&) const = default;
};

/// One copy as observed. While it is Unknown the numbers are the last known and `unknown_since` is set.
struct ObservedCopy {
  std::string cluster{};
  Role role{Role::Active};
  std::int32_t desired{0};
  std::int32_t ready{0};
  std::int32_t domains{0};           ///< distinct rooms that hold a Ready pod, hosts where nodes name no room
  std::optional<Timestamp> as_of{};
  std::optional<Timestamp> unknown_since{};
  bool operator==(const ObservedCopy&) const = default;
};

struct HandoffSummary {
  std::string provider{};
  std::string stage{};
  std::string acts_now{};
  bool operator==(const HandoffSummary&) const = default;
};

struct TenantSystemStatus {
  std::int64_t observed_generation{0};
  TierStatus tier{};
  PlacementStatus placement{};
  std::vector<ObservedCopy> redundancy{};
  std::optional<HandoffSummary> handoff{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const TenantSystemStatus&) const = default;
};

using TenantSystem = Object<TenantSystemSpec, TenantSystemStatus>;

}  // namespace haetae::api
