#include "api/codec.hpp"

#include <algorithm>

#include "api/codec.inl"
#include "base/text.hpp"

namespace haetae::api {
namespace wire {

std::string cut(std::string text, std::size_t most) {
  if (code_points(text) <= most) return text;
  std::size_t end = 0;
  for (std::size_t points = 0; end < text.size(); ++end) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && ++points == most) break;
  }
  return text.substr(0, end) + "…";
}

bool is_number(const std::string& text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && !text.empty() && text.size() < 10 && (text.size() == 1 || text.front() != '0');
}

std::string text_of(const ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_integer() ? value.dump() : std::string{};
}

namespace {

const Type& metadata_type() {
  static const Type type = described<ObjectMeta>({});
  return type;
}

void check_identity(const ordered_json& object, const KindInfo& kind, std::vector<Fault>& faults) {
  const auto says = [&](const char* member, const char* wanted) {
    const auto at = object.find(member);
    if (at == object.end()) return faults.push_back({member, "Required value"});
    check(*at, {.traits = {.one_of = {wanted}}}, member, false, faults);
  };
  says("apiVersion", kApiVersion.data());
  says("kind", kind.kind.c_str());
}

constexpr std::size_t kLongestNamespace = 63;  ///< Source: RFC 1123

/// The name, which the CRD's schema bounds under `metadata`, and the namespace, which only files can get wrong. That one
/// may be as long as Kubernetes has it: which namespaces are an agency's is for a rule to say.
void check_names(const ordered_json& metadata, const KindInfo& kind, std::vector<Fault>& faults) {
  const auto at = [&](const char* member) {
    const auto found = metadata.is_object() ? metadata.find(member) : metadata.end();
    return found != metadata.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  Type label{.traits = {.text = {.most = kLongestName, .pattern = &kDnsLabel}}};
  const std::string ns = at("namespace");
  if (kind.scope == Scope::Cluster && !ns.empty()) {
    faults.push_back({"metadata.namespace", "Forbidden: not allowed on this type"});
  } else if (!ns.empty()) {
    label.traits.text.most = kLongestNamespace;
    check(ns, label, "metadata.namespace", false, faults);
    label.traits.text.most = kLongestName;
  }
  if (!kind.only_name.empty()) label.traits = {.one_of = {kind.only_name.c_str()}};
  if (const std::string name = at("name"); !name.empty()) check(name, label, "metadata.name", false, faults);
}

}  // namespace

void check_object(const ordered_json& object, const KindInfo& kind, const KindTypes& types, bool strict,
                  std::vector<Fault>& faults) {
  if (!object.is_object()) return faults.push_back({"", "is not an object"});
  const ordered_json empty = ordered_json::object();
  const auto part = [&](const char* member) -> const ordered_json& {
    const auto at = object.find(member);
    return at == object.end() || at->is_null() ? empty : *at;
  };
  check_identity(object, kind, faults);
  check(part("metadata"), metadata_type(), "metadata", strict, faults);
  check_names(part("metadata"), kind, faults);
  const bool needs_spec = std::any_of(types.spec.members.begin(), types.spec.members.end(),
                                      [](const Member& member) { return member.required; });
  const auto given = [&](const char* member) { return &part(member) != &empty; };
  if (given("spec") || !needs_spec) check(part("spec"), types.spec, "spec", strict, faults);
  else faults.push_back({"spec", "Required value"});
  if (given("status")) check(part("status"), types.status, "status", strict, faults);
  if (!strict) return;
  for (const auto& [key, value] : object.items()) {
    constexpr std::array<std::string_view, 5> kKnown{"apiVersion", "kind", "metadata", "spec", "status"};
    if (std::find(kKnown.begin(), kKnown.end(), key) != kKnown.end()) continue;
    faults.push_back({field_path("", key), "unknown field"});
  }
}

ordered_json head(const KindInfo& kind, const ObjectMeta& metadata) {
  ordered_json out;
  out["apiVersion"] = kApiVersion;
  out["kind"] = kind.kind;
  out["metadata"] = write(metadata, {}, Fit::AsIs);
  if (metadata.generation == 0) out["metadata"].erase("generation");
  return out;
}

Error refusal(const KindInfo& kind, const std::vector<Fault>& faults) {
  constexpr std::size_t kShown = 3;
  std::string why;
  for (std::size_t i = 0; i < std::min(faults.size(), kShown); ++i) why += (i == 0 ? "" : "; ") + faults[i].text();
  if (faults.size() > kShown) why += "; and " + count(static_cast<std::int64_t>(faults.size() - kShown), "more fault");
  return {Code::Malformed, "cannot read " + kind.kind + ": " + why};
}

}  // namespace wire

}  // namespace haetae::api
