#pragma once
// Files → World. Reads what people write and what `kubectl get -o yaml` prints, strictly, and lists every fault with
// its file and line.

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "domain/world.hpp"

namespace haetae::cli {

/// Which object of ours. Sorts by kind in the order of api/kinds.hpp, then namespace, then name.
struct ObjectKey {
  std::size_t kind_order{0};
  std::string kind{};
  std::string ns{};
  std::string name{};
  auto operator<=>(const ObjectKey&) const = default;
  /// "TenantSystem mois/gov24"
  [[nodiscard]] std::string text() const { return kind + " " + (ns.empty() ? "" : ns + "/") + name; }
};

/// One object exactly as it was written, and where ("fleet.yaml:12").
struct Entry {
  nlohmann::ordered_json object{};
  std::string place{};
};

struct Loaded {
  domain::World world{};                 ///< all objects of ours, and what their status shows of the clusters; no time
  std::map<ObjectKey, Entry> entries{};
  std::vector<std::string> faults{};     ///< "fleet.yaml:12: spec.tier: is not …"; with any, the rest is not for use
  std::vector<std::string> notes{};      ///< what was left out, and why
};

/// Reads files, folders (with all below them; names that begin with a dot are left out) and "-" for standard input.
/// v1 List and our own lists are opened. Objects of other API groups are counted in a note; an unknown kind of our
/// group, a missing namespace and an object that is there twice are faults. Errors: none are thrown, see `faults`.
[[nodiscard]] Loaded load(const std::vector<std::string>& paths, std::istream& standard_input);

}  // namespace haetae::cli
