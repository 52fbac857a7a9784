#pragma once
// Center: a data center and what may run there.

#include "api/object.hpp"

namespace haetae::api {

enum class CenterKind { Government, PublicPrivate, Private };
constexpr std::array<std::string_view, 3> names(CenterKind) { return {"Government", "PublicPrivate", "Private"}; }

enum class Role { Active, Standby };
constexpr std::array<std::string_view, 2> names(Role) { return {"Active", "Standby"}; }

enum class DataClass { C, S, O };  ///< N2SF; C is the most confidential
constexpr std::array<std::string_view, 3> names(DataClass) { return {"C", "S", "O"}; }

enum class Lifecycle { Active, Closing, Draining, Lost, Closed };
constexpr std::array<std::string_view, 5> names(Lifecycle) {
  return {"Active", "Closing", "Draining", "Lost", "Closed"};
}

struct Assurance {
  std::string scheme{};
  std::string issuer{};
  std::string level{};
  std::optional<Timestamp> valid_until{};
  bool operator==(const Assurance&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("scheme", &Assurance::scheme, "Which assurance, such as CSAP.", {.text = {.least = 1, .most = 63}});
    f.optional("issuer", &Assurance::issuer, "Who granted it.", {.text = {.most = 80}});
    f.optional("level", &Assurance::level, "Level or grade of the scheme.", {.text = {.most = 63}});
    f.optional("validUntil", &Assurance::valid_until, "When it ends.");
  }
};

struct CenterSpec {
  std::string display_name{};
  CenterKind kind{CenterKind::Government};
  std::string region{};
  std::string risk_group{};  ///< empty = the center's own name
  std::vector<Role> roles{Role::Active, Role::Standby};
  std::vector<DataClass> accepts_data_classes{};
  Lifecycle lifecycle{Lifecycle::Active};
  std::string close_by{};
  std::vector<Assurance> assurances{};
  bool operator==(const CenterSpec&) const = default;

  static const KindInfo& about();
  template <class Fields>
  static void fields(Fields& f) {
    f.optional("displayName", &CenterSpec::display_name, "Name for people.", {.text = {.most = 80}});
    f.required("kind", &CenterSpec::kind,
               "Who runs it: the Government itself, a PublicPrivate center, or a Private cloud.");
    f.required("region", &CenterSpec::region, "Where it stands.", {.text = {.least = 1, .most = 63}});
    f.optional("riskGroup", &CenterSpec::risk_group,
               "Centers of one group share a regional risk and count as one; absent: the center alone.",
               {.text = {.most = kLongestName, .pattern = &kDnsLabel}});
    f.optional("roles", &CenterSpec::roles, "Roles that a copy may have there.",
               {.list = ListType::Set, .least = 1, .most = 2});
    f.required("acceptsDataClasses", &CenterSpec::accepts_data_classes,
               "Data classes (N2SF) that may be kept there: C confidential, S sensitive, O open.",
               {.list = ListType::Set, .least = 1, .most = 3});
    f.optional("lifecycle", &CenterSpec::lifecycle,
               "Closing takes no newcomers, Draining empties in order, Lost is declared by a person, Closed holds "
               "nothing.");
    f.optional("closeBy", &CenterSpec::close_by, "The day it closes, with Closing.",
               {.text = {.most = 10, .pattern = &kDate}});
    f.optional("assurances", &CenterSpec::assurances, "Assurances that were granted to it.",
               {.list = ListType::Map, .keys = {"scheme"}, .most = 16});
    f.rule({"self.lifecycle != 'Closing' || has(self.closeBy)", "is needed while lifecycle is Closing", ".closeBy"},
           [](const CenterSpec& c) { return c.lifecycle != Lifecycle::Closing || !c.close_by.empty(); });
  }
};

/// Systems of one effective tier that have a copy in the center, by the state of that copy.
struct TierStanding {
  std::string tier{};
  std::int32_t serving{0};
  std::int32_t degraded{0};
  std::int32_t down{0};
  std::int32_t unknown{0};
  bool operator==(const TierStanding&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("tier", &TierStanding::tier, "The effective tier.", {.text = {.most = kLongestName}});
    f.required("serving", &TierStanding::serving, "Copies that are all there.", {.minimum = 0});
    f.required("degraded", &TierStanding::degraded, "Copies that serve with fewer pods than stated.", {.minimum = 0});
    f.required("down", &TierStanding::down, "Copies without a Ready pod.", {.minimum = 0});
    f.required("unknown", &TierStanding::unknown, "Copies that cannot be observed.", {.minimum = 0});
  }
};

struct CenterStatus {
  std::int64_t observed_generation{0};
  std::int32_t systems{0};
  std::int32_t clusters{0};
  std::optional<std::int32_t> days_to_close{};
  struct Now {
    std::vector<TierStanding> by_tier{};
    bool operator==(const Now&) const = default;

    template <class Fields>
    static void fields(Fields& f) {
      f.optional("byTier", &Now::by_tier, "One entry a tier.", {.most = 100});
    }
  } now{};
  std::map<std::string, std::string> capacity{};
  std::map<std::string, std::string> allocated{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const CenterStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    observed_generation_field<CenterStatus>(f);
    f.optional("systems", &CenterStatus::systems, "Systems that have a copy here.", {.minimum = 0});
    f.optional("clusters", &CenterStatus::clusters, "MemberClusters of this center.", {.minimum = 0});
    f.optional("daysToClose", &CenterStatus::days_to_close, "Days left until closeBy, below 0 once it has passed.",
               {.unit = "days"});
    f.optional("now", &CenterStatus::now, "How the systems that run here are.");
    f.optional("capacity", &CenterStatus::capacity, "Allocatable room of its reachable clusters.", kResourceList);
    f.optional("allocated", &CenterStatus::allocated, "Requests of all pods on them.", kResourceList);
    verdict_fields<CenterStatus>(f);
  }
};

using Center = Object<CenterSpec, CenterStatus>;

}  // namespace haetae::api
