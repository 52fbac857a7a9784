#pragma once
// ServiceProvider: a managed service provider (MSP) that systems are handed to.

#include <algorithm>

#include "api/object.hpp"

namespace haetae::api {

struct Contract {
  std::string id{};
  std::optional<Timestamp> valid_until{};
  bool operator==(const Contract&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("id", &Contract::id, "Number of the contract.", {.text = {.least = 1, .most = 80}});
    f.optional("validUntil", &Contract::valid_until, "When it ends.");
  }
};

struct Contact {
  std::string role{};
  std::string channel{};
  bool operator==(const Contact&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("role", &Contact::role, "What they are called for, such as on-call.",
               {.text = {.least = 1, .most = 63}});
    f.required("channel", &Contact::channel, "How they are reached.", {.text = {.least = 1, .most = 253}});
  }
};

struct ServiceProviderSpec {
  std::string display_name{};
  std::vector<std::string> groups{};
  Contract contract{};
  std::vector<Contact> contacts{};
  std::int32_t highest_tier_rank{1};
  bool operator==(const ServiceProviderSpec&) const = default;

  static const KindInfo& about();
  template <class Fields>
  static void fields(Fields& f) {
    f.optional("displayName", &ServiceProviderSpec::display_name, "Name for people.", {.text = {.most = 80}});
    f.optional("groups", &ServiceProviderSpec::groups, "RBAC groups of its people, never one of Kubernetes' own.",
               {.text = {.least = 1, .most = 253}, .list = ListType::Set, .most = 16});
    f.optional("contract", &ServiceProviderSpec::contract, "The contract that it works under.");
    f.optional("contacts", &ServiceProviderSpec::contacts, "Whom to call.", {.most = 16});
    f.optional("highestTierRank", &ServiceProviderSpec::highest_tier_rank,
               "Rank of the highest tier that it may be handed; 1 is the highest of all.",
               {.minimum = 1, .maximum = 100});
    f.rule({"!has(self.groups) || self.groups.all(g, !g.startsWith('system:'))", "may not name a group of Kubernetes",
            ".groups"},
           [](const ServiceProviderSpec& p) {
             return std::none_of(p.groups.begin(), p.groups.end(),
                                 [](const auto& group) { return group.starts_with("system:"); });
           });
  }
};

struct StageCount {
  std::string stage{};
  std::string tier{};
  std::int32_t systems{0};
  bool operator==(const StageCount&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    f.required("stage", &StageCount::stage, "Stage of the handoff.", {.text = {.most = 63}});
    f.required("tier", &StageCount::tier, "Effective tier of the systems.", {.text = {.most = kLongestName}});
    f.required("systems", &StageCount::systems, "How many.", {.minimum = 0});
  }
};

struct ServiceProviderStatus {
  std::int64_t observed_generation{0};
  std::vector<StageCount> systems{};
  std::vector<Finding> findings{};
  std::vector<Condition> conditions{};
  bool operator==(const ServiceProviderStatus&) const = default;

  template <class Fields>
  static void fields(Fields& f) {
    observed_generation_field<ServiceProviderStatus>(f);
    f.optional("systems", &ServiceProviderStatus::systems, "Systems handed to it, by stage and tier.", {.most = 100});
    verdict_fields<ServiceProviderStatus>(f);
  }
};

using ServiceProvider = Object<ServiceProviderSpec, ServiceProviderStatus>;

}  // namespace haetae::api
