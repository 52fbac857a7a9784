// Server-side apply: whose a field is, and what becomes of it.

#include <algorithm>

#include "fakes/object_checks.hpp"

namespace haetae::fakes {
namespace {

using kube::HttpResponse;

FieldSet without_status(FieldSet fields) {
  std::erase_if(fields, [](const FieldPath& path) { return path[0] == "f:status"; });
  return fields;
}

/// True where an owner of `fields` keeps what is at `path`. Owning a list's element is not owning its fields.
bool holds(const FieldSet& fields, const FieldPath& path) {
  return std::any_of(fields.begin(), fields.end(), [&](const FieldPath& one) {
    return overlap(one, path) && (one.size() >= path.size() || one.back()[0] != 'k');
  });
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

}  // namespace haetae::fakes
