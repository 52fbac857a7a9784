#pragma once
// Names that cannot be swapped by mistake: a ClusterName is not a CenterName, though both are DNS labels.

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace haetae {

/// A string with a meaning. Compares and hashes like its text.
template <class Tag>
class Name {
 public:
  Name() = default;
  explicit Name(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const Name&) const = default;

 private:
  std::string text_;
};

using CenterName = Name<struct CenterTag>;
using ClusterName = Name<struct ClusterTag>;    ///< a MemberCluster's name
using TierName = Name<struct TierTag>;          ///< a RiskTier's name
using ProviderName = Name<struct ProviderTag>;  ///< a ServiceProvider's name

/// A system's full reference, written `agency/name`: the hub namespace and the TenantSystem's name.
struct SystemRef {
  std::string agency;
  std::string name;
  auto operator<=>(const SystemRef&) const = default;
  [[nodiscard]] std::string text() const { return agency + "/" + name; }
};

/// Reads `agency/name`; a bare `name` belongs to `home`. Does not judge the parts' spelling.
[[nodiscard]] SystemRef system_ref(std::string_view text, std::string_view home);

}  // namespace haetae

template <class Tag>
struct std::hash<haetae::Name<Tag>> {
  std::size_t operator()(const haetae::Name<Tag>& n) const { return std::hash<std::string>{}(n.text()); }
};
template <>
struct std::hash<haetae::SystemRef> {
  std::size_t operator()(const haetae::SystemRef& r) const {
    return std::hash<std::string>{}(r.agency) * 31 + std::hash<std::string>{}(r.name);
  }
};
