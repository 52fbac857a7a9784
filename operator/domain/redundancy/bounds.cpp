#include <algorithm>

#include "domain/redundancy/objects.hpp"

namespace haetae::redundancy {

using nlohmann::ordered_json;

namespace {

/// Pods of others that may stand beside ours: debugging, a job started by hand.
constexpr std::int64_t kGuests = 10;
/// The most pods that a CronJob has at one moment: the last one, still terminating, and the next.
constexpr std::int64_t kMostOfAJob = 2;
/// What a container that requests nothing is counted as. It must be something, since a quota refuses silence, and
/// next to nothing, since it is not part of any plan.
const Quantity kGuestCpu = Quantity::milli(10);
const Quantity kGuestMemory = Quantity::of(16 << 20);

/// The most pods that a component has at one moment of a rolling update: the old ones, still terminating; the new
/// ones; and the surge, a quarter rounded up. Source: Deployment spec.strategy.rollingUpdate.maxSurge, default 25%.
std::int64_t most_pods(const ComponentDemand& component) {
  const auto size = static_cast<std::int64_t>(std::max(component.active_size, component.standby_size));
  return 2 * size + (size + 3) / 4;
}

api::Manifest object(const Copy& copy, const char* kind, ordered_json spec) {
  constexpr auto kName = "haetae";
  return {{"v1", kind, copy.ns, kName},
          {{"apiVersion", "v1"},
           {"kind", kind},
           {"metadata", {{"name", kName}, {"namespace", copy.ns}, {"labels", copy.labels}}},
           {"spec", std::move(spec)}}};
}

bool guests_can_be_counted(const Copy& copy) { return copy.plan.requests_complete; }

/// Only what pods take from the nodes is bounded. No `count/…`: counting finished pods or old ReplicaSets would one
/// day refuse a rolling update for what is long over.
ordered_json quota(const Copy& copy) {
  std::int64_t pods = kGuests;
  Resources most{{"cpu", kGuestCpu * kGuests}, {"memory", kGuestMemory * kGuests}};
  for (const auto& component : copy.plan.demand.components) {
    pods += most_pods(component);
    add(most, component.per_pod, most_pods(component));
  }
  for (const auto& job : copy.plan.demand.jobs) {
    pods += kMostOfAJob;
    add(most, job.per_pod, kMostOfAJob);
  }
  ordered_json hard;
  if (guests_can_be_counted(copy)) {
    hard["requests.cpu"] = most["cpu"].text();
    hard["requests.memory"] = most["memory"].text(true);
  }
  hard["pods"] = std::to_string(pods);
  return {{"hard", std::move(hard)}};
}

ordered_json limits() {
  const ordered_json requests{{"cpu", kGuestCpu.text()}, {"memory", kGuestMemory.text(true)}};
  return {{"limits", ordered_json::array({{{"type", "Container"}, {"defaultRequest", requests}}})}};
}

}  // namespace

std::vector<api::Manifest> bounds(const Copy& copy) {
  std::vector<api::Manifest> all{object(copy, "ResourceQuota", quota(copy))};
  // Defaults would change the tenant's own pods where those request nothing; then there is no bound on requests
  // either, because that would refuse them.
  if (guests_can_be_counted(copy)) all.push_back(object(copy, "LimitRange", limits()));
  return all;
}

}  // namespace haetae::redundancy
