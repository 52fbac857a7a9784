#include "cli/report.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "base/text.hpp"
#include "cli/table.hpp"
#include "cli/use.hpp"

namespace haetae::cli {
namespace {

const char* word(api::Role role) { return role == api::Role::Active ? "active" : "standby"; }

/// "tier-3 → tier-1" where others raise it.
std::string tier_text(const api::TierStatus& tier) {
  if (tier.effective.empty()) return tier.assessed.empty() ? "?" : tier.assessed + " → ?";
  if (tier.assessed.empty() || tier.assessed == tier.effective) return tier.effective;
  return tier.assessed + " → " + tier.effective;
}

void print_systems(const domain::Plan& plan, const Statuses& statuses, std::ostream& out) {
  Table table({"SYSTEM", "NAME", "TIER", "COPY", "CENTER", "CLUSTER", "PODS", "WHY"});
  for (const auto& [ref, status] : statuses.systems) {
    const auto& system = plan.systems.at(ref);
    std::vector<std::string> lead{ref.text(), system.system->spec.display_name, tier_text(status.tier)};
    for (const auto& copy : status.placement.centers) {
      auto row = lead;
      row.insert(row.end(), {word(copy.role), copy.center, copy.cluster, std::to_string(copy.replicas), copy.reason});
      table.add(std::move(row));
      lead.assign(3, "");
    }
    if (status.placement.centers.empty()) {
      lead.emplace_back("none");
      table.add(std::move(lead));
    }
    if (!status.tier.because.empty()) table.note("raised by " + raised_by(status.tier, ref));
    if (system.hold) table.note("held: " + system.hold_why);
    if (!system.why_not_placed.empty()) table.note("not placed: " + system.why_not_placed);
  }
  if (!table.empty()) table.print(out);
}

/// "61% of 128": shares as status rounds them.
std::string share(const CenterUse& use, const std::string& resource, bool binary) {
  const auto capacity = use.capacity.find(resource);
  if (capacity == use.capacity.end()) return "";
  const auto used = use.used.find(resource);
  const auto part = used == use.used.end() ? 0.0 : used->second.over(capacity->second);
  const auto percent = std::isfinite(part) ? std::to_string(std::lround(part * 100)) + "%" : "over";
  return percent + " of " + capacity->second.text(binary);
}

const char* lifecycle(const domain::World& world, const CenterName& name) {
  for (const auto& center : world.centers) {
    if (center->metadata.name != name.text()) continue;
    return api::name(center->spec.lifecycle).data();  // a literal
  }
  return "does not exist";
}

void print_centers(const domain::World& world, const domain::Plan& plan, std::ostream& out) {
  const auto centers = center_use(world, plan);
  if (centers.empty()) return;
  Table table({"CENTER", "LIFECYCLE", "CLUSTERS", "ACTIVE", "STANDBY", "CPU", "MEMORY"});
  for (const auto& [name, use] : centers) {
    const auto unknown = use.unknown == 0 ? "" : " (" + std::to_string(use.unknown) + " unknown)";
    table.add({name.text(), lifecycle(world, name), std::to_string(use.clusters) + unknown, std::to_string(use.active),
               std::to_string(use.standby), share(use, "cpu", false), share(use, "memory", true)});
  }
  out << '\n';
  table.print(out);
}

void print_sum(const domain::Plan& plan, const std::vector<Told>& findings, std::ostream& out) {
  const auto all = static_cast<std::int64_t>(plan.systems.size());
  const auto placed = std::count_if(plan.systems.begin(), plan.systems.end(), [](const auto& entry) {
    return entry.second.why_not_placed.empty() && !entry.second.hold;
  });
  const auto errors = std::count_if(findings.begin(), findings.end(), [](const Told& one) {
    return one.finding.severity == api::Severity::Error;
  });
  const auto warnings = static_cast<std::int64_t>(findings.size()) - errors;
  out << '\n' << count(all, "system") << ", " << placed << " placed; " << count(errors, "error") << ", "
      << count(warnings, "warning") << '\n';
}

}  // namespace

void print_findings(const std::vector<Told>& findings, std::ostream& out) {
  if (findings.empty()) return;
  Table table({"FINDING", "RULE", "OBJECT", "MESSAGE"});
  for (const auto& [object, finding] : findings) {
    const auto where = finding.path.empty() ? "" : finding.path + ": ";
    table.add({finding.severity == api::Severity::Error ? "error" : "warning", finding.rule, object, where + finding.message});
  }
  out << '\n';
  table.print(out);
}

std::string raised_by(const api::TierStatus& tier, const SystemRef& ref) {
  auto path = tier.because;
  std::erase(path, ref.text());
  return join(path, ", ");
}

std::vector<Told> told(const Statuses& statuses, const domain::Plan& plan) {
  std::vector<Told> all;
  for (const auto& [ref, status] : statuses.systems) {
    for (const auto& finding : status.findings) all.push_back({"TenantSystem " + ref.text(), finding});
  }
  for (const auto& [subject, findings] : plan.findings) {
    for (const auto& finding : findings) all.push_back({subject, finding});
  }
  std::stable_sort(all.begin(), all.end(), [](const Told& a, const Told& b) { return a.finding.severity < b.finding.severity; });
  return all;
}

void print_report(const domain::World& world, const domain::Plan& plan, const Statuses& statuses, std::ostream& out) {
  const auto findings = told(statuses, plan);
  print_systems(plan, statuses, out);
  print_findings(findings, out);
  print_centers(world, plan, out);
  print_sum(plan, findings, out);
}

}  // namespace haetae::cli
