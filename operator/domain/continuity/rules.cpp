#include "domain/continuity/rules.hpp"

namespace haetae::continuity {

domain::Breaches substitute_is_named(const domain::Resolved&, const domain::ResolvedSystem& system) {
  const auto& spec = system.system->spec;
  if (!spec.citizen_facing || !system.tier || !system.tier->spec.redundancy.survives_center_loss) return {};
  if (spec.continuity && !spec.continuity->substitute.empty()) return {};
  return {{"spec.continuity.substitute",
           "citizens use this system and it is of " + system.tier->metadata.name +
               ": say where they turn to while it is down"}};
}

}  // namespace haetae::continuity
