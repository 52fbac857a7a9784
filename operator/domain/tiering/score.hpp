#pragma once
// The tier that a system has by itself: by its assessed score, and by what its spec asks for.

#include <string>
#include <vector>

#include "domain/world.hpp"

namespace haetae::tiering {

/// All risk tiers, best first. Where two claim the same rank or the same lowest score, the older one wins (then a
/// hash of the name): a tier that is added by mistake changes nothing that runs, and the rulebook reports it.
class Ladder {
 public:
  Ladder() = default;
  explicit Ladder(std::vector<domain::Ref<api::RiskTier>> tiers);

  [[nodiscard]] const std::vector<domain::Ref<api::RiskTier>>& best_first() const { return tiers_; }
  /// Null where no tier has this name.
  [[nodiscard]] domain::Ref<api::RiskTier> named(const std::string& name) const;
  /// The tier with the highest minScore that `score` reaches; null where it reaches none.
  [[nodiscard]] domain::Ref<api::RiskTier> reached_by(std::int32_t score) const;
  /// 0 = best. Requires: `tier` came from this ladder.
  [[nodiscard]] std::size_t position(const api::RiskTier& tier) const;
  /// Other tiers that claim the rank of `tier`, by name.
  [[nodiscard]] std::vector<std::string> sharing_rank(const api::RiskTier& tier) const;
  /// Other tiers that claim the lowest score of `tier`, by name.
  [[nodiscard]] std::vector<std::string> sharing_score(const api::RiskTier& tier) const;

 private:
  std::vector<domain::Ref<api::RiskTier>> tiers_;
};

/// A system's tier before anybody depends on it.
struct OwnTier {
  domain::Ref<api::RiskTier> assessed{};  ///< by score alone; null where the score reaches no tier
  domain::Ref<api::RiskTier> asked{};     ///< spec.tier; null where it asks for none, or for one that is not there
  /// The better of both. Where it cannot be told, the better of assessed and the tier held last: a reference that
  /// broke must lower nobody, least of all the systems that this one depends on. Null where there is none.
  domain::Ref<api::RiskTier> own{};
  bool known{false};                      ///< false: spec.tier names no tier, or names none and no band is reached
  bool asks_lower{false};                 ///< spec.tier is lower than assessed, and is ignored
};

[[nodiscard]] OwnTier own_tier(const api::TenantSystem& system, const Ladder& ladder);

}  // namespace haetae::tiering
