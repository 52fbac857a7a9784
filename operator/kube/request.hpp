#pragma once
// Requests to an API server as values: no connection, no clock, no JSON library in sight of the caller.
// Source for paths and parameters: kubernetes.io/docs/reference/using-api/api-concepts
//
// A name that cannot be one path segment (".", "..", or with "/" or "%": the server unescapes before it splits) gives a
// request with an empty target, which every transport refuses as Rejected. Source: apimachinery,
// IsValidPathSegmentName.

#include <chrono>
#include <string>
#include <string_view>

#include "kube/transport.hpp"

namespace haetae::kube {

/// A kind as the API server's paths know it.
struct Resource {
  std::string group;  ///< "" = core
  std::string version;
  std::string plural;
  std::string kind;
  bool namespaced{true};
  auto operator<=>(const Resource&) const = default;
  /// "apps/v1" or "v1", as manifests spell it.
  [[nodiscard]] std::string api_version() const { return group.empty() ? version : group + "/" + version; }
};

/// Where an object is; `ns` is "" for cluster-scoped kinds.
struct ObjectKey {
  std::string ns;
  std::string name;
  auto operator<=>(const ObjectKey&) const = default;
  [[nodiscard]] std::string text() const { return ns.empty() ? name : ns + "/" + name; }
};

/// Percent-encodes all but RFC 3986's unreserved characters.
[[nodiscard]] std::string escape(std::string_view text);

/// "/apis/apps/v1/namespaces/x/deployments"; for a namespaced kind, `ns` "" means all namespaces. "" = see above.
[[nodiscard]] std::string collection_path(const Resource& resource, std::string_view ns);
/// The same with "/name" and, where given, "/subresource".
[[nodiscard]] std::string object_path(const Resource& resource, const ObjectKey& key,
                                      std::string_view subresource = {});

/// Which objects a list or watch is about.
struct Selection {
  std::string labels{};       ///< label selector, "" = all
  std::string fields{};       ///< field selector, "" = all
  bool metadata_only{false};  ///< ask for PartialObjectMetadata instead of the objects
};

struct ListOptions {
  Selection of{};
  int limit{0};                          ///< items a page; 0 = all in one answer
  std::string continue_token{};          ///< from the page before; then `resource_version` must stay empty
  std::string resource_version{};        ///< "" = the newest, "0" = any cached
  std::string resource_version_match{};  ///< "NotOlderThan" or "Exact"; only with a resource_version
};

struct WatchOptions {
  Selection of{};
  std::string resource_version{};  ///< events after this one; with `initial_events`, a state at least as new
  bool initial_events{false};      ///< WatchList: the present objects first, then a bookmark that says so
  bool bookmarks{true};
  std::chrono::seconds timeout{0};  ///< the server ends the stream in order after it; 0 = its own choice
};

[[nodiscard]] HttpRequest get(const Resource& resource, const ObjectKey& key);
[[nodiscard]] HttpRequest list(const Resource& resource, std::string_view ns, const ListOptions& options = {});
[[nodiscard]] HttpRequest watch(const Resource& resource, std::string_view ns, const WatchOptions& options = {});

/// How a write is made.
struct WriteOptions {
  std::string field_manager{};  ///< required by apply(); elsewhere "" = the user agent's name
  bool dry_run{false};          ///< the server checks and answers as if, and stores nothing
  bool strict{false};           ///< unknown and repeated fields are refused instead of dropped with a warning
};

/// POST of a whole object. `body` is JSON, here and below.
[[nodiscard]] HttpRequest create(const Resource& resource, std::string_view ns, std::string body,
                                 const WriteOptions& options = {});
/// Server-side apply. `force` takes fields over from other managers. `subresource` is "" or "status".
/// Requires: a field manager. An apply creates what is missing: put metadata.uid into the body of an update.
[[nodiscard]] HttpRequest apply(const Resource& resource, const ObjectKey& key, std::string body,
                                const WriteOptions& options, bool force = false, std::string_view subresource = {});
/// RFC 6902; the only patch with preconditions of its own ("test").
[[nodiscard]] HttpRequest json_patch(const Resource& resource, const ObjectKey& key, std::string body,
                                     const WriteOptions& options = {}, std::string_view subresource = {});
/// RFC 7386; replaces lists as a whole.
[[nodiscard]] HttpRequest merge_patch(const Resource& resource, const ObjectKey& key, std::string body,
                                      const WriteOptions& options = {}, std::string_view subresource = {});

/// What happens to an object's dependents. The server's default differs by kind, so we always say it.
enum class Propagation { Background, Foreground, Orphan };

struct RemoveOptions {
  std::string uid{};               ///< only this very object; "" = whichever bears the name
  std::string resource_version{};  ///< only this state of it; "" = any
  Propagation propagation{Propagation::Background};
  bool dry_run{false};
};

/// DELETE of one object. There is no request that deletes a collection, on purpose.
[[nodiscard]] HttpRequest remove(const Resource& resource, const ObjectKey& key, const RemoveOptions& options);

}  // namespace haetae::kube
