#include "cli/explain.hpp"

#include <algorithm>
#include <ostream>

#include "base/text.hpp"
#include "cli/plan.hpp"
#include "cli/report.hpp"
#include "cli/table.hpp"
#include "domain/placement/verdicts.hpp"

namespace haetae::cli {
namespace {

const char* word(api::Role role) { return role == api::Role::Active ? "active" : "standby"; }

/// The plan as the planner would see it the next time: every copy is where it was decided.
std::vector<placement::Request> as_planned(const domain::Plan& plan) {
  std::vector<placement::Request> requests;
  for (const auto& [ref, system] : plan.systems) {
    auto& request = requests.emplace_back();
    request.ref = ref;
    request.rank = system.tier ? system.tier->spec.rank : 0;
    request.citizen_facing = system.system->spec.citizen_facing;
    request.data_class = system.system->spec.data_class;
    request.wishes = system.system->spec.placement;
    request.demand = system.demand;
    request.hold = system.hold;
    for (const auto& copy : system.copies) {
      request.current.push_back({copy.center.text(), copy.cluster.text(), copy.role, 0, copy.reason});
    }
  }
  return requests;
}

std::string amounts(const Resources& resources) {
  std::vector<std::string> parts;
  for (const auto& [name, amount] : resources) {
    if (name != "pods") parts.push_back(name + " " + amount.text(name == "memory"));
  }
  return join(parts, ", ");
}

/// "2 active copies of 9 pods (cpu 3750m, memory 6Gi)"
std::string demanded(const domain::SystemPlan& system, api::Role role, std::int32_t copies) {
  std::int64_t pods = 0;
  Resources sum;
  for (const auto& component : system.demand.components) {
    pods += redundancy::size(component, role);
    add(sum, component.per_pod, redundancy::size(component, role));
  }
  for (const auto& job : system.demand.jobs) {
    pods += redundancy::size(job, role);
    add(sum, job.per_pod, redundancy::size(job, role));
  }
  const auto room = amounts(sum);
  return count(copies, std::string(word(role)) + " copy") + " of " + count(pods, "pod") +
         (pods == 0 || room.empty() ? "" : " (" + room + ")");
}

void print_demand(const domain::SystemPlan& system, std::ostream& out) {
  const auto& tier = system.tier_status;
  const auto& spec = system.system->spec;
  out << system.ref.text() << (spec.display_name.empty() ? "" : "  " + printable(spec.display_name)) << '\n';
  out << "tier     " << (tier.effective.empty() ? "unknown" : tier.effective);
  if (!tier.because.empty()) out << ", raised from " << tier.assessed << " by " << raised_by(tier, system.ref);
  out << "\ndemands  " << demanded(system, api::Role::Active, system.demand.active_centers);
  if (system.demand.standby_centers > 0) {
    out << ", " << demanded(system, api::Role::Standby, system.demand.standby_centers);
  }
  if (system.demand.distinct_risk_groups) out << ", each in another risk group";
  out << "\nclass    " << api::name(spec.data_class) << '\n';
  if (system.hold) out << "held     " << printable(system.hold_why) << '\n';
}

void print_verdicts(const std::vector<placement::Verdict>& verdicts, std::ostream& out) {
  Table table({"CENTER", "CLUSTER", "VERDICT", "WHY"});
  for (const auto& verdict : verdicts) {
    std::vector<std::string> row{verdict.center.text(), verdict.cluster.text()};
    if (verdict.holds) {
      auto why = std::vector<std::string>{verdict.reason};
      why.insert(why.end(), verdict.noes.begin(), verdict.noes.end());
      row.insert(row.end(), {word(verdict.role), join(why, "; ")});
    } else if (verdict.noes.empty()) {
      row.insert(row.end(), {std::string("could, as ") + word(verdict.role),
                             "others stood better; it would be " + std::to_string(verdict.percent) + "% full"});
    } else {
      row.insert(row.end(), {"no", join(verdict.noes, "; ")});
    }
    table.add(std::move(row));
  }
  out << '\n';
  table.print(out);
}

}  // namespace

int explain(const std::string& system, const std::vector<std::string>& paths, const Streams& streams) {
  const auto loaded = load(paths, streams.in);
  if (!report_loading(loaded, streams)) return kBadInput;
  const auto decided = domain::decide(loaded.world);
  const auto ref = system_ref(system, "");
  const auto found = decided.systems.find(ref);
  if (found == decided.systems.end()) {
    streams.err << "there is no TenantSystem " << printable(system) << " in the input; write it as agency/name\n";
    return kBadInput;
  }
  print_demand(found->second, streams.out);
  print_verdicts(placement::verdicts(loaded.world, as_planned(decided), ref), streams.out);
  if (!found->second.why_not_placed.empty()) streams.out << "\nnot placed: " << printable(found->second.why_not_placed) << '\n';
  auto findings = told(statuses(loaded.world, decided), decided);
  std::erase_if(findings, [&](const Told& one) { return one.object != "TenantSystem " + ref.text(); });
  print_findings(findings, streams.out);
  return findings.empty() ? kFine : kFindings;
}

}  // namespace haetae::cli
