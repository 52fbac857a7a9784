#include "domain/resolve.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "api/pod.hpp"
#include "api/tenant_manifest.hpp"
#include "base/text.hpp"
#include "domain/objects.hpp"
#include "domain/placement/nodes.hpp"
#include "domain/redundancy/manifests.hpp"
#include "domain/redundancy/pod_template.hpp"
#include "domain/tiering/entry.hpp"
#include "domain/tiering/graph.hpp"
#include "domain/tiering/rules.hpp"

namespace haetae::domain {

namespace {

template <class Key, class Kind>
std::map<Key, Ref<Kind>> by_name(const std::vector<Ref<Kind>>& objects) {
  std::map<Key, Ref<Kind>> named;
  for (const auto& object : objects) named.emplace(Key(object->metadata.name), object);
  return named;
}

/// Faults of one template, with paths from the object's root.
void append(std::vector<api::Fault>& to, const std::string& parent, std::vector<api::Fault> faults) {
  for (auto& fault : faults)
    to.push_back({fault.path.empty() ? parent : parent + "." + fault.path, std::move(fault.what)});
}

void read_templates(ResolvedSystem& system) {
  const auto& components = system.system->spec.components;
  const auto accounts = redundancy::service_accounts(system.system->spec);
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto path = api::item_path("spec.components", i) + ".template";
    const auto& pod = components[i].pod_template;
    auto needs = api::pod_needs(pod);
    system.per_pod.push_back(needs ? std::move(needs->requests) : Resources{});
    if (!needs) {
      auto faults = api::template_faults(pod);
      if (faults.empty()) faults.push_back({"", needs.error().message});
      append(system.unreadable, path, std::move(faults));
      continue;
    }
    append(system.refused, path, api::refused_fields(pod, accounts));
    append(system.refused, path, redundancy::reserved_keys(pod));
    append(system.unrequested, path, redundancy::missing_requests(pod));
    const auto& claims = components[i].volume_claim_templates;
    for (std::size_t c = 0; c < claims.size(); ++c)
      append(system.refused, api::item_path(api::item_path("spec.components", i) + ".volumeClaimTemplates", c),
             api::claim_faults(claims[c]));
  }
}

void read_manifests(ResolvedSystem& system) {
  const auto& spec = system.system->spec;
  const auto inside = redundancy::inside(spec, member_namespace(*system.system));
  for (std::size_t i = 0; i < spec.manifests.size(); ++i) {
    const auto path = api::item_path("spec.manifests", i);
    const auto& entry = spec.manifests[i];
    append(system.manifests_refused, path, api::manifest_faults(entry, inside));
    system.manifest_names.push_back(api::manifest_head(entry.object).name);
    system.per_job.emplace_back();
    for (auto& stated : api::stated_hosts(entry.object))
      system.hosts.push_back({std::move(stated.host), path + ".object." + stated.path});
    const auto pods = api::job_template(entry.object);
    if (!pods) continue;
    const auto below = path + ".object." + api::kJobTemplatePath;
    if (auto needs = api::pod_needs(*pods)) {
      system.per_job.back() = std::move(needs->requests);
      append(system.unrequested, below, redundancy::missing_requests(*pods));
    } else {
      append(system.unreadable, below, api::template_faults(*pods));
    }
  }
  system.manifests_taken = redundancy::taken_names(spec);
}

/// A host is one agency's: that of the system that had it first. An edit is later than what stands (its generation is
/// not decided yet), and who was told once that the host is another's does not get it by waiting.
void share_hosts(std::map<SystemRef, ResolvedSystem>& systems) {
  std::map<std::string, std::vector<std::pair<ResolvedSystem*, std::string>>> by_host;
  for (auto& [ref, system] : systems)
    for (const auto& stated : system.hosts) by_host[stated.host].emplace_back(&system, stated.path);
  const auto turn = [](const ResolvedSystem& it) {
    const auto& object = *it.system;
    const auto& told = object.status.findings;
    const bool lost = std::any_of(told.begin(), told.end(), [](const auto& finding) { return finding.rule == "HostTaken"; });
    return std::tuple(lost, object.status.observed_generation != object.metadata.generation,
                      object.status.placement.centers.empty(), !object.metadata.created, object.metadata.created,
                      fnv1a(it.ref.text()), it.ref);
  };
  for (auto& [host, statements] : by_host) {
    const auto first = std::min_element(statements.begin(), statements.end(), [&](const auto& a, const auto& b) {
      return turn(*a.first) < turn(*b.first);
    })->first->ref;
    for (auto& [system, path] : statements)
      if (system->ref.agency != first.agency)
        system->hosts_taken.push_back({path, "host " + host + " is that of " + first.text() + ", a system of another agency"});
  }
}

/// Systems that would live in one namespace (`a-b`/`c` and `a`/`b-c`; or both name it): the one that has copies keeps
/// it, else the elder. The others are told whose it is.
void share_namespaces(std::map<SystemRef, ResolvedSystem>& systems) {
  std::map<std::string, std::vector<ResolvedSystem*>> by_name;
  for (auto& [ref, system] : systems) by_name[member_namespace(*system.system)].push_back(&system);
  for (auto& [name, sharers] : by_name) {
    const auto turn = [](const ResolvedSystem* it) {
      const auto& object = *it->system;
      return std::tuple(object.status.placement.centers.empty(), !object.metadata.created, object.metadata.created,
                        fnv1a(it->ref.text()), it->ref);
    };
    std::sort(sharers.begin(), sharers.end(), [&](const auto* a, const auto* b) { return turn(a) < turn(b); });
    for (std::size_t i = 1; i < sharers.size(); ++i) sharers[i]->namespace_of = sharers.front()->ref;
  }
}

void read_needs(ResolvedSystem& system, const std::map<SystemRef, ResolvedSystem>& all) {
  std::set<SystemRef> named;
  const auto& entries = system.system->spec.depends_on;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Need need;
    need.system = system_ref(entries[i].system, system.ref.agency);
    need.path = api::item_path("spec.dependsOn", i) + ".system";
    need.hard = entries[i].strength == api::Strength::Hard;
    need.exists = all.count(need.system) > 0;
    need.repeated = !named.insert(need.system).second;
    system.needs.push_back(std::move(need));
  }
}

/// Ties between equally short paths fall by hash, never by the alphabet.
std::vector<ResolvedSystem*> in_hash_order(std::map<SystemRef, ResolvedSystem>& systems) {
  std::vector<std::tuple<std::uint64_t, SystemRef, ResolvedSystem*>> keyed;
  for (auto& [ref, system] : systems) keyed.emplace_back(fnv1a(ref.text()), ref, &system);
  std::sort(keyed.begin(), keyed.end());
  std::vector<ResolvedSystem*> ordered;
  for (const auto& entry : keyed) ordered.push_back(std::get<2>(entry));
  return ordered;
}

/// The tier that a system keeps whatever is computed; null where it may fall. An object that cannot be read may be
/// the one that raises it; and who asked for a deletion must not get it by an edit that takes the tier away.
Ref<api::RiskTier> floor_of(const Resolved& fleet, const ResolvedSystem& system) {
  const bool may_fall = fleet.unreadable.empty() && !system.system->metadata.deleted;
  return may_fall ? nullptr : fleet.ladder.named(system.system->status.tier.effective);
}

std::vector<SystemRef> stored_because(const ResolvedSystem& system) {
  std::vector<SystemRef> path;
  for (const auto& ref : system.system->status.tier.because) path.push_back(system_ref(ref, system.ref.agency));
  return path;
}

/// What nobody may lower is an own tier, so that it reaches what the system needs as well. True where there is any.
bool lay_floors(const Resolved& fleet, const std::vector<ResolvedSystem*>& order,
                const std::vector<tiering::Raised>& raised, std::vector<tiering::Node>& nodes) {
  bool any = false;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto floor = floor_of(fleet, *order[i]);
    if (!floor || fleet.ladder.position(*floor) >= raised[i].effective) continue;
    nodes[i].own = fleet.ladder.position(*floor);
    any = order[i]->tier_kept = true;
  }
  return any;
}

/// A system whose tier is gone is not given another one: nobody knows what that tier demanded.
void lose_tier(const Resolved& fleet, ResolvedSystem& system) {
  const auto& stored = system.system->status.tier.effective;
  if (stored.empty() || fleet.ladder.named(stored)) return;
  system.tier_lost = stored;
  system.tier = nullptr;
  system.because = stored_because(system);
}

bool ask(const Resolved& fleet, ResolvedSystem& system, approval::Ask ask) {
  system.answers.push_back(fleet.desk.answer(subject_of(*system.system), std::move(ask)));
  return system.answers.back().granted;
}

/// Whether the system may be of `wanted`; asks where that takes an Approval. Who is on its way out asks for no tier.
bool may_be_of(const Resolved& fleet, ResolvedSystem& system, const Ref<api::RiskTier>& wanted,
               const std::string& why) {
  const auto held = fleet.ladder.named(system.system->status.tier.effective);
  if (tiering::moves_freely(held.get(), *wanted)) return true;
  if (system.system->metadata.deleted) return false;
  return ask(fleet, system, {approval::What::TierEntry, wanted->metadata.name, why});
}

/// An own tier that waits for its Approval raises nobody. Falls are left alone here: dependents may still hold it.
void hold_back_own(Resolved& fleet, const std::vector<ResolvedSystem*>& order, std::vector<tiering::Node>& nodes) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto& system = *order[i];
    if (!system.own.own) continue;
    const auto held = fleet.ladder.named(system.system->status.tier.effective);
    if (held && fleet.ladder.position(*held) <= nodes[i].own) continue;
    if (may_be_of(fleet, system, system.own.own, "its own assessment or spec.tier")) continue;
    const auto now = tiering::meanwhile(fleet.ladder, held, *system.own.own);
    nodes[i].own = now ? fleet.ladder.position(*now) : tiering::kNoTier;
    system.tier_pending = system.own.own;
  }
}

/// The tier that the graph gives waits too where it is another than the one held.
void enter_tier(Resolved& fleet, ResolvedSystem& system) {
  if (!system.tier || system.tier_kept) return;
  if (const auto* own = answer_to(system, approval::What::TierEntry))
    if (own->ask.about == system.tier->metadata.name) return;  // asked before, and granted
  const auto held = fleet.ladder.named(system.system->status.tier.effective);
  const bool better_own_pends = system.tier_pending && fleet.ladder.position(*system.tier_pending) <= fleet.ladder.position(*system.tier);
  if (better_own_pends && system.tier == tiering::meanwhile(fleet.ladder, held, *system.tier_pending)) return;
  const auto why = system.because.empty() ? std::string("its own assessment or spec.tier")
                                          : system.because.front().text() + " needs it";
  if (may_be_of(fleet, system, system.tier, why)) return;
  system.tier_pending = system.tier;
  system.pending_because = system.because;
  system.tier = tiering::meanwhile(fleet.ladder, held, *system.tier_pending);
  system.because = held ? stored_because(system) : std::vector<SystemRef>{};
}

void judge_class(const Resolved& fleet, ResolvedSystem& system) {
  bool granted = false;
  if (tiering::lowers_class(*system.system))
    granted = ask(fleet, system, {approval::What::DataClassLowering, std::string(api::name(system.system->spec.data_class)),
                                  "spec.dataClass is lower than " + std::string(api::name(*system.system->status.data_class))});
  system.data_class = tiering::class_in_force(*system.system, granted);
}

void judge_deletion(const Resolved& fleet, ResolvedSystem& system) {
  const auto tier = tiering::tier_to_ask(fleet, system);
  if (tier.empty()) return;
  ask(fleet, system, {approval::What::Deletion, "", "a system of " + tier + " is being deleted"});
}

/// Asked of every tier; whether it is worth a step shows once the rules have spoken.
void judge_policies(Resolved& fleet) {
  for (const auto& tier : fleet.ladder.best_first()) {
    const approval::Subject subject{"RiskTier", tier->metadata, tier->status.steps, {}};
    auto answer = fleet.desk.answer(subject, {approval::What::PolicyChange, "generation " + std::to_string(tier->metadata.generation), {}});
    fleet.policy_changes.emplace(tier->metadata.name, std::move(answer));
  }
}

void raise_tiers(Resolved& fleet) {
  const auto order = in_hash_order(fleet.systems);
  std::map<SystemRef, std::size_t> index;
  for (std::size_t i = 0; i < order.size(); ++i) index.emplace(order[i]->ref, i);
  std::vector<tiering::Node> nodes(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i]->own.own) nodes[i].own = fleet.ladder.position(*order[i]->own.own);
    for (const auto& need : order[i]->needs)
      if (need.hard && need.exists && !need.repeated) nodes[i].needs.push_back(index.at(need.system));
  }
  hold_back_own(fleet, order, nodes);
  auto raised = tiering::raised(nodes);
  if (lay_floors(fleet, order, raised, nodes)) raised = tiering::raised(nodes);
  const auto refs = [&](const std::vector<std::size_t>& path) {
    std::vector<SystemRef> named;
    for (const auto i : path) named.push_back(order[i]->ref);
    return named;
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto place = raised[i].effective;
    if (place != tiering::kNoTier) order[i]->tier = fleet.ladder.best_first()[place];
    order[i]->tier_kept = order[i]->tier_kept && place == nodes[i].own;
    order[i]->because = order[i]->tier_kept ? stored_because(*order[i]) : refs(raised[i].because);
    order[i]->cycle = refs(raised[i].cycle);
    enter_tier(fleet, *order[i]);
    lose_tier(fleet, *order[i]);
  }
}

void follow_handoffs(Resolved& fleet) {
  for (const auto& handoff : fleet.handoffs) {
    const auto system = fleet.systems.find(handoff::system_of(*handoff));
    if (system == fleet.systems.end()) continue;
    const bool known = fleet.providers.count(ProviderName(handoff->spec.provider)) > 0;
    if (auto stage = handoff::in_force(handoff, known)) system->second.handoffs.push_back(std::move(*stage));
  }
  for (auto& [ref, system] : fleet.systems) {
    const auto& before = system.system->status.handoff;
    system.handoff = handoff::summary(system.handoffs, before ? before->provider : "");
  }
}

}  // namespace

approval::Subject subject_of(const api::TenantSystem& system) {
  return {"TenantSystem", system.metadata, system.status.steps, system.spec.requested_by};
}

const approval::Answer* answer_to(const ResolvedSystem& system, approval::What what) {
  const auto at = std::find_if(system.answers.begin(), system.answers.end(),
                               [&](const approval::Answer& answer) { return answer.ask.what == what; });
  return at == system.answers.end() ? nullptr : &*at;
}

Resolved resolve(const World& world) {
  Resolved fleet;
  fleet.desk = approval::Desk(world.approvals, world.home, world.now);
  fleet.now = world.now;
  fleet.ladder = tiering::Ladder(world.tiers);
  fleet.centers = by_name<CenterName>(world.centers);
  fleet.clusters = by_name<ClusterName>(world.clusters);
  fleet.providers = by_name<ProviderName>(world.providers);
  fleet.held_clusters = placement::held_clusters(world);
  fleet.policy = world.policy;
  fleet.unreadable = world.unreadable;
  std::sort(fleet.unreadable.begin(), fleet.unreadable.end());
  fleet.handoffs = world.handoffs;
  std::sort(fleet.handoffs.begin(), fleet.handoffs.end(), [](const auto& a, const auto& b) {
    return std::tie(a->metadata.ns, a->metadata.name) < std::tie(b->metadata.ns, b->metadata.name);
  });
  for (const auto& object : world.systems) {
    const SystemRef ref{object->metadata.ns, object->metadata.name};
    auto& system = fleet.systems[ref];
    system.ref = ref;
    system.system = object;
  }
  for (auto& [ref, system] : fleet.systems) {
    system.own = tiering::own_tier(*system.system, fleet.ladder);
    system.per_pod.clear();
    read_templates(system);
    read_manifests(system);
    read_needs(system, fleet.systems);
  }
  share_namespaces(fleet.systems);
  share_hosts(fleet.systems);
  raise_tiers(fleet);
  judge_policies(fleet);
  for (auto& [ref, system] : fleet.systems) {
    judge_class(fleet, system);
    judge_deletion(fleet, system);
  }
  follow_handoffs(fleet);
  return fleet;
}

}  // namespace haetae::domain
