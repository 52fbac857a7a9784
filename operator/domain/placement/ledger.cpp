#include "domain/placement/ledger.hpp"

#include <algorithm>
#include <set>

namespace haetae::placement {
namespace {

void collect(std::set<std::string>& names, const Resources& resources) {
  for (const auto& [name, quantity] : resources) names.insert(name);
}

Resources capacity_of(const domain::ClusterView& view) {
  if (view.nodes.empty()) return view.capacity;
  Resources sum;
  for (const auto& node : view.nodes) add(sum, node.allocatable);
  return sum;
}

Resources shown_on_nodes(const domain::ClusterView& view, const domain::CopyView& copy) {
  if (view.nodes.empty()) return copy.used;
  Resources sum;
  for (const auto& node : view.nodes) {
    const auto here = copy.used_by_node.find(node.name);
    if (here != copy.used_by_node.end()) add(sum, here->second);
  }
  return sum;
}

// How many whole pods `rest` still holds.
std::int64_t whole_pods(const Amounts& rest, const Pods& pods) {
  auto most = pods.count;
  for (std::size_t r = 0; r < rest.size(); ++r) {
    if (!pods.each[r].is_zero()) most = std::min(most, std::max<std::int64_t>(0, rest[r].fits(pods.each[r])));
  }
  return most;
}

}  // namespace

Ledger::Ledger(const std::vector<Candidate>& candidates, const std::vector<Request>& requests)
    : candidates_(candidates), known_(candidates.size()), shown_(candidates.size()) {
  index_names(requests);
  fleet_ = Amounts(names_.size());
  for (std::size_t c = 0; c < candidates_.size(); ++c) {
    const auto* view = candidates_[c].view;
    known_[c] = view != nullptr;
    index_shown(c);
    Resources ours;
    if (known_[c]) {
      for (const auto& [ref, copy] : view->copies) add(ours, copy.used);
      const auto capacity = amounts(names_, capacity_of(*view));
      for (std::size_t r = 0; r < names_.size(); ++r) fleet_[r] += capacity[r];
    }
    observed_.emplace_back(known_[c] ? *view : domain::ClusterView{}, ours,
                           candidates_[c].object->spec.reserve_percent, names_);
  }
  rooms_ = observed_;
}

void Ledger::index_names(const std::vector<Request>& requests) {
  std::set<std::string> names{"pods"};
  for (const auto& request : requests) {
    for (const auto& component : request.demand.components) collect(names, component.per_pod);
    for (const auto& job : request.demand.jobs) collect(names, job.per_pod);
  }
  names_.assign(names.begin(), names.end());
}

void Ledger::index_shown(std::size_t cluster) {
  const auto* view = candidates_[cluster].view;
  if (view == nullptr) return;
  for (const auto& [ref, copy] : view->copies) {
    if (copy.used.empty()) continue;
    shown_[cluster][ref] = {amounts(names_, copy.used), amounts(names_, shown_on_nodes(*view, copy))};
  }
}

void Ledger::restart() {
  rooms_ = observed_;
  for (auto& cluster : shown_) {
    for (auto& [ref, shown] : cluster) shown.charged = false;
  }
}

bool Ledger::larger_pod(const Pods& a, const Pods& b) const {
  double share_a = 0;
  double share_b = 0;
  for (std::size_t r = 0; r < names_.size(); ++r) {
    share_a = std::max(share_a, a.each[r].over(fleet_[r]));
    share_b = std::max(share_b, b.each[r].over(fleet_[r]));
  }
  return share_a > share_b;
}

Load Ledger::load(const redundancy::Demand& demand, api::Role role) const {
  Load load{{}, Amounts(names_.size()), Amounts(names_.size())};
  for (const auto* part : {&demand.components, &demand.jobs}) {
    for (const auto& component : *part) {
      const auto pods = redundancy::size(component, role);
      if (pods <= 0) continue;
      load.pods.push_back({component.component, pods, amounts(names_, component.per_pod)});
      for (std::size_t r = 0; r < names_.size(); ++r) load.total[r] += load.pods.back().each[r] * pods;
    }
  }
  std::stable_sort(load.pods.begin(), load.pods.end(),
                   [this](const Pods& a, const Pods& b) { return larger_pod(a, b); });
  return load;
}

Load Ledger::missing_part(std::size_t cluster, const SystemRef& ref, const Load& load) const {
  const auto found = shown_[cluster].find(ref);
  if (found == shown_[cluster].end()) return load;
  const auto& shown = found->second;
  Load part{{}, {}, Amounts(names_.size())};
  for (std::size_t r = 0; r < names_.size(); ++r) {
    const auto counted = shown.charged ? std::max(shown.total[r], shown.on_nodes[r]) : shown.on_nodes[r];
    part.total[r] = std::max(Quantity{}, std::max(load.total[r], shown.total[r]) - counted);
  }
  part.loose = part.total;
  for (const auto& pods : load.pods) {
    const auto missing = whole_pods(part.loose, pods);
    if (missing == 0) continue;
    part.pods.push_back({pods.component, missing, pods.each});
    for (std::size_t r = 0; r < names_.size(); ++r) part.loose[r] -= pods.each[r] * missing;
  }
  return part;
}

void Ledger::charge(std::size_t cluster, const SystemRef& ref, const Load& load, const Load& active) {
  if (!observes(cluster)) return;
  rooms_[cluster].charge(missing_part(cluster, ref, load));
  Amounts growth(names_.size());
  for (std::size_t r = 0; r < names_.size(); ++r) growth[r] = std::max(Quantity{}, active.total[r] - load.total[r]);
  rooms_[cluster].expect(growth);
  if (const auto found = shown_[cluster].find(ref); found != shown_[cluster].end()) found->second.charged = true;
}

void Ledger::charge_others() {
  const Load nothing{{}, Amounts(names_.size()), Amounts(names_.size())};
  for (std::size_t c = 0; c < shown_.size(); ++c) {
    for (auto& [ref, shown] : shown_[c]) {
      if (shown.charged) continue;
      rooms_[c].charge(missing_part(c, ref, nothing));
      shown.charged = true;
    }
  }
}

}  // namespace haetae::placement
