#pragma once
// ServiceProvider: a managed service provider (MSP) that systems are handed to.

#include "api/object.hpp"

namespace haetae::api {

struct Contract {
  std::string id{};
  std::optional<Timestamp> valid_until{};
  bool operator==(const Contract&) const = default;
};

struct Contact {
  std::string role{};
  std::string channel{};
  bool operator==(const Contact&) const = default;
};

struct ServiceProviderSpec {
  std::string display_name{};
  std::vector<std::string> groups{};   ///< RBAC groups of its people
  Contract contract{};
  std::vector<Contact> contacts{};
  std::int32_t highest_tier_rank{1};   ///< the best tier rank that it may be handed
  bool operator==(const ServiceProviderSpec&) const = default;
};

struct StageCount {
  std::string stage{};
  std::string tier{};
  std::int32_t systems{0};
  bool operator==(const StageCount&) const = default;
};

struct ServiceProviderStatus {
  std::int64_t observed_generation{0};
  std::vector<StageCount> systems{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const ServiceProviderStatus&) const = default;
};

using ServiceProvider = Object<ServiceProviderSpec, ServiceProviderStatus>;

}  // namespace haetae::api
