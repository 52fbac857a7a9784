// Operator::fill: the gauges of /metrics that are cheaper to read than to keep.

#include <algorithm>

#include "controllers/operator.hpp"

namespace haetae::controllers {

namespace {

void fill_watch(telemetry::Metrics& metrics, const std::string& cluster, const std::string& kind,
                const runtime::WatchState& state, std::size_t objects, std::chrono::steady_clock::time_point now) {
  const telemetry::MetricLabels labels{{"cluster", cluster}, {"kind", kind}};
  const auto age = std::chrono::duration<double>(now - state.last_byte).count();
  metrics.set("haetae_watch_synced", labels, state.synced ? 1 : 0);
  metrics.set("haetae_watch_last_byte_age_seconds", labels, std::max(0.0, age));
  metrics.set("haetae_watch_relists_total", labels, static_cast<double>(state.relists));
  metrics.set("haetae_watch_events_total", labels, static_cast<double>(state.events));
  metrics.set("haetae_watch_undecodable_total", labels, static_cast<double>(state.undecodable));
  metrics.set("haetae_cache_objects", labels, static_cast<double>(objects));
}

const char* text(api::ConditionStatus status) {
  switch (status) {
    case api::ConditionStatus::True: return "True";
    case api::ConditionStatus::False: return "False";
    case api::ConditionStatus::Unknown: return "Unknown";
  }
  return "Unknown";
}

using Counts = std::map<telemetry::MetricLabels, double>;

void replace(telemetry::Metrics& metrics, const char* name, const Counts& counts) {
  metrics.forget(name, {});
  for (const auto& [labels, value] : counts) metrics.set(name, labels, value);
}

void fill_systems(telemetry::Metrics& metrics, const Hub& hub) {
  Counts systems, findings, conditions, providers;
  for (const auto& system : hub.shelf<api::TenantSystem>().all()) {
    const auto& status = system->status;
    const auto& tier = status.tier.effective;
    ++systems[{{"tier", tier}}];
    for (const auto& finding : status.findings) ++findings[{{"rule", finding.rule}}];
    for (const auto& one : status.conditions)
      ++conditions[{{"tier", tier}, {"condition", one.type}, {"status", text(one.status)}}];
    if (status.handoff && !status.handoff->provider.empty())
      ++providers[{{"provider", status.handoff->provider}, {"stage", status.handoff->stage}, {"tier", tier}}];
  }
  replace(metrics, "haetae_systems", systems);
  replace(metrics, "haetae_findings", findings);
  replace(metrics, "haetae_systems_condition", conditions);
  replace(metrics, "haetae_provider_systems", providers);
}

}  // namespace

void Operator::fill(telemetry::Metrics& metrics) const {
  const auto now = ground_.clock.steady();
  hub_.each_watch([&](const std::string& kind, const runtime::WatchState& state, std::size_t objects) {
    fill_watch(metrics, "hub", kind, state, objects, now);
  });
  for (const auto& member : fleet_.members()) {
    const auto& cluster = member->name().text();
    metrics.set("haetae_cluster_reachable", {{"cluster", cluster}}, member->known() ? 1 : 0);
    for (const auto& one : member->watches()) fill_watch(metrics, cluster, one.kind, one.state, one.objects, now);
  }
  const auto depth = queue_.depth();
  metrics.set("workqueue_depth", {{"state", "waiting"}}, static_cast<double>(depth.waiting));
  metrics.set("workqueue_depth", {{"state", "due"}}, static_cast<double>(depth.due));
  metrics.set("workqueue_retries_total", {}, static_cast<double>(depth.retries));
  metrics.set("controller_runtime_active_workers", {}, static_cast<double>(depth.working));
  metrics.set("workqueue_longest_running_processor_seconds", {},
              std::chrono::duration<double>(workers_.longest_at_work()).count());
  fill_systems(metrics, hub_);
}

}  // namespace haetae::controllers
