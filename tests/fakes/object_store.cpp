#include "fakes/object_store.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace haetae::fakes {
namespace {

using kube::HttpResponse;
using kube::Resource;

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size()) {
      out += text[i];
      continue;
    }
    int byte = 0;
    std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  std::string part;
  std::istringstream in{std::string(text)};
  while (std::getline(in, part, at)) out.push_back(part);
  return out;
}

std::string trimmed(std::string text) {
  std::erase(text, ' ');
  return text;
}

/// One term of a label selector: `a`, `!a`, `a=b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`.
/// Source: kubernetes.io/docs/concepts/overview/working-with-objects/labels
bool term_holds(const Json& labels, const std::string& term) {
  const auto value = [&](const std::string& key) { return labels.is_object() ? labels.value(key, Json()) : Json(); };
  if (const auto in = term.find(" in ("); in != std::string::npos) {
    const auto values = split(trimmed(term.substr(in + 5, term.size() - in - 6)), ',');
    const auto now = value(term.substr(0, in));
    return now.is_string() && std::find(values.begin(), values.end(), now.get<std::string>()) != values.end();
  }
  if (const auto out = term.find(" notin ("); out != std::string::npos)
    return !term_holds(labels, term.substr(0, out) + " in (" + term.substr(out + 8));
  if (const auto ne = term.find("!="); ne != std::string::npos) return value(term.substr(0, ne)) != term.substr(ne + 2);
  if (const auto eq = term.find('='); eq != std::string::npos)
    return value(term.substr(0, eq)) == term.substr(term.find_first_not_of('=', eq));
  return term.starts_with("!") ? value(term.substr(1)).is_null() : !value(term).is_null();
}

std::vector<std::string> terms_of(const std::string& selector) {
  std::vector<std::string> terms{""};
  int open = 0;
  for (const char c : selector) {
    open += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && open == 0) terms.emplace_back();
    else terms.back() += c;
  }
  return terms;
}

const Json& at_path(const Json& object, const std::string& dotted) {
  static const Json kNone;
  const Json* at = &object;
  for (const auto& step : split(dotted, '.')) {
    if (!at->is_object() || !at->contains(step)) return kNone;
    at = &(*at)[step];
  }
  return *at;
}

const std::vector<std::pair<Resource, bool>>& built_in() {
  static const std::vector<std::pair<Resource, bool>> kinds{
      {{"", "v1", "namespaces", "Namespace", false}, true},
      {{"", "v1", "nodes", "Node", false}, true},
      {{"", "v1", "pods", "Pod"}, true},
      {{"", "v1", "services", "Service"}, true},
      {{"", "v1", "configmaps", "ConfigMap"}, false},
      {{"", "v1", "secrets", "Secret"}, false},
      {{"", "v1", "serviceaccounts", "ServiceAccount"}, false},
      {{"", "v1", "resourcequotas", "ResourceQuota"}, true},
      {{"", "v1", "limitranges", "LimitRange"}, false},
      {{"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"}, true},
      {{"apps", "v1", "deployments", "Deployment"}, true},
      {{"apps", "v1", "statefulsets", "StatefulSet"}, true},
      {{"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"}, true},
      {{"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy"}, true},
      {{"networking.k8s.io", "v1", "ingresses", "Ingress"}, true},
      {{"gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute"}, true},
      {{"batch", "v1", "cronjobs", "CronJob"}, true},
      {{"autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"}, true},
      {{"coordination.k8s.io", "v1", "leases", "Lease"}, false},
      {{"events.k8s.io", "v1", "events", "Event"}, false}};
  return kinds;
}

std::string collection_key(const Resource& resource) {
  return resource.group + "/" + resource.version + "/" + resource.plural;
}

Json as_metadata(const Json& object) {
  return {{"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", object["metadata"]}};
}

}  // namespace

std::string Route::param(const std::string& key) const {
  const auto found = query.find(key);
  return found == query.end() ? "" : found->second;
}

HttpResponse status_answer(int code, const std::string& reason, const std::string& message, Json details) {
  Json status{{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Failure"},
              {"message", message}, {"reason", reason}, {"code", code}};
  if (!details.is_null()) status["details"] = std::move(details);
  return {code, {{"Content-Type", "application/json"}}, status.dump() + "\n"};
}

HttpResponse object_answer(int code, const Json& object) {
  return {code, {{"Content-Type", "application/json"}}, object.dump() + "\n"};
}

ObjectStore::ObjectStore() {
  for (const auto& [resource, has_status] : built_in()) serve(resource, has_status);
  for (const char* ns : {"default", "kube-system"}) {
    kube::HttpRequest request = kube::create(built_in()[0].first, "", Json{{"metadata", {{"name", ns}}}}.dump());
    (void)answer(request);
  }
}

void ObjectStore::serve(const Resource& resource, bool has_status) {
  auto& collection = collections_[collection_key(resource)];
  collection.resource = resource;
  collection.has_status = has_status;
  collection.served = true;
}

void ObjectStore::stop_serving(const Resource& resource) { collections_[collection_key(resource)].served = false; }

void ObjectStore::compact() {
  oldest_ = version_;
  for (auto& [key, collection] : collections_) collection.history.clear();
  pages_.clear();
}

// Source: kubernetes.io/docs/reference/using-api/api-concepts "Resource URIs"
std::optional<Route> ObjectStore::route(const std::string& target) {
  Route route;
  const auto question = target.find('?');
  if (question != std::string::npos)
    for (const auto& pair : split(target.substr(question + 1), '&')) {
      const auto equals = pair.find('=');
      route.query[pair.substr(0, equals)] = unescape(pair.substr(equals + 1));
    }
  auto steps = split(target.substr(0, question), '/');
  for (auto& step : steps) step = unescape(step);
  steps.erase(steps.begin());  // before the first slash
  const bool core = !steps.empty() && steps[0] == "api";
  const std::size_t base = core ? 2 : 3;
  if (steps.size() <= base) return std::nullopt;
  const std::string prefix = (core ? "" : steps[1]) + "/" + steps[base - 1] + "/";
  steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(base));
  const bool inside = steps.size() >= 3 && steps[0] == "namespaces" && steps[2] != "status" && steps[2] != "finalize";
  if (inside) {
    route.ns = steps[1];
    steps.erase(steps.begin(), steps.begin() + 2);
  }
  const auto found = collections_.find(prefix + steps[0]);
  if (found == collections_.end() || !found->second.served) return std::nullopt;
  route.collection = &found->second;
  if (steps.size() > 1) route.name = steps[1];
  if (steps.size() > 2) route.subresource = steps[2];
  return route;
}

bool ObjectStore::selected(const Json& object, const Route& route) {
  if (object.is_null()) return false;
  const auto& metadata = object["metadata"];
  if (!route.ns.empty() && metadata.value("namespace", "") != route.ns) return false;
  const auto labels = metadata.value("labels", Json::object());
  if (const auto selector = route.param("labelSelector"); !selector.empty())
    for (const auto& term : terms_of(selector))
      if (!term_holds(labels, term)) return false;
  if (const auto selector = route.param("fieldSelector"); !selector.empty())
    for (const auto& term : terms_of(selector)) {
      const auto equals = term.find('=');
      const auto& value = at_path(object, term.substr(0, equals));
      if ((value.is_string() ? value.get<std::string>() : "") != term.substr(equals + 1)) return false;
    }
  return true;
}

// Source: api-concepts "Aggregated discovery"; apidiscovery.k8s.io/v2. One version of each kind.
HttpResponse ObjectStore::discovery(bool core) const {
  Json groups = Json::object();
  for (const auto& [key, collection] : collections_) {
    const auto& resource = collection.resource;
    if (!collection.served || resource.group.empty() != core) continue;
    auto& group = groups[resource.group];
    if (group.is_null()) group = {{"metadata", Json::object()}, {"versions", Json::array()}};
    if (!core) group["metadata"]["name"] = resource.group;
    group["versions"].push_back(
        {{"version", resource.version},
         {"freshness", "Current"},
         {"resources", Json::array({{{"resource", resource.plural},
                                     {"scope", resource.namespaced ? "Namespaced" : "Cluster"},
                                     {"verbs", {"create", "delete", "get", "list", "patch", "update", "watch"}}}})}});
  }
  Json items = Json::array();
  for (auto& group : groups) items.push_back(std::move(group));
  return object_answer(200, {{"kind", "APIGroupDiscoveryList"}, {"apiVersion", "apidiscovery.k8s.io/v2"}, {"items", items}});
}

HttpResponse ObjectStore::answer(const kube::HttpRequest& request) {
  if (request.verb == kube::Verb::Get && (request.target == "/api" || request.target == "/apis"))
    return discovery(request.target == "/api");
  const auto route = this->route(request.target);
  if (!route) return status_answer(404, "NotFound", "the server could not find the requested resource");
  const bool metadata_only = kube::header(request.headers, "Accept").find("as=PartialObject") != std::string_view::npos;
  const auto type = std::string(kube::header(request.headers, "Content-Type"));
  switch (request.verb) {
    case kube::Verb::Post: return create(*route, request);
    case kube::Verb::Put: return replace(*route, request);
    case kube::Verb::Patch:
      return type == "application/apply-patch+yaml" ? apply(*route, request) : patch(*route, request, type);
    case kube::Verb::Delete: return remove(*route, request);
    case kube::Verb::Get: break;
  }
  if (route->name.empty()) return list(*route, metadata_only);
  const auto found = route->collection->objects.find({route->ns, route->name});
  if (found == route->collection->objects.end()) {
    const auto& resource = route->collection->resource;
    const auto what = resource.plural + (resource.group.empty() ? "" : "." + resource.group);
    return status_answer(404, "NotFound", what + " \"" + route->name + "\" not found");
  }
  return object_answer(200, metadata_only ? as_metadata(found->second) : found->second);
}

// Source: api-concepts "Retrieving large results sets in chunks": every page shows the state of the first one.
HttpResponse ObjectStore::list(const Route& route, bool metadata_only) {
  const auto limit = static_cast<std::size_t>(std::atol(route.param("limit").c_str()));
  const auto& resource = route.collection->resource;
  std::vector<Json> items;
  Json metadata{{"resourceVersion", std::to_string(version_)}};
  if (const auto token = route.param("continue"); !token.empty()) {
    const auto page = pages_.find(token);
    if (page == pages_.end())
      return status_answer(410, "Expired",
                           "The provided continue parameter is too old to display a consistent list result.");
    metadata = page->second.first;
    items = page->second.second;
  } else {
    for (const auto& [name, object] : route.collection->objects)
      if (selected(object, route)) items.push_back(metadata_only ? as_metadata(object) : object);
  }
  metadata.erase("continue");
  if (limit > 0 && items.size() > limit) {
    const auto rest = items.begin() + static_cast<std::ptrdiff_t>(limit);
    const auto token = "page-" + std::to_string(++made_);
    pages_[token] = {metadata, {rest, items.end()}};
    items.erase(rest, items.end());
    metadata["continue"] = token;
  }
  // Items of built-in kinds do not repeat their kind; metadata stands before them, as a real server writes it.
  nlohmann::ordered_json out{
      {"kind", resource.kind + "List"}, {"apiVersion", resource.api_version()}, {"metadata", metadata}};
  out["items"] = nlohmann::ordered_json::array();
  for (auto& item : items) {
    if (!resource.group.ends_with("haetae.io") && !metadata_only) item.erase("kind"), item.erase("apiVersion");
    out["items"].push_back(nlohmann::ordered_json(std::move(item)));
  }
  return {200, {{"Content-Type", "application/json"}}, out.dump() + "\n"};
}

}  // namespace haetae::fakes
