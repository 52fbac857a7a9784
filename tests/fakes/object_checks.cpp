#include "fakes/object_checks.hpp"

namespace haetae::fakes {

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

Json metadata_of(const Json& object) {
  return object.is_null() ? Json::object() : object.value("metadata", Json::object());
}

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

Manager& entry_of(std::vector<Manager>& managers, const Manager& like) {
  for (auto& one : managers)
    if (one.is(like)) return one;
  managers.push_back(like);
  return managers.back();
}

}  // namespace haetae::fakes
