#pragma once
// One case folder: world.yaml (manifests as for `haetae plan`), want.yaml (what must be found and decided).
//
// want.yaml
//   with: [../../shipped-tiers.yaml]   more manifests, relative to the folder
//   now: 2026-09-26T03:20:00Z          the time; absent: none, as offline
//   unreadable: [TenantSystem mois/c]  objects of the hub that cannot be read; absent: none, as in files
//   findings:                          every finding of the whole world, in the order of the rulebook
//   - {object: TenantSystem/mois/a, rule: NotPlaced, path: …}
//   kept:                              objects that a rule could have met, and did not
//   - {object: TenantSystem/mois/b, rule: NotPlaced}
//   status:                            parts of what would be written, by object; conditions as {Ready: "True Ready"}
//     TenantSystem/mois/a: {tier: {effective: tier-1}}
//
// UPDATE_CASES=1 writes findings and the stated parts of status anew. A want that lists nothing cannot pass.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace haetae::cases {

struct Case {
  std::string folder{};       ///< absolute
  std::string name{};         ///< below tests/cases: "tiering/dependency-cycle"
  nlohmann::ordered_json want{};
  std::string comment{};      ///< the leading comment lines of want.yaml
};

/// Every folder below tests/cases that holds a world.yaml, by name. Errors: throws std::runtime_error, with the file.
[[nodiscard]] std::vector<Case> all_cases();

/// What the domain finds and decides, in the shape of a want. Status parts are those that `want` names.
/// Errors: throws std::runtime_error where the manifests have faults.
[[nodiscard]] nlohmann::ordered_json outcome(const Case& it);

/// Why the want does not hold; empty where it does.
[[nodiscard]] std::vector<std::string> differences(const Case& it, const nlohmann::ordered_json& got);

/// Writes want.yaml anew: its comment, `with`, `now`, `unreadable` and `kept` as they are, findings and status from `got`.
void rewrite(const Case& it, const nlohmann::ordered_json& got);

}  // namespace haetae::cases
