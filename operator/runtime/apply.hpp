#pragma once
// Applier: makes live objects what manifests state, by server-side apply, writing only on difference.
// Source: architecture.md §5 "Apply, in detail".

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/manifest.hpp"
#include "kube/client.hpp"
#include "kube/request.hpp"

namespace haetae::runtime {

/// One of our objects as a request or an event showed it, with a hash of everything that somebody could have changed
/// against us (labels, annotations, spec, data; not status, managedFields, resourceVersion, …).
struct OwnedObject {
  api::ObjectId id{};
  std::string uid{};
  std::string resource_version{};
  std::uint64_t content{0};
  std::optional<std::int32_t> replicas{};  ///< spec.replicas
  std::string system{};                    ///< label haetae.io/system
  std::string role{};                      ///< label haetae.io/role
  std::string mark{};                      ///< annotation haetae.io/system-ref (namespaces)
  bool deleting{false};
};

/// SAX projection of any of our objects. Errors: Malformed.
[[nodiscard]] Result<OwnedObject> owned_object(std::string_view json, const std::string& api_version,
                                               const std::string& kind);

/// What is kept of such an object, to tell whether it is still as it was: caches hold one for each, so it is small.
struct Sighting {
  std::uint64_t content{0};
  std::uint64_t uid{0};            ///< fnv1a of it: enough to tell it from its namesakes
  std::string resource_version{};
  bool deleting{false};
};
[[nodiscard]] Sighting sighting(const OwnedObject& object);

enum class Applied { Unchanged, Created, Updated };

/// How a manifest is written.
struct ApplyOptions {
  bool dry_run_first{false};     ///< asks for a dry run just before each apply, where rehearse() was long ago
  /// For a workload whose replicas an autoscaler owns: created with this many; an object of ours that still owns
  /// spec.replicas hands it over in a release step that changes no live value.
  std::optional<std::int32_t> initial_replicas{};
};

/// One cluster's writer. Thread: workers (blocking), never the reactor's; one object is never with two of them.
///
/// An object is ours when it carries the mark that the manifest states (the annotation haetae.io/system-ref where it
/// states one, else the label haetae.io/system) with the same value, or carries no mark and has an entry of our
/// field manager. Another value is somebody else's on a namespace, whatever managedFields say; inside a namespace it is
/// drift where our Apply entry owns fields of the object. Requires: the namespaces of manifests are ours.
/// Errors of all: the client's, as "cannot apply PodDisruptionBudget ts-mois-gov24/web in cluster daejeon-a: <why>".
class Applier {
 public:
  using Find = std::function<std::optional<Sighting>(const api::ObjectId&)>;
  using ResourceOf = std::function<kube::Resource(const api::ObjectId&)>;

  /// `find` reads the cache (nullopt: not there as far as the cache knows); `resource_of` maps a kind to its path.
  /// `cluster` is for error texts; "" leaves it out. Requires: `client` outlives us.
  Applier(kube::Client& client, std::string field_manager, Find find, ResourceOf resource_of,
          std::string cluster = {});

  /// Rejects nothing by itself: what the server answers to a dry run of all `manifests` that would be written.
  /// Done when every one would pass; what is live and not ours is passed over (apply() refuses it). `scratch_ns` is
  /// used, under another name, for objects whose namespace is not there yet. Writes nothing.
  [[nodiscard]] Status rehearse(const std::vector<api::Manifest>& manifests, const std::string& scratch_ns);

  /// No request when cache and last apply agree; else one live read, and a write only on difference. An object that
  /// exists but is not ours is left alone: Error Conflict naming its managers. Conflict too while it is being deleted.
  [[nodiscard]] Result<Applied> apply(const api::Manifest& manifest, ApplyOptions options = {});

  /// Deletes with uid and resourceVersion from a live read; NotFound, and a deletion under way, count as done. Never
  /// deletes an object that does not carry our label with `system`: Conflict.
  [[nodiscard]] Status remove(const api::ObjectId& id, const std::string& system);

  /// Forgets what was applied (after a reconnect to what may be another cluster).
  void forget();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// Tells the Conflict of apply() that no retry cures, an object that is there and not ours, from a lost race.
[[nodiscard]] bool is_foreign(const Error& error);

}  // namespace haetae::runtime
