#pragma once
// RiskTier: what a risk tier demands. Four are shipped by the chart (domain.md §12), all numbers editable.

#include "api/step.hpp"

namespace haetae::api {

enum class SpreadDomain { Host, Room };
constexpr std::array<std::string_view, 2> names(SpreadDomain) { return {"Host", "Room"}; }

enum class DeletionPolicy { Approved, Immediate };
constexpr std::array<std::string_view, 2> names(DeletionPolicy) { return {"Approved", "Immediate"}; }

enum class AdmissionPolicy { Approved, Immediate };
constexpr std::array<std::string_view, 2> names(AdmissionPolicy) { return {"Approved", "Immediate"}; }

/// How the pods of one copy are spread inside a center.
struct Spread {
  SpreadDomain domain{SpreadDomain::Host};
  std::int32_t max_skew{1};
  bool required{true};
  bool operator==(const Spread&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("domain", &Spread::domain,
               "What pods are spread over: Host is a node, Room the node label topology.kubernetes.io/zone.");
    f.optional("maxSkew", &Spread::max_skew, "How many more pods one domain may hold than another.",
               {.minimum = 1, .maximum = 100, .unit = "pods"});
    f.optional("required", &Spread::required, "Whether a pod waits rather than breaks the spread.");
  }
};

struct Redundancy {
  std::int32_t active_centers{1};
  std::int32_t active_scale{100};
  std::int32_t standby_centers{0};
  std::int32_t standby_scale{0};
  std::int32_t min_replicas{1};
  std::optional<std::int32_t> max_unavailable{};
  std::vector<Spread> spread{};
  bool distinct_risk_groups{false};
  bool survives_center_loss{false};
  bool operator==(const Redundancy&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("activeCenters", &Redundancy::active_centers, "Centers that serve.",
               {.minimum = 1, .maximum = 16, .unit = "centers"});
    f.optional("activeScale", &Redundancy::active_scale, "Share of the peak that each active copy must carry alone.",
               {.minimum = 1, .maximum = 100, .unit = "percent"});
    f.optional("standbyCenters", &Redundancy::standby_centers, "Centers that hold a standby copy.",
               {.minimum = 0, .maximum = 16, .unit = "centers"});
    f.optional("standbyScale", &Redundancy::standby_scale,
               "Share of the peak kept running in standby; at 0 nothing runs there and its room is proven, not held.",
               {.minimum = 0, .maximum = 100, .unit = "percent"});
    f.optional("minReplicas", &Redundancy::min_replicas, "Least pods of each component in an active copy.",
               {.minimum = 1, .maximum = 1000, .unit = "pods"});
    f.optional("maxUnavailable", &Redundancy::max_unavailable,
               "Pods of a component that may be evicted at once in a copy (PodDisruptionBudget); absent: no budget.",
               {.minimum = 1, .maximum = 1000, .unit = "pods"});
    f.optional("spread", &Redundancy::spread, "How the pods of a copy are spread inside its center.",
               {.list = ListType::Map, .keys = {"domain"}, .most = 2});
    f.optional("distinctRiskGroups", &Redundancy::distinct_risk_groups,
               "Whether copies go to centers of different riskGroup only.");
    f.optional("survivesCenterLoss", &Redundancy::survives_center_loss,
               "Whether a system must serve at full scale after the loss of any one center.");
    f.rule({"!self.survivesCenterLoss || self.activeCenters + self.standbyCenters >= 2",
            "needs at least two centers, active or standby", ".survivesCenterLoss"},
           [](const Redundancy& r) { return !r.survives_center_loss || r.active_centers + r.standby_centers >= 2; });
  }
};

struct RiskTierSpec {
  std::int32_t rank{1};
  std::string display_name{};
  std::int32_t min_score{0};
  Redundancy redundancy{};
  std::string priority_class{};
  AdmissionPolicy admission{AdmissionPolicy::Immediate};
  DeletionPolicy deletion{DeletionPolicy::Approved};
  std::chrono::milliseconds unknown_after{std::chrono::minutes(2)};
  bool operator==(const RiskTierSpec&) const = default;

  static const KindInfo& about();
  template <class Fields>
  static void fields(Fields& f) {
    f.required("rank", &RiskTierSpec::rank, "Place in the order of tiers, 1 is the highest; unique in the fleet.",
               {.minimum = 1, .maximum = 100, .immutable = true});
    f.optional("displayName", &RiskTierSpec::display_name, "Name for people.", {.text = {.most = 80}});
    f.required("minScore", &RiskTierSpec::min_score, "Least assessed score of a system of this tier.",
               {.minimum = 0, .maximum = 100, .unit = "points"});
    f.required("redundancy", &RiskTierSpec::redundancy, "Copies, pods and spread that the tier demands.");
    f.optional("priorityClass", &RiskTierSpec::priority_class,
               "PriorityClass of its pods, shipped by the member chart; absent: the cluster's default.",
               {.text = {.most = 63, .pattern = &kResourceName}});
    f.optional("admission", &RiskTierSpec::admission,
               "Immediate: a system enters and leaves the tier as its score and its dependents say. Approved: either "
               "waits for an approval; until then it has the tier that it last held, a new one the highest Immediate one.");
    f.optional("deletion", &RiskTierSpec::deletion,
               "Immediate: a deleted system is removed at once. Approved: its removal waits for an approval.");
    f.optional("unknownAfter", &RiskTierSpec::unknown_after,
               "How long an observation may be Unknown before that is a finding.", {.minimum = 5, .maximum = 86400});
  }
};

struct RiskTierStatus {
  std::int64_t observed_generation{0};
  std::int32_t systems{0};
  std::vector<Step> steps{};
  std::vector<PastStep> history{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const RiskTierStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    observed_generation_field<RiskTierStatus>(f);
    f.optional("systems", &RiskTierStatus::systems, "Systems whose effective tier this is.", {.minimum = 0});
    step_fields<RiskTierStatus>(f);
    verdict_fields<RiskTierStatus>(f);
  }
};

using RiskTier = Object<RiskTierSpec, RiskTierStatus>;

}  // namespace haetae::api
