#include "telemetry/metrics.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>

namespace haetae::telemetry {

namespace {

using Type = MetricDeclaration::Type;

// controller-runtime's buckets. Source: operators.md §6.
const std::vector<double> kSeconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

// Standard names of the Prometheus client libraries; read from /proc when scraped.
void read_process(Metrics& metrics) {
  std::ifstream statm("/proc/self/statm");
  long pages = 0, resident = 0;
  statm >> pages >> resident;
  metrics.set("process_resident_memory_bytes", {}, static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  std::ifstream stat("/proc/self/stat");
  std::string line;
  std::getline(stat, line);
  const auto close = line.rfind(')');
  if (close == std::string::npos) return;
  unsigned long user = 0, sys = 0;
  long threads = 0;
  if (std::sscanf(line.c_str() + close + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %ld",
                  &user, &sys, &threads) == 3) {
    metrics.set("process_cpu_seconds_total", {}, static_cast<double>(user + sys) / static_cast<double>(sysconf(_SC_CLK_TCK)));
    metrics.set("process_threads", {}, static_cast<double>(threads));
  }
  std::error_code failed;
  double files = 0;
  for (auto it = std::filesystem::directory_iterator("/proc/self/fd", failed); !failed && it != std::filesystem::directory_iterator();
       it.increment(failed))
    ++files;
  metrics.set("process_open_fds", {}, files);
}

/// One line's numbers: a counter's or gauge's value, or a histogram's sum with how many fell below each bound.
struct Series {
  double value{0};
  std::vector<std::uint64_t> below{};  ///< by the declaration's buckets, then all
};

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.16g", value);
  return text.data();
}

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\n') out += "\\n";
    else if (c == '"' || c == '\\') out.append({'\\', c});
    else out += c;
  }
  return out;
}

/// `bound`: the label "le" of a histogram's bucket; "" = none.
void add_line(std::string& out, const std::string& name, const MetricLabels& labels, const std::string& bound,
              const std::string& value) {
  std::string inside;
  const auto add = [&](const std::string& key, const std::string& text) {
    inside += (inside.empty() ? "" : ",") + key + "=\"" + escaped(text) + '"';
  };
  for (const auto& [key, text] : labels) add(key, text);
  if (!bound.empty()) add("le", bound);
  out += name + (inside.empty() ? "" : '{' + inside + '}') + ' ' + value + '\n';
}

void add_series(std::string& out, const MetricDeclaration& declared, const MetricLabels& labels, const Series& series) {
  const std::string name = declared.name;
  if (declared.type != Type::Histogram) return add_line(out, name, labels, "", number(series.value));
  add_line(out, name + "_count", labels, "", std::to_string(series.below.back()));
  add_line(out, name + "_sum", labels, "", number(series.value));
  for (std::size_t i = 0; i < series.below.size(); ++i)
    add_line(out, name + "_bucket", labels, i < declared.buckets.size() ? number(declared.buckets[i]) : "+Inf",
             std::to_string(series.below[i]));
}

const char* text(Type type) {
  switch (type) {
    case Type::Counter: return "counter";
    case Type::Gauge: return "gauge";
    case Type::Histogram: return "histogram";
  }
  return "untyped";
}

}  // namespace

const std::vector<MetricDeclaration>& declared_metrics() {
  static const std::vector<MetricDeclaration> kAll{
      {Type::Counter, "controller_runtime_reconcile_total", "Reconciles by controller and result."},
      {Type::Counter, "controller_runtime_reconcile_errors_total", "Reconciles that ended in an error."},
      {Type::Counter, "controller_runtime_reconcile_panics_total", "Reconciles that ended in an exception."},
      {Type::Histogram, "controller_runtime_reconcile_time_seconds", "Length of a reconcile.", kSeconds},
      {Type::Gauge, "controller_runtime_active_workers", "Keys at work."},
      {Type::Gauge, "workqueue_depth", "Keys waiting in the queue."},
      {Type::Gauge, "workqueue_longest_running_processor_seconds", "Longest that a worker has been at one key."},
      {Type::Gauge, "workqueue_retries_total", "Keys that were given back with an error."},
      {Type::Counter, "rest_client_requests_total", "Requests by cluster, method and status code."},
      {Type::Gauge, "haetae_cluster_reachable", "1 while the cluster answers, 0 while it is Unknown."},
      {Type::Gauge, "haetae_watch_synced", "1 once the watch has taken in its first full list."},
      {Type::Gauge, "haetae_watch_last_byte_age_seconds", "Age of the last byte of a watch."},
      {Type::Gauge, "haetae_watch_relists_total", "Full lists that a watch had to take again."},
      {Type::Gauge, "haetae_watch_events_total", "Events that a watch has taken in."},
      {Type::Gauge, "haetae_watch_undecodable_total", "Objects that could not be decoded; the previous state was kept."},
      {Type::Gauge, "haetae_cache_objects", "Objects in a cache."},
      {Type::Counter, "haetae_applied_total", "Objects written in member clusters, by outcome."},
      {Type::Gauge, "haetae_events_dropped_total", "Events that were over the budget, or that the hub did not take."},
      {Type::Gauge, "haetae_systems", "Systems by effective tier."},
      {Type::Gauge, "haetae_findings", "Systems that break a rule, by rule."},
      {Type::Gauge, "haetae_systems_condition", "Systems by tier, condition and status."},
      {Type::Gauge, "haetae_provider_systems", "Systems by provider, stage and tier."},
      {Type::Gauge, "process_resident_memory_bytes", "Resident memory."},
      {Type::Gauge, "process_cpu_seconds_total", "User and system CPU time."},
      {Type::Gauge, "process_threads", "Threads."},
      {Type::Gauge, "process_open_fds", "Open file descriptors."},
  };
  return kAll;
}

struct Metrics::Impl {
  struct Family {
    const MetricDeclaration* declared{};
    std::map<MetricLabels, Series> series{};
  };
  std::mutex mutex;
  std::map<std::string, Family> families;
  std::vector<std::function<void(Metrics&)>> fills;

  Impl() {
    for (const auto& declared : declared_metrics()) families[declared.name].declared = &declared;
  }

  /// Requires: mutex is held.
  Series& at(const std::string& name, Type type, const MetricLabels& labels) {
    const auto found = families.find(name);
    if (found == families.end() || found->second.declared->type != type) {
      std::fprintf(stderr, "metric %s is not declared with this type\n", name.c_str());
      std::abort();
    }
    auto& family = found->second;
    const auto [at, fresh] = family.series.try_emplace(labels);
    if (fresh && type == Type::Histogram) at->second.below.resize(family.declared->buckets.size() + 1);
    return at->second;
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) { on_scrape(read_process); }
Metrics::~Metrics() = default;

void Metrics::count(const std::string& name, const MetricLabels& labels, double by) {
  const std::lock_guard lock(impl_->mutex);
  impl_->at(name, Type::Counter, labels).value += by;
}

void Metrics::set(const std::string& name, const MetricLabels& labels, double value) {
  const std::lock_guard lock(impl_->mutex);
  impl_->at(name, Type::Gauge, labels).value = value;
}

void Metrics::observe(const std::string& name, const MetricLabels& labels, double value) {
  const std::lock_guard lock(impl_->mutex);
  auto& series = impl_->at(name, Type::Histogram, labels);
  const auto& buckets = impl_->families.at(name).declared->buckets;
  series.value += value;
  for (std::size_t i = 0; i < buckets.size(); ++i)
    if (value <= buckets[i]) ++series.below[i];
  ++series.below.back();
}

void Metrics::forget(const std::string& name, const MetricLabels& labels) {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->families.find(name);
  if (found == impl_->families.end()) return;
  std::erase_if(found->second.series, [&](const auto& entry) {
    return std::ranges::all_of(labels, [&](const auto& wanted) {
      const auto label = entry.first.find(wanted.first);
      return label != entry.first.end() && label->second == wanted.second;
    });
  });
}

void Metrics::on_scrape(std::function<void(Metrics&)> fill) {
  const std::lock_guard lock(impl_->mutex);
  impl_->fills.push_back(std::move(fill));
}

std::string Metrics::text() {
  std::vector<std::function<void(Metrics&)>> fills;
  {
    const std::lock_guard lock(impl_->mutex);
    fills = impl_->fills;
  }
  for (const auto& fill : fills) fill(*this);
  const std::lock_guard lock(impl_->mutex);
  std::string out;
  for (const auto& [name, family] : impl_->families) {
    if (family.series.empty()) continue;
    out += "# HELP " + name + ' ' + family.declared->help + "\n# TYPE " + name + ' ' + telemetry::text(family.declared->type) + '\n';
    for (const auto& [labels, series] : family.series) add_series(out, *family.declared, labels, series);
  }
  return out;
}

}  // namespace haetae::telemetry
