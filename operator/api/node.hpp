#pragma once
// Node: a walk over foreign JSON that always knows where it is. For files that look into what is kept as written.

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/limits.hpp"
#include "api/object.hpp"
#include "api/path.hpp"
#include "base/result.hpp"

namespace haetae::api {

/// What a pod template, or another object that is kept as written, may cost a reader.
inline constexpr Limits kTemplateLimits{.bytes = 256U << 10U, .depth = 64, .nodes = 50'000};

/// A text of that kind as a tree. Errors: those of read_json; Malformed too where something deep was left out of it.
[[nodiscard]] Result<nlohmann::ordered_json> read_kept(const RawJson& written);

/// One node of the text with its path; absent members are nodes without a value. Wrong types become faults.
class Node {
 public:
  Node(const nlohmann::ordered_json* value, std::string path, std::vector<Fault>* faults)
      : value_(value), path_(std::move(path)), faults_(faults) {}

  [[nodiscard]] bool present() const { return value_ != nullptr && !value_->is_null(); }
  [[nodiscard]] const nlohmann::ordered_json* value() const { return present() ? value_ : nullptr; }
  [[nodiscard]] const std::string& path() const { return path_; }
  void fault(std::string what) const { faults_->push_back({path_, std::move(what)}); }

  [[nodiscard]] Node operator[](const char* key) const {
    const bool inside = is(&nlohmann::ordered_json::is_object, "is not an object");
    const auto at = inside ? value_->find(key) : nlohmann::ordered_json::const_iterator{};
    return {inside && at != value_->end() ? &*at : nullptr, field_path(path_, key), faults_};
  }
  template <class Visit>
  void each_item(Visit visit) const {
    if (!is(&nlohmann::ordered_json::is_array, "is not a list")) return;
    for (std::size_t i = 0; i < value_->size(); ++i) visit(Node(&(*value_)[i], item_path(path_, i), faults_));
  }
  template <class Visit>
  void each_member(Visit visit) const {
    if (!is(&nlohmann::ordered_json::is_object, "is not an object")) return;
    for (const auto& [key, item] : value_->items()) visit(key, Node(&item, field_path(path_, key), faults_));
  }
  [[nodiscard]] std::string text() const {
    return is(&nlohmann::ordered_json::is_string, "is not a string") ? value_->get<std::string>() : std::string{};
  }

 private:
  [[nodiscard]] bool is(bool (nlohmann::ordered_json::*kind)() const noexcept, const char* otherwise) const {
    if (!present()) return false;
    if ((value_->*kind)()) return true;
    fault(otherwise);
    return false;
  }

  const nlohmann::ordered_json* value_;
  std::string path_;
  std::vector<Fault>* faults_;
};

/// Of the spec of a PersistentVolumeClaim: see claim_faults in pod.hpp.
[[nodiscard]] std::vector<Fault> refused_in_claim(const Node& spec);

}  // namespace haetae::api
