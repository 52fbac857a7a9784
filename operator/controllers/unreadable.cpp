#include "controllers/unreadable.hpp"

#include <algorithm>

#include "runtime/json_span.hpp"

namespace haetae::controllers {

using nlohmann::ordered_json;

namespace {

constexpr std::string_view kStatus = "status";

bool begins_with_member(const std::string& path, std::string_view parent, std::string_view key) {
  const auto stem = api::field_path(parent, key);
  return path.starts_with(stem) && (path.size() == stem.size() || path[stem.size()] == '.' || path[stem.size()] == '[');
}

}  // namespace

ordered_json outline(std::string_view object_json) {
  ordered_json out{{"metadata", ordered_json::object()}};
  const auto put = [](ordered_json& into, const char* key, std::string_view from) {
    const auto text = runtime::member_text(from, key);
    if (!text) return;
    if (auto value = api::read_json(*text)) into[key] = std::move(*value);
  };
  const auto metadata = runtime::member_text(object_json, "metadata").value_or("");
  for (const auto* key : {"name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
                          "deletionTimestamp", "labels", "annotations", "finalizers"})
    put(out["metadata"], key, metadata);
  put(out, kStatus.data(), object_json);
  return out;
}

std::string rest_of_status(const ordered_json& outline, const std::vector<api::Fault>& faults) {
  const auto status = outline.find(kStatus);
  ordered_json rest = ordered_json::object();
  if (status == outline.end() || !status->is_object()) return rest.dump();
  for (const auto& [key, value] : status->items()) {
    const bool everywhere = key == "observedGeneration" || key == "findings" || key == "conditions";
    const bool faulty = std::ranges::any_of(
        faults, [&](const api::Fault& fault) { return begins_with_member(fault.path, kStatus, key); });
    if (!everywhere && !faulty) rest[key] = value;
  }
  return rest.dump();
}

bool any_in_status(const std::vector<api::Fault>& faults) {
  return std::ranges::any_of(faults,
                             [](const api::Fault& fault) { return begins_with_member(fault.path, "", kStatus); });
}

}  // namespace haetae::controllers
