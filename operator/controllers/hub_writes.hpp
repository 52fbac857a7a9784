#pragma once
// Writes to our kinds in the hub: status by server-side apply, finalizers by JSON patch. Each takes the server's answer
// back into its shelf, so that the next reader sees it.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "base/result.hpp"
#include "controllers/hub.hpp"

namespace haetae::controllers {

// Below the templates: any kind, bodies as text.

/// Applies `status` (and nothing else) to the very object with `uid`. Fields that we applied before under `manager` and
/// leave out now are removed. Returns the object. Thread: workers.
[[nodiscard]] Result<std::string> apply_status_text(kube::Client& client, const kube::Resource& resource,
                                                    const api::ObjectMeta& of, const nlohmann::ordered_json& status,
                                                    const char* manager);
/// Replaces the list of finalizers of the very state of the object that `of` shows. Errors: Conflict when it has
/// changed since.
[[nodiscard]] Result<std::string> put_finalizers_text(kube::Client& client, const kube::Resource& resource,
                                                      const api::ObjectMeta& of,
                                                      const std::vector<std::string>& finalizers);
/// Error with what was tried put before it.
[[nodiscard]] Error explained(Error error, const std::string& tried);

template <class T>
[[nodiscard]] Status take_back(Hub& hub, Result<std::string> answer) {
  if (!answer) return std::move(answer).error();
  hub.shelf<T>().accept(*answer);
  return Done{};
}

/// Requires: the caller has found that it differs; a write is a write even when it changes nothing.
template <class T>
[[nodiscard]] Status apply_status(Hub& hub, const T& object, const nlohmann::ordered_json& status, const char* manager) {
  return take_back<T>(hub, apply_status_text(hub.client(), hub_resource<T>(), object.metadata, status, manager));
}

template <class T>
[[nodiscard]] bool has_finalizer(const T& object, const std::string& finalizer) {
  for (const auto& one : object.metadata.finalizers)
    if (one == finalizer) return true;
  return false;
}

/// Adds or removes one finalizer; no request where that changes nothing, nor to add one to what is being deleted (the
/// server refuses that).
template <class T>
[[nodiscard]] Status set_finalizer(Hub& hub, const T& object, const std::string& finalizer, bool wanted) {
  if (has_finalizer(object, finalizer) == wanted || (wanted && object.metadata.deleted)) return Done{};
  auto finalizers = object.metadata.finalizers;
  if (wanted) finalizers.push_back(finalizer);
  else std::erase(finalizers, finalizer);
  return take_back<T>(hub, put_finalizers_text(hub.client(), hub_resource<T>(), object.metadata, finalizers));
}

}  // namespace haetae::controllers
