// The verbs that change objects; apply is object_apply.cpp.

#include <algorithm>
#include <iterator>

#include "fakes/object_checks.hpp"

namespace haetae::fakes {
namespace {

using kube::HttpResponse;

std::string manager_of(const Route& route, const kube::HttpRequest& request) {
  const auto manager = route.param("fieldManager");
  if (!manager.empty()) return manager;
  const auto agent = std::string(kube::header(request.headers, "User-Agent"));
  return agent.empty() ? "unknown" : agent.substr(0, agent.find('/'));
}

/// Leaves that `next` states otherwise than `live`, and those that are only in `live`.
std::pair<FieldSet, FieldSet> difference(const Json& live, const Json& next) {
  const auto before = live.is_null() ? FieldSet{} : fields_of(live);
  const auto after = fields_of(next);
  std::pair<FieldSet, FieldSet> out;
  for (const auto& path : after) {
    const Json* was = before.contains(path) ? value_at(live, path) : nullptr;
    const bool element = path.back()[0] == 'k';  // its fields stand for themselves
    if (was == nullptr || (!element && *was != *value_at(next, path))) out.first.insert(path);
  }
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::inserter(out.second, out.second.end()));
  return out;
}

}  // namespace

// Source: kubernetes.io/docs/concepts/overview/working-with-objects/namespaces, "Terminating" refuses newcomers.
std::optional<HttpResponse> ObjectStore::namespace_refuses(const Route& route, const std::string& ns) {
  if (!route.collection->resource.namespaced) return std::nullopt;
  auto& namespaces = collections_["/v1/namespaces"].objects;
  const auto found = namespaces.find({"", ns});
  if (found == namespaces.end())
    return status_answer(404, "NotFound", "namespaces \"" + ns + "\" not found",
                         {{"name", ns}, {"kind", "namespaces"}});
  if (!found->second["metadata"].contains("deletionTimestamp")) return std::nullopt;
  return status_answer(403, "Forbidden",
                       "unable to create new content in namespace " + ns + " because it is being terminated",
                       {{"causes", {{{"reason", "NamespaceTerminating"}, {"field", "metadata.namespace"}}}}});
}

std::optional<HttpResponse> ObjectStore::refused(const Json& object) {
  if (!admission) return std::nullopt;
  const Json status = admission(object);
  if (status.is_null()) return std::nullopt;
  return status_answer(status.value("code", 422), status.value("reason", "Invalid"), status.value("message", ""),
                       status.value("details", Json()));
}

HttpResponse ObjectStore::create(const Route& at, const kube::HttpRequest& request) {
  Route route = at;
  Json next = Json::parse(request.body, nullptr, false);
  if (!next.is_object()) return bad("the body is no object");
  route.name = metadata_of(next).value("name", "");
  if (route.name.empty())
    return status_answer(422, "Invalid", "metadata.name: Required value: name or generateName is required");
  if (!metadata_of(next).value("resourceVersion", "").empty())
    return bad("resourceVersion should not be set on objects to be created");
  if (auto no = namespace_refuses(route, route.ns)) return *no;
  if (route.collection->objects.contains({route.ns, route.name}))
    return status_answer(409, "AlreadyExists",
                         qualified(route.collection->resource) + " \"" + route.name + "\" already exists");
  next["metadata"].erase("managedFields");
  return update(route, nullptr, next, {manager_of(route, request), "Update", route.param("dryRun") == "All", true});
}

HttpResponse ObjectStore::replace(const Route& route, const kube::HttpRequest& request) {
  const auto found = route.collection->objects.find({route.ns, route.name});
  if (found == route.collection->objects.end()) return missing(route);
  const Json next = Json::parse(request.body, nullptr, false);
  if (!next.is_object()) return bad("the body is no object");
  if (auto no = precondition(route, found->second, next)) return *no;
  return update(route, found->second, next, {manager_of(route, request), "Update", route.param("dryRun") == "All"});
}

// Source: kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch; RFC 6902, RFC 7386
HttpResponse ObjectStore::patch(const Route& route, const kube::HttpRequest& request, const std::string& type) {
  const auto found = route.collection->objects.find({route.ns, route.name});
  if (found == route.collection->objects.end()) return missing(route);
  const Json steps = Json::parse(request.body, nullptr, false);
  Json next = found->second;
  if (type == "application/merge-patch+json") {
    next.merge_patch(steps);
  } else if (type == "application/json-patch+json") {
    try {
      next = next.patch(steps);
    } catch (const Json::exception& thrown) {
      return status_answer(422, "Invalid", "the server rejected our request due to an error in our request", nullptr);
    }
  } else {
    return status_answer(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
  }
  if (auto no = other_uid(route, found->second, next)) return *no;
  if (auto no = precondition(route, found->second, next)) return *no;
  return update(route, found->second, next, {manager_of(route, request), "Update", route.param("dryRun") == "All"});
}

HttpResponse ObjectStore::update(const Route& route, const Json& live, Json next, const Write& write) {
  const bool has_status = route.collection->has_status;
  if (route.subresource == "status" || route.subresource == "scale") {
    Json whole = live;
    if (route.subresource == "status") whole["status"] = next.value("status", Json::object());
    else whole["spec"]["replicas"] = next["spec"]["replicas"];
    whole["metadata"]["managedFields"] =
        metadata_of(next).value("managedFields", metadata_of(live).value("managedFields", Json::array()));
    next = std::move(whole);
  } else if (has_status && !live.is_null() && live.contains("status")) {
    next["status"] = live["status"];
  } else if (has_status) {
    next.erase("status");
  }
  set_defaults(next);
  // Who patches managedFields itself gets what it states. Source: server-side-apply "Clearing managedFields".
  auto managers = from_managed_fields(
      metadata_of(next).value("managedFields", metadata_of(live).value("managedFields", Json::array())));
  const auto [changed, gone] = difference(live, next);
  const Manager self{write.manager, "Update", route.collection->resource.api_version(), route.subresource, {}};
  for (auto& one : managers)
    std::erase_if(one.fields, [&, &changed_ = changed, &gone_ = gone](const FieldPath& path) {
      return gone_.contains(path) || (changed_.contains(path) && !one.is(self));
    });
  if (!changed.empty()) entry_of(managers, self).fields.insert(changed.begin(), changed.end());
  next["metadata"]["managedFields"] = managed_fields(managers);
  return commit(route, live, std::move(next), write);
}

HttpResponse ObjectStore::commit(const Route& route, const Json& live, Json next, const Write& write) {
  auto& metadata = next["metadata"];
  const auto was = metadata_of(live);
  metadata["name"] = route.name;
  if (!route.ns.empty()) metadata["namespace"] = route.ns;
  for (const char* key :
       {"uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    metadata.erase(key);
    if (was.contains(key)) metadata[key] = was[key];
  }
  if (live.is_null()) {
    metadata["uid"] = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + made_ + 1);
    metadata["creationTimestamp"] = "2026-01-01T00:00:00Z";
    metadata["generation"] = 1;
  } else if (next.value("spec", Json()) != live.value("spec", Json()) ||
             (route.collection->resource.kind == "Deployment" &&
              metadata.value("annotations", Json()) != was.value("annotations", Json()))) {
    metadata["generation"] = was.value("generation", 0) + 1;  // api-conventions "Metadata"
  }
  next["apiVersion"] = route.collection->resource.api_version();
  next["kind"] = route.collection->resource.kind;
  if (auto no = refused(next)) return *no;
  metadata["resourceVersion"] = was.value("resourceVersion", "");
  // A write that changes nothing keeps the resourceVersion and makes no event.
  if (!live.is_null() && next == live) return object_answer(200, live);
  metadata["resourceVersion"] = std::to_string(version_ + 1);
  if (write.dry_run) return object_answer(write.creates ? 201 : 200, next);
  ++made_;
  store(*route.collection, {route.ns, route.name}, live, next);
  return object_answer(write.creates ? 201 : 200, next);
}

void ObjectStore::store(Collection& collection, const ObjectName& name, Json before, Json after) {
  const bool may_go = after["metadata"].contains("deletionTimestamp") &&
                      after["metadata"].value("finalizers", Json::array()).empty() &&
                      collection.resource.kind != "Namespace";
  collection.objects[name] = after;
  const Change change{++version_, std::move(before), std::move(after)};
  collection.history.push_back(change);
  if (on_change) on_change(collection, change);
  if (may_go) drop(collection, name);
}

void ObjectStore::drop(Collection& collection, const ObjectName& name) {
  Json last = collection.objects[name];
  collection.objects.erase(name);
  const Json before = last;
  last["metadata"]["resourceVersion"] = std::to_string(++version_);  // a DELETED event carries its own version
  Change change{version_, std::move(last), nullptr};
  collection.history.push_back(change);
  if (on_change) on_change(collection, change);
}

// Source: api-concepts "Resource deletion"; kubernetes.io/docs/concepts/overview/working-with-objects/finalizers
HttpResponse ObjectStore::remove(const Route& route, const kube::HttpRequest& request) {
  auto& collection = *route.collection;
  const auto found = collection.objects.find({route.ns, route.name});
  if (found == collection.objects.end()) return missing(route);
  const Json options = request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
  if (!options.is_object()) return bad("the body is no DeleteOptions");
  const Json wanted{{"metadata", options.value("preconditions", Json::object())}};
  if (auto no = precondition(route, found->second, wanted)) return *no;
  Json next = found->second;
  const bool is_namespace = collection.resource.kind == "Namespace";
  const bool stays = is_namespace || !next["metadata"].value("finalizers", Json::array()).empty();
  const auto uid = next["metadata"]["uid"];
  if (options.contains("dryRun") || route.param("dryRun") == "All") return object_answer(200, next);
  if (!stays) {
    drop(collection, found->first);
    return object_answer(200, {{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Success"},
                               {"details", {{"name", route.name}, {"uid", uid}}}});
  }
  if (!next["metadata"].contains("deletionTimestamp")) {
    next["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
    next["metadata"]["resourceVersion"] = std::to_string(version_ + 1);
    if (is_namespace) next["status"] = {{"phase", "Terminating"}};
    store(collection, found->first, found->second, next);
  }
  if (is_namespace && !hold_namespaces) finish_namespace(route.name);
  return object_answer(200, next);
}

void ObjectStore::finish_namespace(const std::string& name) {
  bool empty = true;
  for (auto& [key, collection] : collections_) {
    std::vector<ObjectName> inside;
    for (const auto& [at, object] : collection.objects)
      if (at.first == name) inside.push_back(at);
    for (const auto& at : inside) {
      const Route route{&collection, at.first, at.second, "", {}};
      (void)remove(route, kube::remove(collection.resource, {at.first, at.second}, {}));
      empty = empty && !collection.objects.contains(at);
    }
  }
  auto& namespaces = collections_["/v1/namespaces"];
  if (empty && namespaces.objects.contains({"", name})) drop(namespaces, {"", name});
}

}  // namespace haetae::fakes
