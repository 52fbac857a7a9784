#include "runtime/apply.hpp"

#include <mutex>
#include <set>
#include <unordered_map>

#include "api/json.hpp"
#include "base/text.hpp"
#include "kube/response.hpp"
#include "runtime/ownership.hpp"
#include "runtime/projection.hpp"
#include "runtime/rekey.hpp"
#include "runtime/write_answer.hpp"

namespace haetae::runtime {
namespace {

using api::Manifest;
using api::ObjectId;
using nlohmann::ordered_json;

/// What the last apply of an object, or the last look at it, told.
struct Memory {
  std::uint64_t intent{0};
  Sighting seen{};
  int trusted{0};  ///< times that it was believed against an older cache
};

/// A memory's key is a hash: there is one for each object that we write. Should two objects ever share one, each
/// overwrites the other's, and the intent, which holds the object's name, tells that it is not its own.
std::uint64_t memory_key(const ObjectId& id) { return fnv1a(id.api_version + "/" + id.text()); }

/// It takes milliseconds until the cache has seen our write. A cache that stays older belongs to a cluster that was
/// restored from a backup, and its versions count anew: after so many times, look.
constexpr int kMostTrust = 3;

constexpr std::string_view kNotOurs = "it is there and not ours; ";

/// An object as a live read or a write answered it.
struct Live {
  ordered_json tree{};
  OwnedObject seen{};
};

std::string compact(const ordered_json& tree) {
  return tree.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

struct Applier::Impl {
  kube::Client& client;
  const std::string manager;
  const Find find_cached;
  const ResourceOf resource_of;
  const std::string cluster;
  std::mutex mutex{};
  std::unordered_map<std::uint64_t, Memory> memories{};

  // --- words ------------------------------------------------------------------------------------------------

  [[nodiscard]] Error error(const char* what, const ObjectId& id, Error why) const {
    const std::string where = cluster.empty() ? "" : " in cluster " + cluster;
    why.message = std::string("cannot ") + what + " " + id.text() + where + ": " + why.message;
    return why;
  }
  [[nodiscard]] Error conflict(const ObjectId& id, const std::string& why) const {
    return error("apply", id, {Code::Conflict, why});
  }

  // --- memory -----------------------------------------------------------------------------------------------

  static std::uint64_t intent_of(const Manifest& manifest) { return fnv1a(compact(manifest.body)); }

  void remember(const Manifest& manifest, const OwnedObject& seen) {
    const std::lock_guard lock(mutex);
    memories[memory_key(manifest.id)] = {intent_of(manifest), sighting(seen), 0};
  }
  void forget(const ObjectId& id) {
    const std::lock_guard lock(mutex);
    memories.erase(memory_key(id));
  }
  /// True where no request is needed. What our last write answered counts until the cache is as new. An object that
  /// the cache does not show may have been deleted since: that takes a look.
  bool known_unchanged(const Manifest& manifest) {
    const auto cached = find_cached(manifest.id);
    const auto intent = intent_of(manifest);
    const std::lock_guard lock(mutex);
    const auto found = memories.find(memory_key(manifest.id));
    if (found == memories.end() || !cached || cached->deleting || found->second.intent != intent) return false;
    auto& memory = found->second;
    if (not_older(cached->resource_version, memory.seen.resource_version))
      return cached->uid == memory.seen.uid && cached->content == memory.seen.content;
    return ++memory.trusted <= kMostTrust;
  }

  // --- requests ---------------------------------------------------------------------------------------------

  [[nodiscard]] static kube::ObjectKey key_of(const ObjectId& id) { return {id.ns, id.name}; }

  /// The object in an answer, or the answer's error. Takes the causes of a refusal into the message.
  Result<Live> taken(const char* what, const ObjectId& id, Result<kube::HttpResponse> answer) {
    if (!answer) return error(what, id, std::move(answer).error());
    if (answer->status < 200 || answer->status > 299) return error(what, id, write_error(*answer));
    auto tree = api::read_json(answer->body, {.bytes = 16U << 20U, .nodes = 1'000'000});
    auto seen = owned_object(answer->body, id.api_version, id.kind);
    if (!tree) return error(what, id, std::move(tree).error());
    if (!seen) return error(what, id, std::move(seen).error());
    return Live{std::move(*tree), std::move(*seen)};
  }

  /// Nullopt where there is no such object.
  Result<std::optional<Live>> read(const char* what, const ObjectId& id) {
    auto live = taken(what, id, client.call(kube::get(resource_of(id), key_of(id))));
    if (live) return std::optional(std::move(*live));
    if (live.error().code == Code::NotFound) return std::optional<Live>();
    return std::move(live).error();
  }

  Result<Live> send_apply(const ObjectId& id, const ordered_json& body, bool force, const std::string& as,
                          bool dry_run) {
    const kube::WriteOptions options{as, dry_run, false};
    auto answer = client.call(kube::apply(resource_of(id), key_of(id), compact(body), options, force));
    return taken("apply", id, dry_run ? rehearsed(std::move(answer)) : std::move(answer));
  }

  Result<Live> send_create(const ObjectId& id, const ordered_json& body, bool dry_run) {
    const kube::WriteOptions options{manager, dry_run, false};
    return taken("apply", id, client.call(kube::create(resource_of(id), id.ns, compact(body), options)));
  }

  /// An update names the object that was seen, so that one which is deleted meanwhile does not come back to life.
  static ordered_json with_uid(ordered_json body, const Live& live) {
    body["metadata"]["uid"] = live.seen.uid;
    return body;
  }

  // --- whose is it? -----------------------------------------------------------------------------------------

  /// A namespace's mark is the word of who owns it. The label of what lies in ours is a field like others: where our
  /// Apply entry says that we made the object, another value is drift.
  [[nodiscard]] bool ours(const Manifest& manifest, const Live& live) const {
    const auto now = mark_in(live.tree, manifest.body);
    if (!now.empty() && now == mark_in(manifest.body, manifest.body)) return true;
    if (!now.empty() && manifest.id.ns.empty()) return false;
    const auto entries = managers_of(live.tree);
    const auto* made = entry_of(entries, manager, "Apply");
    if (!now.empty()) return made != nullptr && made->fields != nullptr && !made->fields->empty();
    return made != nullptr || entry_of(entries, manager, "Update") != nullptr;
  }

  [[nodiscard]] Error not_ours(const Manifest& manifest, const Live& live) const {
    std::set<std::string> names;
    for (const auto& entry : managers_of(live.tree)) names.insert(entry.manager);
    const auto by = names.empty() ? "nobody known" : join({names.begin(), names.end()}, ", ");
    return conflict(manifest.id, std::string(kNotOurs) + "its fields are managed by " + by);
  }

  // --- difference -------------------------------------------------------------------------------------------

  /// True where an apply would change nothing: the live object says what we state, and our entry owns that and no
  /// more. (Which values are live does not tell whether a field we gave up is still ours.)
  [[nodiscard]] bool same(const Manifest& manifest, const Live& live) const {
    const auto entries = managers_of(live.tree);
    const auto* entry = entry_of(entries, manager, "Apply");
    return entry != nullptr && entry->fields != nullptr && entry_of(entries, manager, "Update") == nullptr &&
           !differing(manifest.body, live.tree) && !surplus(*entry->fields, manifest.body) &&
           !lacking(*entry->fields, manifest.body);
  }

  [[nodiscard]] bool owns_replicas(const Live& live) const {
    const auto entries = managers_of(live.tree);
    const auto* entry = entry_of(entries, manager, "Apply");
    return entry != nullptr && entry->fields != nullptr && find(*entry->fields, {"f:spec", "f:replicas"}) != nullptr;
  }

  // --- steps ------------------------------------------------------------------------------------------------

  /// A POST leaves an `Update` entry of ours, which would keep every field that a later apply drops. It becomes our
  /// Apply entry, or goes where we have one. (Not simply removed: without any entry left, the next apply would invent
  /// one named "before-first-apply" that owns everything.) The tests make it fail if anybody wrote in between.
  /// Source: k8s.io/client-go util/csaupgrade; server-side-apply "Clearing managedFields".
  Result<Live> settle_update_entry(const ObjectId& id, Live live) {
    const auto entries = managers_of(live.tree);
    const auto* update = entry_of(entries, manager, "Update");
    if (update == nullptr) return live;
    const std::string at = "/metadata/managedFields/" + std::to_string(update->index);
    auto steps = ordered_json::array();
    const auto step = [&](const char* op, const std::string& path, const std::string& value) {
      steps.push_back({{"op", op}, {"path", path}, {"value", value}});
    };
    step("test", "/metadata/uid", live.seen.uid);
    step("test", "/metadata/resourceVersion", live.seen.resource_version);
    step("test", at + "/manager", manager);
    step("test", at + "/operation", "Update");
    if (entry_of(entries, manager, "Apply") != nullptr) steps.push_back({{"op", "remove"}, {"path", at}});
    else step("replace", at + "/operation", "Apply");
    const kube::WriteOptions options{manager, false, false};
    return taken("apply", id, client.call(kube::json_patch(resource_of(id), key_of(id), compact(steps), options)));
  }

  /// Gives spec.replicas up without a change of its value: a second manager takes a share in it at its present value,
  /// then our own apply leaves it out. A field that nobody else owns would fall back to its default of 1. If an
  /// autoscaler has set another value by now, the share is refused or not needed, and the next look finds so.
  Result<Live> release_replicas(const Manifest& manifest, const Live& live) {
    const auto& id = manifest.id;
    if (!live.seen.replicas) return live;
    const ordered_json share{{"apiVersion", id.api_version},
                             {"kind", id.kind},
                             {"metadata", {{"name", id.name}, {"namespace", id.ns}, {"uid", live.seen.uid}}},
                             {"spec", {{"replicas", *live.seen.replicas}}}};
    auto shared = send_apply(id, share, false, manager + "-handover", false);
    if (!shared) return shared;
    return send_apply(id, with_uid(manifest.body, live), true, manager, false);
  }

  /// Where the server refuses an apply because a key of ours was edited: puts the keys back. Nullopt where no key was.
  /// (A rollout moves the resourceVersion all the time; the steps test what they replace.)
  std::optional<Result<Live>> put_keys_back(const Manifest& manifest, const Live& live, bool dry_run) {
    auto steps = rekeying(manifest.body, live.tree);
    if (steps.empty()) return std::nullopt;
    steps.insert(steps.begin(), ordered_json{{"op", "test"}, {"path", "/metadata/uid"}, {"value", live.seen.uid}});
    const kube::WriteOptions options{manager, dry_run, false};
    const auto& id = manifest.id;
    return taken("apply", id, client.call(kube::json_patch(resource_of(id), key_of(id), compact(steps), options)));
  }

  /// Server-side apply leaves no Update entry; but it would merge into an object that came in between, so a
  /// Namespace, which would thereby be adopted, is made by POST, which fails then.
  Result<Applied> create(const Manifest& manifest, const ApplyOptions& options) {
    const auto& id = manifest.id;
    auto body = manifest.body;
    if (options.initial_replicas) body["spec"]["replicas"] = *options.initial_replicas;
    if (options.dry_run_first)
      if (auto fine = dry_run_creation(id, body); !fine) return std::move(fine).error();
    auto live = id.kind == "Namespace" ? send_create(id, body, false) : send_apply(id, body, false, manager, false);
    if (!live) return std::move(live).error();
    if (auto settled = settle(manifest, std::move(*live), options); !settled) return std::move(settled).error();
    return Applied::Created;
  }

  Status dry_run_creation(const ObjectId& id, const ordered_json& body) {
    auto live = id.kind == "Namespace" ? send_create(id, body, true) : send_apply(id, body, false, manager, true);
    if (!live) return std::move(live).error();
    return Done{};
  }

  Result<Live> make_same(const Manifest& manifest, Live live, const ApplyOptions& options) {
    const auto body = with_uid(manifest.body, live);
    if (options.dry_run_first)
      if (auto fine = send_apply(manifest.id, body, true, manager, true); !fine) return fine;
    auto applied = send_apply(manifest.id, body, true, manager, false);
    if (applied || applied.error().code != Code::Rejected) return applied;
    auto mended = put_keys_back(manifest, live, false);
    if (!mended) return applied;
    if (!*mended) return std::move(*mended);
    auto settled = settle_update_entry(manifest.id, std::move(**mended));
    if (!settled) return settled;
    return send_apply(manifest.id, body, true, manager, false);
  }

  /// Brings what is live to what is stated, and remembers it. True where a write changed something.
  Result<bool> settle(const Manifest& manifest, Live live, const ApplyOptions& options) {
    const auto before = live.seen.resource_version;
    auto now = settle_update_entry(manifest.id, std::move(live));
    if (now && options.initial_replicas && find(manifest.body, {"spec", "replicas"}) == nullptr && owns_replicas(*now))
      now = release_replicas(manifest, *now);
    if (now && !same(manifest, *now)) now = make_same(manifest, std::move(*now), options);
    if (!now) {
      forget(manifest.id);
      return std::move(now).error();
    }
    remember(manifest, now->seen);
    return now->seen.resource_version != before;
  }

  // --- rehearsal --------------------------------------------------------------------------------------------

  Result<bool> namespace_exists(const std::string& ns) {
    const ObjectId id{"v1", "Namespace", "", ns};
    if (const auto cached = find_cached(id); cached && !cached->deleting) return true;
    const auto live = read("apply", id);
    if (!live) return live.error();
    return live->has_value();
  }

  /// The same object where a dry run can be made of it, and under a name that nothing there has.
  static Manifest moved(const Manifest& manifest, const std::string& ns) {
    Manifest copy = manifest;
    copy.id.ns = ns;
    // A CronJob's jobs are named after it. Source: kubernetes.io/docs/concepts/workloads/controllers/cron-jobs
    const std::size_t longest = manifest.id.kind == "CronJob" ? 52 : 63;
    copy.id.name = cut_name("rehearsal-" + hash8(manifest.id.ns) + "-" + manifest.id.name, longest);
    copy.body["metadata"]["name"] = copy.id.name;
    copy.body["metadata"]["namespace"] = ns;
    return copy;
  }

  Status rehearse_creation(const Manifest& manifest, const std::string& scratch_ns) {
    if (manifest.id.ns.empty()) return dry_run_creation(manifest.id, manifest.body);
    const auto there = namespace_exists(manifest.id.ns);
    if (!there) return there.error();
    if (*there) return dry_run_creation(manifest.id, manifest.body);
    const auto elsewhere = moved(manifest, scratch_ns);
    return dry_run_creation(elsewhere.id, elsewhere.body);
  }

  Status rehearse(const Manifest& manifest, const std::string& scratch_ns) {
    if (known_unchanged(manifest)) return Done{};
    auto live = read("apply", manifest.id);
    if (!live) return std::move(live).error();
    if (!*live) return rehearse_creation(manifest, scratch_ns);
    if (!ours(manifest, **live) || (*live)->seen.deleting) return Done{};
    if (same(manifest, **live)) {
      remember(manifest, (*live)->seen);
      return Done{};
    }
    auto tried = send_apply(manifest.id, with_uid(manifest.body, **live), true, manager, true);
    if (tried) return Done{};
    if (tried.error().code == Code::Rejected)
      if (auto mended = put_keys_back(manifest, **live, true); mended && *mended) return Done{};
    return std::move(tried).error();
  }
};

Applier::Applier(kube::Client& client, std::string field_manager, Find find, ResourceOf resource_of,
                 std::string cluster)
    : impl_(new Impl{client, std::move(field_manager), std::move(find), std::move(resource_of), std::move(cluster)}) {}

Status Applier::rehearse(const std::vector<Manifest>& manifests, const std::string& scratch_ns) {
  for (const auto& manifest : manifests)
    if (auto fine = impl_->rehearse(manifest, scratch_ns); !fine) return fine;
  return Done{};
}

Result<Applied> Applier::apply(const Manifest& manifest, ApplyOptions options) {
  if (impl_->known_unchanged(manifest)) return Applied::Unchanged;
  auto live = impl_->read("apply", manifest.id);
  if (!live) return std::move(live).error();
  if (!*live) return impl_->create(manifest, options);
  if (!impl_->ours(manifest, **live)) return impl_->not_ours(manifest, **live);
  if ((*live)->seen.deleting) return impl_->conflict(manifest.id, "it is being deleted");
  const auto changed = impl_->settle(manifest, std::move(**live), options);
  if (!changed) return changed.error();
  return *changed ? Applied::Updated : Applied::Unchanged;
}

Status Applier::remove(const ObjectId& id, const std::string& system) {
  auto live = impl_->read("delete", id);
  if (!live) return std::move(live).error();
  impl_->forget(id);
  if (!*live || (*live)->seen.deleting) return Done{};
  const auto& seen = (*live)->seen;
  if (seen.system != system || system.empty())
    return impl_->error("delete", id, {Code::Conflict, "it does not carry the label of " + system});
  const kube::RemoveOptions options{.uid = seen.uid, .resource_version = seen.resource_version};
  auto gone = impl_->client.ask(kube::remove(impl_->resource_of(id), impl_->key_of(id), options));
  if (gone || gone.error().code == Code::NotFound) return Done{};
  return impl_->error("delete", id, std::move(gone).error());
}

bool is_foreign(const Error& error) {
  return error.code == Code::Conflict && error.message.find(kNotOurs) != std::string::npos;
}

void Applier::forget() {
  const std::lock_guard lock(impl_->mutex);
  impl_->memories.clear();
}

}  // namespace haetae::runtime
