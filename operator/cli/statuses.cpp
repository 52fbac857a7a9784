#include "cli/statuses.hpp"

#include "domain/conditions.hpp"
#include "domain/summary.hpp"

namespace haetae::cli {

Statuses statuses(const domain::World& world, const domain::Plan& plan) {
  Statuses all;
  for (const auto& [ref, system] : plan.systems) {
    all.systems.emplace(ref, domain::status_of(system, domain::seen_in(world, system)));
  }
  const domain::Summary summary(world, plan);
  for (const auto& tier : world.tiers) all.tiers[tier->metadata.name] = summary.of(*tier);
  for (const auto& center : world.centers) all.centers[center->metadata.name] = summary.of(*center);
  for (const auto& cluster : world.clusters) {
    // What the connection said when the file was written.
    const domain::Contact contact{cluster->status.uid, cluster->status.version, ""};
    all.clusters[cluster->metadata.name] = summary.of(*cluster, contact);
  }
  for (const auto& provider : world.providers) all.providers[provider->metadata.name] = summary.of(*provider);
  for (const auto& handoff : world.handoffs) {
    all.handoffs[{handoff->metadata.ns, handoff->metadata.name}] = summary.of(*handoff);
  }
  if (world.policy) all.policy = summary.of(*world.policy);
  return all;
}

}  // namespace haetae::cli
