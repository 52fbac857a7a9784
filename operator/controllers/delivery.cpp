#include "controllers/delivery.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "controllers/finalizer.hpp"
#include "controllers/names.hpp"
#include "controllers/observe.hpp"
#include "controllers/prune.hpp"
#include "controllers/refusal.hpp"
#include "controllers/resources.hpp"
#include "domain/labels.hpp"
#include "domain/objects.hpp"
#include "kube/request.hpp"
#include "runtime/projection.hpp"

namespace haetae::controllers {

using runtime::Next;

namespace {

constexpr std::chrono::seconds kRefusedAgain{60};   ///< what was refused may pass later: quotas, admission policies
constexpr std::chrono::seconds kObstacleAgain{60};  ///< somebody has to act first
constexpr std::chrono::seconds kRemovalAgain{1};    ///< the server is at work
constexpr std::chrono::seconds kReplacementAgain{2};  ///< pods become Ready; a look at the caches

const char* text(runtime::Applied applied) {
  switch (applied) {
    case runtime::Applied::Created: return "created";
    case runtime::Applied::Updated: return "updated";
    case runtime::Applied::Unchanged: return "unchanged";
  }
  return "unchanged";
}

std::string system_label(const SystemRef& ref) { return cut_name(ref.agency + "." + ref.name, 63); }

Ours judged(const Slice& slice, const std::string& mark) { return mark == slice.ref.text() ? Ours::Yes : Ours::No; }

/// The two annotations of a live namespace that say whose it is; nothing where it is not there.
struct Claimed {
  std::string mark{}, adopt{};
};
Result<std::optional<Claimed>> claimed(const Slice& slice) {
  static const runtime::Paths kPaths{"metadata.annotations[haetae.io/system-ref]", "metadata.annotations[haetae.io/adopt]"};
  auto body = slice.member->client().ask(kube::get(namespaces(), {"", slice.ns}));
  if (!body && body.error().code == Code::NotFound) return std::optional<Claimed>();
  if (!body) return std::move(body).error();
  const auto object = runtime::project(*body, kPaths);
  if (!object) return object.error();
  const auto text = [&](const char* key) { return runtime::text_at(object->kept, {"metadata", "annotations", key}); };
  return std::optional(Claimed{text(domain::labels::kMark), text(domain::labels::kAdopt)});
}

/// RFC 6901: "/" in a key of a JSON pointer.
std::string annotation_path(std::string key) { return "/metadata/annotations/" + key.replace(key.find('/'), 1, "~1"); }

}  // namespace

Result<Ours> whose_namespace_live(const Slice& slice) {
  const auto seen = claimed(slice);
  if (!seen) return seen.error();
  return *seen ? judged(slice, (*seen)->mark) : Ours::Absent;
}

Result<Ours> whose_namespace(const Slice& slice) {
  if (slice.ns_is_given) {
    const auto seen = claimed(slice);
    if (!seen) return seen.error();
    if (!*seen) return Ours::Absent;
    if ((*seen)->adopt != slice.ref.text()) return Ours::No;
    return (*seen)->mark.empty() ? Ours::Offered : judged(slice, (*seen)->mark);
  }
  const auto cached = slice.member->owned_namespace(slice.ns);
  return cached ? Result<Ours>(judged(slice, *cached->mark)) : whose_namespace_live(slice);
}

Delivery::Delivery(const Hub& hub, const Fleet& fleet, Board& board, std::string scratch_namespace,
                   telemetry::Metrics& metrics, const telemetry::Log& log, Wakes wakes)
    : hub_(hub),
      fleet_(fleet),
      board_(board),
      scratch_namespace_(std::move(scratch_namespace)),
      metrics_(metrics),
      log_(log),
      wakes_(std::move(wakes)) {}

// Nothing where something is missing that a later event brings: every such event adds the key again.
std::optional<Slice> Delivery::slice(const runtime::Key& key) const {
  Slice out;
  out.ref = system_ref(key.name, "");
  out.cluster = ClusterName(key.lane);
  out.decision = board_.decision();
  out.system = hub_.shelf<api::TenantSystem>().get(key.name);
  out.member = fleet_.member(out.cluster);
  const auto cluster = hub_.shelf<api::MemberCluster>().get(key.lane);
  if (!out.decision || !out.system || !out.member || !cluster) return std::nullopt;
  if (fleet_.standing(out.cluster).state != Standing::State::Known) return std::nullopt;
  out.plan = out.decision->system(out.ref);
  if (out.plan == nullptr || !out.plan->system || out.plan->system->metadata.uid != out.system->metadata.uid)
    return std::nullopt;
  out.ns = namespace_in(*out.system, *cluster);
  out.ns_is_given = !out.system->spec.member_namespace.empty();
  out.label = system_label(out.ref);
  return out;
}

Result<Next> Delivery::reconcile(const runtime::Key& key) {
  const auto work = slice(key);
  if (!work) return Next::on_change();
  const auto& plan = *work->plan;
  if (plan.hold || !plan.paused_why.empty() || !hub_.may_write_members()) return Next::on_change();
  auto outcome = [&]() -> Result<Next> {
    if (plan.deleting && plan.may_remove) return remove(*work);
    const auto* copy = plan.copy_in(work->cluster);
    if (copy == nullptr || !is_stored(*work->system, *copy)) return Next::on_change();
    if (work->decision->plan.held_clusters.contains(work->cluster)) return Next::on_change();
    return deliver(*work, *copy);
  }();
  if (!outcome && outcome.error().code == Code::Unreachable) work->member->suspect();
  return outcome;
}

void Delivery::record(const Slice& slice, domain::Delivered delivered) {
  const auto revision = slice.decision->revision(slice.ref);
  if (board_.record(slice.ref, slice.cluster, slice.system->metadata.uid, revision, std::move(delivered)))
    wakes_.status(slice.ref);
}

Error Delivery::troubled(const Slice& slice, Error error, std::vector<api::Finding> findings) {
  if (error.code == Code::Conflict) return error;  // somebody else was first; the next try sees what they did
  log_.warn("delivery failed", {{"system", slice.ref.text()}, {"cluster", slice.cluster.text()}, {"error", error.message}});
  record(slice, {0, false, error.message, std::move(findings)});
  return error;
}

Result<Next> Delivery::taken(const Slice& slice) {
  const std::string where = "namespace " + slice.ns + " in cluster " + slice.cluster.text();
  const auto why = slice.ns_is_given ? where + " is not this system's: its administrator has not annotated it " +
                                           domain::labels::kAdopt + ": " + slice.ref.text() + ", or it is marked as another's"
                                     : where + " is not marked as this system's";
  api::Finding finding{"NamespaceTaken", api::Severity::Error, why,
                       slice.ns_is_given ? "spec.memberNamespace" : "metadata.name", {}};
  return held_up(slice, {std::move(finding)});
}

Result<Next> Delivery::held_up(const Slice& slice, std::vector<api::Finding> findings) {
  auto why = findings.front().message;
  record(slice, {0, false, std::move(why), std::move(findings)});
  return Next::in(kRefusedAgain);
}

Result<Next> Delivery::deliver(const Slice& slice, const domain::CopyPlan& copy) {
  const auto ours = whose_namespace(slice);
  if (!ours) return troubled(slice, ours.error());
  if (*ours == Ours::No || (*ours == Ours::Absent && slice.ns_is_given)) return taken(slice);
  if (const auto cached = slice.member->owned_namespace(slice.ns); cached && cached->seen.deleting) {
    record(slice, {0, false, "namespace " + slice.ns + " is being deleted by somebody", {}});
    return Next::on_change();  // the watch tells when it is gone; then it is made again
  }
  return write(slice, copy, *ours);
}

// The tests fail where somebody took the offer back, or was first. Nothing else of the namespace is touched.
Status Delivery::adopt(const Slice& slice) {
  using nlohmann::ordered_json;
  const auto steps = ordered_json::array(
      {{{"op", "test"}, {"path", annotation_path(domain::labels::kAdopt)}, {"value", slice.ref.text()}},
       {{"op", "add"}, {"path", annotation_path(domain::labels::kMark)}, {"value", slice.ref.text()}}});
  auto done = slice.member->client().ask(
      kube::json_patch(namespaces(), {"", slice.ns}, steps.dump(), {kDeliveryManager, false, false}));
  if (!done) return std::move(done).error();
  log_.info("adopted", {{"namespace", slice.ns}, {"cluster", slice.cluster.text()}, {"system", slice.ref.text()}});
  return Done{};
}

Result<Next> Delivery::write(const Slice& slice, const domain::CopyPlan& copy, Ours ours) {
  const auto manifests = domain::objects(*slice.plan, copy);
  if (manifests.empty()) return Next::on_change();
  auto refused = rehearse(slice, manifests);
  if (!refused) return troubled(slice, refused.error());
  if (!refused->empty()) return held_up(slice, std::move(*refused));
  if (ours == Ours::Offered)
    if (auto done = adopt(slice); !done) return troubled(slice, done.error());
  std::vector<api::Finding> foreign;
  bool wrote = false;
  if (auto done = apply_all(slice, copy, manifests, foreign, wrote); !done) return troubled(slice, done.error(), std::move(foreign));
  if (!foreign.empty()) return held_up(slice, std::move(foreign));
  std::set<api::ObjectId> wanted;
  for (const auto& manifest : manifests) wanted.insert(manifest.id);
  auto rest = leftovers(*slice.plan, slice.label, wanted, slice.member->owned_in(slice.ns), !wrote);
  for (const auto& id : rest.remove) {
    if (auto done = slice.member->applier().remove(id, slice.label); !done)
      return troubled(slice, done.error(), std::move(rest.held));
    metrics_.count("haetae_applied_total", {{"cluster", slice.cluster.text()}, {"outcome", "removed"}});
  }
  record(slice, {slice.plan->system->metadata.generation, true, "", std::move(rest.held)});
  return rest.awaits_replacement ? Next::in(kReplacementAgain) : Next::on_change();
}

Result<std::vector<api::Finding>> Delivery::rehearse(const Slice& slice, const std::vector<api::Manifest>& manifests) {
  std::vector<api::Finding> refused;
  for (const auto& manifest : manifests) {
    auto done = slice.member->applier().rehearse({manifest}, scratch_namespace_);
    if (done) continue;
    const auto& error = done.error();
    if (error.code == Code::Conflict) continue;  // no verdict on the object; the apply meets it again
    // A kind that the cluster does not have will not come by trying; an object of it is refused like one of no kind.
    const bool is_kind_missing = error.code == Code::NotFound && manifest.id.kind == "HTTPRoute";
    const bool refused_by_rule = is_kind_missing || error.code == Code::Rejected || (error.code == Code::Forbidden && !is_about_rights(error));
    if (!refused_by_rule) return std::move(done).error();
    refused.push_back(refusal(*slice.plan, slice.cluster, manifest.id, done.error().message));
  }
  return refused;
}

Status Delivery::apply_all(const Slice& slice, const domain::CopyPlan& copy, const std::vector<api::Manifest>& manifests,
                           std::vector<api::Finding>& foreign, bool& wrote) {
  const auto initial = domain::initial_replicas(*slice.plan, copy);
  Status outcome = Done{};
  for (const auto& manifest : manifests) {
    runtime::ApplyOptions options;
    options.dry_run_first = false;
    if (const auto replicas = initial.find(manifest.id); replicas != initial.end()) options.initial_replicas = replicas->second;
    auto applied = slice.member->applier().apply(manifest, options);
    if (!applied) {
      auto& error = applied.error();
      if (runtime::is_foreign(error)) {
        foreign.push_back({"ObjectTaken", api::Severity::Error, error.message, "metadata.name", {}});
        continue;
      }
      const bool is_its_own = error.code == Code::Conflict || error.code == Code::Rejected;
      if (!is_its_own) return std::move(error);
      if (outcome) outcome = std::move(error);  // one object in trouble keeps no other from healing
      continue;
    }
    if (*applied == runtime::Applied::Unchanged) continue;
    wrote = true;
    metrics_.count("haetae_applied_total", {{"cluster", slice.cluster.text()}, {"outcome", text(*applied)}});
    log_.info("applied", {{"object", manifest.id.text()}, {"cluster", slice.cluster.text()}, {"outcome", text(*applied)}});
  }
  return outcome;
}

Result<Next> Delivery::gone(const Slice& slice) {
  if (board_.record_gone(slice.ref, slice.cluster, slice.system->metadata.uid)) wakes_.finalizer(slice.ref);
  return Next::on_change();
}

// Without its mark we touch nothing in the namespace; while objects of the system run there, it is not gone either.
Result<Next> Delivery::unmarked(const Slice& slice) {
  const auto left = remains(slice);
  if (!left) return troubled(slice, left.error());
  if (left->empty()) return gone(slice);
  const std::string why = "namespace " + slice.ns + " in cluster " + slice.cluster.text() +
                          " is not marked as this system's, but holds objects of it: " + join(*left, ", ") +
                          "; annotate it " + domain::labels::kMark + ": " + slice.ref.text() + ", or delete them by hand";
  record(slice, {0, false, why, {{"NamespaceTaken", api::Severity::Error, why, "metadata.name", {}}}});
  return Next::in(kObstacleAgain);
}

// Our objects, then the namespace, if it holds nothing else. What is not ours keeps it, and says so.
Result<Next> Delivery::remove(const Slice& slice) {
  const auto ours = whose_namespace_live(slice);
  if (!ours) return troubled(slice, ours.error());
  if (*ours == Ours::Absent) return gone(slice);
  if (*ours == Ours::No) return unmarked(slice);
  auto& applier = slice.member->applier();
  std::vector<api::ObjectId> ids;
  for (const auto& object : slice.member->owned_in(slice.ns))
    if (*object->system == slice.label && !object->seen.deleting && *object->of != quotas() && *object->of != claims())
      ids.push_back(object->id());
  for (const auto& id : in_order_of_removal(std::move(ids)))
    if (auto done = applier.remove(id, slice.label); !done) return troubled(slice, done.error());
  if (slice.ns_is_given) return leave(slice);
  if (const auto cached = slice.member->owned_namespace(slice.ns); cached && cached->seen.deleting) return Next::in(kRemovalAgain);
  const auto left = obstacles(slice);
  if (!left) return troubled(slice, left.error());
  if (!left->foreign.empty()) {
    const std::string why = "namespace " + slice.ns + " in cluster " + slice.cluster.text() +
                            " is kept, since it holds what is not ours: " + join(left->foreign, ", ");
    record(slice, {0, false, why, {{"NamespaceKept", api::Severity::Warning, why, "metadata.name", {}}}});
    return Next::in(kObstacleAgain);
  }
  if (left->waiting) return Next::in(kRemovalAgain);
  const api::ObjectId id{namespaces().api_version(), namespaces().kind, "", slice.ns};
  if (auto done = applier.remove(id, slice.label); !done) return troubled(slice, done.error());
  return Next::in(kRemovalAgain);
}

// The namespace stays, with all that is not ours, with claims, and with its mark: who gave it takes it back.
Result<Next> Delivery::leave(const Slice& slice) {
  const auto left = remains(slice, false);
  if (!left) return troubled(slice, left.error());
  if (left->empty()) return gone(slice);
  record(slice, {0, false, "namespace " + slice.ns + " in cluster " + slice.cluster.text() + " still holds " + join(*left, ", "), {}});
  return Next::in(kRemovalAgain);
}

}  // namespace haetae::controllers
