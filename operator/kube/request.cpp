#include "kube/request.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace haetae::kube {

namespace {

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

// Appends "?key=value", then "&key=value"; leaves out what is empty.
class Query {
 public:
  explicit Query(std::string& target) : target_(target) {}
  Query& add(std::string_view key, std::string_view value) {
    if (value.empty() || target_.empty()) return *this;
    target_.append(first_ ? "?" : "&").append(key).append("=").append(escape(value));
    first_ = false;
    return *this;
  }
  Query& add_if(bool wanted, std::string_view key, std::string_view value) { return wanted ? add(key, value) : *this; }

 private:
  std::string& target_;
  bool first_{true};
};

bool one_segment(std::string_view name) {
  return name != "." && name != ".." && name.find_first_of("/%") == std::string_view::npos;
}

const char* accept(const Selection& of, bool list) {
  if (!of.metadata_only) return "application/json";
  // Source: api-concepts, "metadata-only fetches". No fallback type: full objects would be a surprise.
  return list ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
              : "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
}

HttpRequest read(std::string target, const char* accepted) {
  HttpRequest request;
  request.target = std::move(target);
  request.headers = {{"Accept", accepted}};
  return request;
}

HttpRequest write(Verb verb, std::string target, const char* type, std::string body, const WriteOptions& options,
                  bool force = false) {
  HttpRequest request;
  request.verb = verb;
  request.target = std::move(target);
  Query(request.target)
      .add("fieldManager", options.field_manager)
      .add_if(force, "force", "true")
      .add_if(options.dry_run, "dryRun", "All")
      .add_if(options.strict, "fieldValidation", "Strict");
  request.headers = {{"Accept", "application/json"}, {"Content-Type", type}};
  request.body = std::move(body);
  return request;
}

const char* text(Propagation propagation) {
  switch (propagation) {
    case Propagation::Background: return "Background";
    case Propagation::Foreground: return "Foreground";
    case Propagation::Orphan: return "Orphan";
  }
  return "Background";
}

}  // namespace

std::string escape(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

std::string collection_path(const Resource& resource, std::string_view ns) {
  if (!one_segment(ns)) return {};
  std::string path = resource.group.empty() ? "/api" : "/apis/" + escape(resource.group);
  path += "/" + escape(resource.version);
  if (resource.namespaced && !ns.empty()) path += "/namespaces/" + escape(ns);
  return path + "/" + escape(resource.plural);
}

std::string object_path(const Resource& resource, const ObjectKey& key, std::string_view subresource) {
  std::string path = collection_path(resource, key.ns);
  // No name would turn an act on one object into an act on all; no namespace likewise.
  if (path.empty() || key.name.empty() || !one_segment(key.name) || (resource.namespaced && key.ns.empty())) return {};
  path += "/" + escape(key.name);
  if (!subresource.empty()) path += "/" + escape(subresource);
  return path;
}

HttpRequest get(const Resource& resource, const ObjectKey& key) {
  return read(object_path(resource, key), "application/json");
}

HttpRequest list(const Resource& resource, std::string_view ns, const ListOptions& options) {
  auto request = read(collection_path(resource, ns), accept(options.of, true));
  Query(request.target)
      .add("labelSelector", options.of.labels)
      .add("fieldSelector", options.of.fields)
      .add_if(options.limit > 0, "limit", std::to_string(options.limit))
      .add("continue", options.continue_token)
      .add("resourceVersion", options.resource_version)
      .add("resourceVersionMatch", options.resource_version_match);
  return request;
}

HttpRequest watch(const Resource& resource, std::string_view ns, const WatchOptions& options) {
  auto request = read(collection_path(resource, ns), accept(options.of, false));
  Query(request.target)
      .add("watch", "true")
      .add("labelSelector", options.of.labels)
      .add("fieldSelector", options.of.fields)
      .add("resourceVersion", options.resource_version)
      .add_if(options.initial_events, "sendInitialEvents", "true")
      .add_if(options.initial_events, "resourceVersionMatch", "NotOlderThan")
      .add_if(options.bookmarks, "allowWatchBookmarks", "true")
      .add_if(options.timeout.count() > 0, "timeoutSeconds", std::to_string(options.timeout.count()));
  return request;
}

HttpRequest create(const Resource& resource, std::string_view ns, std::string body, const WriteOptions& options) {
  return write(Verb::Post, collection_path(resource, ns), "application/json", std::move(body), options);
}

HttpRequest apply(const Resource& resource, const ObjectKey& key, std::string body, const WriteOptions& options,
                  bool force, std::string_view subresource) {
  // JSON is YAML; the other apply type that the server takes is CBOR.
  return write(Verb::Patch, object_path(resource, key, subresource), "application/apply-patch+yaml", std::move(body),
               options, force);
}

HttpRequest json_patch(const Resource& resource, const ObjectKey& key, std::string body, const WriteOptions& options,
                       std::string_view subresource) {
  return write(Verb::Patch, object_path(resource, key, subresource), "application/json-patch+json", std::move(body),
               options);
}

HttpRequest merge_patch(const Resource& resource, const ObjectKey& key, std::string body, const WriteOptions& options,
                        std::string_view subresource) {
  return write(Verb::Patch, object_path(resource, key, subresource), "application/merge-patch+json", std::move(body),
               options);
}

HttpRequest remove(const Resource& resource, const ObjectKey& key, const RemoveOptions& options) {
  nlohmann::json body = {
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", text(options.propagation)}};
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.resource_version.empty()) body["preconditions"]["resourceVersion"] = options.resource_version;
  if (options.dry_run) body["dryRun"] = {"All"};
  // A uid is foreign text: bad UTF-8 in it must not throw, and cannot match anything anyway.
  auto request = write(Verb::Delete, object_path(resource, key), "application/json",
                       body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), {});
  return request;
}

}  // namespace haetae::kube
