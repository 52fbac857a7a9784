// The verbs that change objects.

#include <algorithm>

#include "fakes/object_store.hpp"

namespace haetae::fakes {
namespace {

using kube::HttpResponse;

std::string qualified(const kube::Resource& resource) {
  return resource.plural + (resource.group.empty() ? "" : "." + resource.group);
}

HttpResponse missing(const Route& route) {
  return status_answer(404, "NotFound", qualified(route.collection->resource) + " \"" + route.name + "\" not found",
                       {{"name", route.name}, {"kind", route.collection->resource.plural}});
}

HttpResponse conflict(const Route& route, const std::string& why) {
  return status_answer(
      409, "Conflict",
      "Operation cannot be fulfilled on " + qualified(route.collection->resource) + " \"" + route.name + "\": " + why);
}

HttpResponse bad(const std::string& why) { return status_answer(400, "BadRequest", why); }

std::string manager_of(const Route& route, const kube::HttpRequest& request) {
  const auto manager = route.param("fieldManager");
  if (!manager.empty()) return manager;
  const auto agent = std::string(kube::header(request.headers, "User-Agent"));
  return agent.empty() ? "unknown" : agent.substr(0, agent.find('/'));
}

Json metadata_of(const Json& object) {
  return object.is_null() ? Json::object() : object.value("metadata", Json::object());
}

/// The preconditions that a body may carry. Source: kubernetes.io/docs/reference/using-api/api-concepts
/// "Resource versions"; for apply, k8s.io/apiserver endpoints/handlers/patch.go (a uid never creates).
std::optional<HttpResponse> precondition(const Route& route, const Json& live, const Json& body) {
  const auto now = metadata_of(live), wanted = metadata_of(body);
  const auto uid = wanted.value("uid", ""), version = wanted.value("resourceVersion", "");
  if (!uid.empty() && live.is_null())
    return conflict(route,
                    "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found");
  if (!uid.empty() && uid != now.value("uid", ""))
    return conflict(
        route, "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + now.value("uid", ""));
  if (!version.empty() && version != now.value("resourceVersion", ""))
    return conflict(route,
                    "the object has been modified; please apply your changes to the latest version and try again");
  return std::nullopt;
}

/// A patch that would give an object another uid is judged as a change of an immutable field, not as a precondition.
/// Source: k8s.io/apimachinery api/validation, ValidateObjectMetaAccessorUpdate; seen on 1.36.
std::optional<HttpResponse> other_uid(const Route& route, const Json& live, const Json& body) {
  const auto uid = metadata_of(body).value("uid", "");
  if (live.is_null() || uid.empty() || uid == metadata_of(live).value("uid", "")) return std::nullopt;
  const Json cause{{"reason", "FieldValueInvalid"}, {"field", "metadata.uid"},
                   {"message", "Invalid value: \"" + uid + "\": field is immutable"}};
  return status_answer(
      422, "Invalid",
      qualified(route.collection->resource) + " \"" + route.name + "\" is invalid: metadata.uid: field is immutable",
      {{"causes", {cause}}});
}

FieldSet without_status(FieldSet fields) {
  std::erase_if(fields, [](const FieldPath& path) { return path[0] == "f:status"; });
  return fields;
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

/// True where an owner of `fields` keeps what is at `path`. Owning a list's element is not owning its fields.
bool holds(const FieldSet& fields, const FieldPath& path) {
  return std::any_of(fields.begin(), fields.end(), [&](const FieldPath& one) {
    return overlap(one, path) && (one.size() >= path.size() || one.back()[0] != 'k');
  });
}

Manager& entry_of(std::vector<Manager>& managers, const Manager& like) {
  for (auto& one : managers)
    if (one.is(like)) return one;
  managers.push_back(like);
  return managers.back();
}

std::string dotted(const FieldPath& path) {
  std::string out;
  for (const auto& step : path) out += step[0] == 'f' ? "." + step.substr(2) : "[" + step.substr(2) + "]";
  return out;
}

/// Takes from the other managers the fields that `self` states otherwise than they are; what that would break, as
/// causes of a conflict.
Json take_over(std::vector<Manager>& managers, const Manager& self, const FieldSet& stated, const Json& live,
               const Json& body) {
  Json causes = Json::array();
  for (auto& one : managers) {
    if (one.is(self)) continue;
    std::erase_if(one.fields, [&](const FieldPath& theirs) {
      if (theirs.back()[0] == 'k') return false;
      const bool differs = std::any_of(stated.begin(), stated.end(), [&](const FieldPath& ours) {
        if (ours.back()[0] == 'k' || !overlap(ours, theirs)) return false;
        const Json* now = value_at(live, ours);
        return now == nullptr || *now != *value_at(body, ours);
      });
      if (differs)
        causes.push_back({{"reason", "FieldManagerConflict"},
                          {"message", "conflict with \"" + one.name + "\""},
                          {"field", dotted(theirs)}});
      return differs;
    });
  }
  return causes;
}

std::string told(const Json& causes) {
  std::string out;
  for (const auto& cause : causes)
    out += (out.empty() ? "" : ", ") + cause["message"].get<std::string>() + ": " + cause["field"].get<std::string>();
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

// Source: kubernetes.io/docs/reference/using-api/server-side-apply
HttpResponse ObjectStore::apply(const Route& route, const kube::HttpRequest& request) {
  const auto manager = route.param("fieldManager");
  if (manager.empty())
    return status_answer(422, "Invalid", "fieldManager: Required value: is required for apply patch");
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("kind")) return bad("the body is no object with apiVersion and kind");
  if (metadata_of(body).contains("managedFields")) return bad("metadata.managedFields must be nil");
  if (metadata_of(body).value("name", route.name) != route.name)
    return bad("the name does not match the name on the URL");
  const auto found = route.collection->objects.find({route.ns, route.name});
  const Json live = found == route.collection->objects.end() ? Json() : found->second;
  if (auto no = other_uid(route, live, body)) return *no;
  if (auto no = precondition(route, live, body)) return *no;
  if (live.is_null() && !route.subresource.empty()) return missing(route);
  if (live.is_null())
    if (auto no = namespace_refuses(route, route.ns)) return *no;

  auto stated = fields_of(body);
  if (route.collection->has_status) {
    if (route.subresource == "status")
      std::erase_if(stated, [](const FieldPath& path) { return path[0] != "f:status"; });
    else stated = without_status(std::move(stated));
  }
  auto managers = from_managed_fields(metadata_of(live).value("managedFields", Json::array()));
  const Manager self{manager, "Apply", route.collection->resource.api_version(), route.subresource, {}};

  const Json causes = take_over(managers, self, stated, live, body);
  if (!causes.empty() && !route.flag("force"))
    return status_answer(409, "Conflict",
                         "Apply failed with " + std::to_string(causes.size()) + " conflict(s): " + told(causes),
                         {{"causes", causes}});

  Json next = live.is_null() ? Json{{"metadata", Json::object()}} : live;
  next["apiVersion"] = body["apiVersion"];
  next["kind"] = body["kind"];
  for (const auto& path : stated) copy_field(next, body, path);
  // What we alone owned and do not state any more goes, or falls back to its default.
  const FieldSet owned = entry_of(managers, self).fields;
  entry_of(managers, self).fields = stated;
  for (auto path = owned.rbegin(); path != owned.rend(); ++path)
    if (std::none_of(managers.begin(), managers.end(), [&](const Manager& one) { return holds(one.fields, *path); }))
      erase_field(next, *path);
  next["metadata"]["managedFields"] = managed_fields(managers);
  set_defaults(next);
  return commit(route, live, std::move(next), {manager, "Apply", route.param("dryRun") == "All", live.is_null()});
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

void set_defaults(Json& object) {
  const auto kind = object.value("kind", "");
  const auto absent = [](Json& at, const char* key, const Json& value) {
    if (!at.contains(key)) at[key] = value;
  };
  if (kind == "Namespace") {
    object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
    absent(object["spec"], "finalizers", {"kubernetes"});
    absent(object, "status", {{"phase", "Active"}});
  }
  if (kind == "Deployment" || kind == "StatefulSet") {
    auto& spec = object["spec"];
    absent(spec, "replicas", 1);
    absent(spec, "revisionHistoryLimit", 10);
    auto& pod = spec["template"]["spec"];
    absent(pod, "restartPolicy", "Always");
    absent(pod, "terminationGracePeriodSeconds", 30);
    if (pod.contains("containers"))
      for (auto& container : pod["containers"]) {
        absent(container, "imagePullPolicy", "IfNotPresent");
        if (container.contains("ports"))
          for (auto& port : container["ports"]) absent(port, "protocol", "TCP");
      }
  }
  if (kind == "Service") {
    auto& spec = object["spec"];
    absent(spec, "type", "ClusterIP");
    absent(spec, "clusterIP", "10.96.0.10");
    if (spec.contains("ports"))
      for (auto& port : spec["ports"]) {
        absent(port, "protocol", "TCP");
        absent(port, "targetPort", port.value("port", Json()));
      }
  }
}

}  // namespace haetae::fakes
