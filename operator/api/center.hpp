#pragma once
// Center: a data center and what may run there.

#include "api/object.hpp"

namespace haetae::api {

enum class CenterKind { Government, PublicPrivate, Private };
enum class Role { Active, Standby };
enum class DataClass { C, S, O };  ///< N2SF; C is the most confidential
enum class Lifecycle { Active, Closing, Draining, Lost, Closed };

struct Assurance {
  std::string scheme{};
  std::string issuer{};
  std::string level{};
  std::optional<Timestamp> valid_until{};
  bool operator==(const Assurance&) const = default;
};

struct CenterSpec {
  std::string display_name{};
  CenterKind kind{CenterKind::Government};
  std::string region{};
  std::string risk_group{};          ///< centers that share one count as one; empty = the center's own name
  std::vector<Role> roles{Role::Active, Role::Standby};
  std::vector<DataClass> accepts_data_classes{};
  Lifecycle lifecycle{Lifecycle::Active};
  std::string close_by{};            ///< date, YYYY-MM-DD, with Closing
  std::vector<Assurance> assurances{};
  bool operator==(const CenterSpec&) const = default;
};

/// Systems whose effective tier is `tier` and that have a copy in the center, by the state of that copy.
struct TierStanding {
  std::string tier{};
  std::int32_t serving{0};
  std::int32_t degraded{0};
  std::int32_t down{0};
  std::int32_t unknown{0};
  bool operator==(const TierStanding&) const = default;
};

struct CenterStatus {
  std::int64_t observed_generation{0};
  std::int32_t systems{0};
  std::int32_t clusters{0};
  std::optional<std::int32_t> days_to_close{};
  struct Now {
    std::vector<TierStanding> by_tier{};
    bool operator==(const Now&) const = default;
  } now{};
  std::map<std::string, std::string> capacity{};   ///< sum of its reachable clusters, quantities as text
  std::map<std::string, std::string> allocated{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const CenterStatus&) const = default;
};

using Center = Object<CenterSpec, CenterStatus>;

}  // namespace haetae::api
