#include "cli/load.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "api/codec.hpp"
#include "api/kind.hpp"
#include "api/type.hpp"
#include "api/yaml.hpp"
#include "base/text.hpp"
#include "cli/files.hpp"

namespace haetae::cli {
namespace {

using nlohmann::ordered_json;

/// A value of one document, with what is needed to name the line of a path in it.
struct Piece {
  ordered_json value;
  std::string file;
  std::string path;             ///< of the value in its document: "" or "items[3]"
  const api::Document& document;

  /// Where `below` stands, or the nearest thing around it that does: "fleet.yaml:12".
  [[nodiscard]] std::string place(const std::string& below = "") const {
    const auto at = path.empty() || below.empty() ? path + below : path + "." + below;
    return file + ":" + std::to_string(document.line(at));
  }
};

std::string text_at(const ordered_json& object, const char* member) {
  const auto at = object.is_object() ? object.find(member) : object.end();
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

/// "cannot read YAML: … at line 12" of a file as "file:12: cannot read YAML: …".
std::string with_line(const std::string& file, const std::string& message) {
  constexpr std::string_view kAtLine = " at line ";
  const auto at = message.rfind(kAtLine);
  const auto digits = at == std::string::npos ? std::string{} : message.substr(at + kAtLine.size());
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return file + ": " + message;
  return file + ":" + digits + ": " + message.substr(0, at);
}

// Where each kind lives in the World.
std::vector<domain::Ref<api::RiskTier>>& shelf(domain::World& w, const api::RiskTier*) { return w.tiers; }
std::vector<domain::Ref<api::Center>>& shelf(domain::World& w, const api::Center*) { return w.centers; }
std::vector<domain::Ref<api::MemberCluster>>& shelf(domain::World& w, const api::MemberCluster*) { return w.clusters; }
std::vector<domain::Ref<api::TenantSystem>>& shelf(domain::World& w, const api::TenantSystem*) { return w.systems; }
std::vector<domain::Ref<api::ServiceProvider>>& shelf(domain::World& w, const api::ServiceProvider*) {
  return w.providers;
}
std::vector<domain::Ref<api::Handoff>>& shelf(domain::World& w, const api::Handoff*) { return w.handoffs; }
std::vector<domain::Ref<api::Approval>>& shelf(domain::World& w, const api::Approval*) { return w.approvals; }

template <class K>
void put(domain::World& world, K value) {
  shelf(world, static_cast<const K*>(nullptr)).push_back(std::make_shared<const K>(std::move(value)));
}
void put(domain::World& world, api::FleetPolicy value) {
  world.policy = std::make_shared<const api::FleetPolicy>(std::move(value));
}

/// Collects what one command line reads.
class Loading {
 public:
  void read(const SourceText& source) {
    auto documents = api::read_documents(source.text, {kLongestText, 64, 5'000'000});
    if (!documents) {
      result.faults.push_back(with_line(source.name, documents.error().message));
      return;
    }
    for (auto& document : *documents) {
      take({std::move(document.value), source.name, "", document});
    }
  }

  void finish() {
    result.world.views =
        domain::views_from_status(result.world.clusters, result.world.systems, result.world.tiers);
    if (foreign_.empty()) return;
    std::vector<std::string> kinds;
    std::int64_t all = 0;
    for (const auto& [kind, times] : foreign_) {
      kinds.push_back(kind + (times > 1 ? " ×" + std::to_string(times) : ""));
      all += times;
    }
    result.notes.push_back("left out " + count(all, "object") + " of other API groups: " + join(kinds, ", "));
  }

  Loaded result{};

 private:
  void fault(const Piece& piece, const std::string& path, const std::string& what) {
    result.faults.push_back(piece.place(path) + ": " + api::Fault{path, what}.text());
  }

  void take(Piece piece) {
    const auto version = text_at(piece.value, "apiVersion");
    const auto kind = text_at(piece.value, "kind");
    if (version.empty()) return fault(piece, "apiVersion", "is missing");
    if (kind.empty()) return fault(piece, "kind", "is missing");
    const bool ours = version == api::kGroup || version.starts_with(std::string(api::kGroup) + "/");
    if (kind.ends_with("List") && piece.value.contains("items") && (ours || version == "v1")) {
      return take_items(std::move(piece), version, kind);
    }
    if (!ours) {
      ++foreign_[kind];
      return;
    }
    if (version != api::kApiVersion) return fault(piece, "apiVersion", "is not " + std::string(api::kApiVersion));
    take_object(std::move(piece), kind, api::Kinds{});
  }

  /// In a list of one kind the API server leaves kind and version out of the items.
  void take_items(Piece list, const std::string& version, const std::string& kind) {
    auto& items = list.value.at("items");
    if (!items.is_array()) return fault(list, "items", "is not a list");
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto item = std::move(items[i]);
      if (kind != "List" && item.is_object() && !item.contains("kind") && !item.contains("apiVersion")) {
        ordered_json whole{{"apiVersion", version}, {"kind", kind.substr(0, kind.size() - 4)}};
        whole.update(item);
        item = std::move(whole);
      }
      const auto path = api::item_path(list.path.empty() ? "items" : list.path + ".items", i);
      take({std::move(item), list.file, path, list.document});
    }
  }

  template <class... Ks>
  void take_object(Piece piece, const std::string& kind, api::TypeList<Ks...>) {
    std::size_t order = 0;
    const bool known = (take_if<Ks>(piece, kind, order++) || ...);
    if (known) return;
    std::vector<std::string> kinds;
    for (const auto* types : api::all_types()) kinds.push_back(types->kind.kind);
    fault(piece, "kind", kind + " is none of " + join(kinds, ", "));
  }

  template <class K>
  bool take_if(Piece& piece, const std::string& kind, std::size_t order) {
    const auto& about = api::types_of<K>().kind;
    if (about.kind != kind) return false;
    auto decoded = api::decode<K>(piece.value, api::Strictness::Strict);
    const auto& metadata = decoded.value.metadata;
    if (about.scope == api::Scope::Namespaced && metadata.ns.empty()) {
      decoded.faults.push_back({"metadata.namespace", "is missing"});
    }
    for (const auto& found : decoded.faults) fault(piece, found.path, found.what);
    keep({order, kind, metadata.ns, metadata.name}, piece);
    if (decoded.sound()) put(result.world, std::move(decoded.value));
    return true;
  }

  void keep(ObjectKey key, Piece& piece) {
    const auto [at, fresh] = result.entries.try_emplace(std::move(key), Entry{std::move(piece.value), piece.place()});
    // An object without a name has its own fault already.
    if (!fresh && !at->first.name.empty()) fault(piece, "", at->first.text() + " is already at " + at->second.place);
  }

  std::map<std::string, std::int64_t> foreign_{};
};

}  // namespace

Loaded load(const std::vector<std::string>& paths, std::istream& standard_input) {
  auto sources = read_sources(paths, standard_input);
  Loading loading;
  loading.result.faults = std::move(sources.faults);
  for (const auto& source : sources.texts) loading.read(source);
  loading.finish();
  return std::move(loading.result);
}

}  // namespace haetae::cli
