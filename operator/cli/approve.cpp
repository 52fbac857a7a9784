#include "cli/approve.hpp"

#include <algorithm>
#include <optional>
#include <ostream>

#include "api/codec.hpp"
#include "api/yaml.hpp"
#include "base/text.hpp"
#include "cli/load.hpp"
#include "cli/table.hpp"
#include "domain/approval/desk.hpp"

namespace haetae::cli {

namespace {

struct Waiting {
  std::string kind{};
  api::ObjectMeta meta{};
  std::string requester{};
  api::Step step{};
};

template <class T>
void gather(std::vector<Waiting>& all, const char* kind, const std::vector<domain::Ref<T>>& objects) {
  for (const auto& object : objects)
    for (const auto& step : object->status.steps) {
      Waiting one{kind, object->metadata, {}, step};
      if constexpr (requires { object->spec.requested_by; }) one.requester = object->spec.requested_by;
      if (!step.granted) all.push_back(std::move(one));
    }
}

std::vector<Waiting> waiting(const domain::World& world) {
  std::vector<Waiting> all;
  gather(all, "TenantSystem", world.systems);
  gather(all, "RiskTier", world.tiers);
  gather(all, "MemberCluster", world.clusters);
  return all;
}

std::string subject(const Waiting& one) {
  return one.kind + "/" + (one.meta.ns.empty() ? "" : one.meta.ns + "/") + one.meta.name;
}

void print(const std::vector<Waiting>& all, std::ostream& out) {
  if (all.empty()) {
    out << "nothing waits for an approval\n";
    return;
  }
  Table table({"SUBJECT", "STEP", "WHAT", "ABOUT", "NEEDS", "APPROVED BY", "WHY"});
  for (const auto& one : all)
    table.add({subject(one), one.step.id, one.step.what, one.step.about,
               std::to_string(one.step.count) + " of " + approval::roles_text(one.step.roles), join(one.step.approved_by, ", "), one.step.why});
  table.print(out);
}

/// Why this person's verdict would count for nothing; "" where it counts.
std::string fault(const Waiting& one, const ApproveWish& wish, const std::optional<api::ApproverRole>& role) {
  const auto& step = one.step;
  if (!role) return wish.role.empty() ? "--role is needed: the step takes " + approval::roles_text(step.roles) : "there is no role " + wish.role;
  if (std::find(step.roles.begin(), step.roles.end(), *role) == step.roles.end())
    return "the step takes an approval of " + approval::roles_text(step.roles) + ", not of " + wish.role;
  if (wish.by == one.requester) return wish.by + " asked for it, and cannot approve it";
  if (!wish.reject && std::find(step.approved_by.begin(), step.approved_by.end(), wish.by) != step.approved_by.end())
    return wish.by + " has approved it already";
  return "";
}

api::Approval form(const Waiting& one, const ApproveWish& wish, api::ApproverRole role, Timestamp now) {
  api::Approval approval;
  auto& spec = approval.spec;
  spec.subject = {one.kind, one.meta.ns, one.meta.name, one.meta.uid};
  spec.step = one.step.id;
  spec.verdict = wish.reject ? api::Verdict::Rejected : api::Verdict::Approved;
  spec.by = wish.by;
  spec.role = role;
  spec.reason = wish.reason;
  spec.valid_until = now + std::chrono::duration_cast<Seconds>(wish.valid_for);
  approval.metadata.name = cut_name(one.step.id + "-" + hash8(wish.by + std::string(api::name(spec.verdict))), api::kLongestName);
  approval.metadata.ns = approval::place_of(one.step.what, one.meta, wish.home);
  return approval;
}

}  // namespace

int approve(const ApproveWish& wish, const std::vector<std::string>& paths, const Clock& clock, const Streams& streams) {
  const auto loaded = load(paths, streams.in);
  for (const auto& one : loaded.faults) streams.err << printable(one) << '\n';
  if (!loaded.faults.empty()) return kBadInput;
  const auto all = waiting(loaded.world);
  if (wish.step.empty()) {
    print(all, streams.out);
    return kFine;
  }
  const auto at = std::find_if(all.begin(), all.end(), [&](const Waiting& one) { return one.step.id == wish.step; });
  if (at == all.end()) {
    streams.err << "no step " << printable(wish.step) << " waits in what was read; these do:\n";
    print(all, streams.err);
    return kBadInput;
  }
  std::optional<api::ApproverRole> role;
  if (wish.role.empty() && at->step.roles.size() == 1) role = at->step.roles.front();
  if (!wish.role.empty()) role = api::named<api::ApproverRole>(wish.role);
  if (const auto why = fault(*at, wish, role); !why.empty()) {
    streams.err << printable(why) << '\n';
    return kBadInput;
  }
  streams.out << api::to_yaml(api::encode(form(*at, wish, *role, clock.now())));
  return kFine;
}

}  // namespace haetae::cli
