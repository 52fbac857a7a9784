#pragma once
// Metrics in Prometheus text. Every metric is declared once, in metrics.cpp; an undeclared name aborts.
// Names and labels of the runtime's are controller-runtime's. Source: operators.md §6.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace haetae::telemetry {

using MetricLabels = std::map<std::string, std::string>;

/// One declared metric, for docs and dashboards.
struct MetricDeclaration {
  enum class Type { Counter, Gauge, Histogram } type;
  const char* name;
  const char* help;
  std::vector<double> buckets{};
};
[[nodiscard]] const std::vector<MetricDeclaration>& declared_metrics();

/// Thread: any.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  void count(const std::string& name, const MetricLabels& labels = {}, double by = 1);
  void set(const std::string& name, const MetricLabels& labels, double value);
  void observe(const std::string& name, const MetricLabels& labels, double value);
  /// Drops every series of `name` whose labels contain all of `labels` (its cluster or system is gone).
  void forget(const std::string& name, const MetricLabels& labels);
  /// `fill` is called before each text(), to set gauges that are cheaper to read than to keep.
  void on_scrape(std::function<void(Metrics&)> fill);
  /// Source: Prometheus text exposition format 0.0.4.
  [[nodiscard]] std::string text();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace haetae::telemetry
