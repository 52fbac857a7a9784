#pragma once
// The words in which a struct describes its own wire form. Each struct of the API lists its members once, in a
// static `fields` beside them; decode, encode, checks, CRD schema and API reference all come from that list:
//
//   template <class Fields>
//   static void fields(Fields& f) {
//     f.required("rank", &RiskTierSpec::rank, "1 is the highest.", {.minimum = 1, .maximum = 100});
//     f.optional("spread", &…::spread, "How …", {.list = ListType::Map, .keys = {"domain"}, .most = 2});
//     f.rule({"self.max >= self.least", "max is below least", ".max"}, [](const auto& s) { return …; });
//   }
//
// The default of an optional field is its member initializer. Nothing here includes json.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haetae::api {

/// A form of text that the API server checks by `regex` (RE2, anchored) and Haetae by `holds`, in linear time.
/// The two agree; tests/api/pattern_test.cpp holds them against each other.
struct Pattern {
  const char* regex;
  bool (*holds)(std::string_view);
  const char* wanted;  ///< "a DNS label": completes "is not …"
};

extern const Pattern kDnsLabel;        ///< agencies, systems, centers, clusters, providers, tiers
extern const Pattern kComponentName;   ///< a DNS label that starts with a letter (Services need it)
extern const Pattern kSystemReference; ///< `agency/name` or `name`
extern const Pattern kDate;            ///< YYYY-MM-DD
extern const Pattern kTime;            ///< RFC 3339
extern const Pattern kDuration;        ///< 1h30m
extern const Pattern kLabelKey;        ///< [prefix/]name of a label
extern const Pattern kLabelValue;      ///< a label's value, perhaps empty
extern const Pattern kQuantity;        ///< 250m, 1.5Gi
extern const Pattern kResourceName;    ///< name of a file, Secret or key: a DNS subdomain
extern const Pattern kSecretKey;       ///< key inside a Secret
extern const Pattern kTargetPort;      ///< a port's number or name

/// Names of agencies, systems, centers, clusters, providers and tiers are at most this long, so that what is made
/// of them (namespaces, labels) stays readable. Source: api.md "Conventions".
inline constexpr std::size_t kLongestName = 40;

/// Bounds of a string, of each string of a list, or of each value of a map. Units: code points.
struct Text {
  std::size_t least{0};
  std::size_t most{0};  ///< 0 = the field's kind bounds it (enum, time)
  const Pattern* pattern{nullptr};
};

/// What server-side apply may merge. Source: kubernetes.io/docs/reference/using-api/server-side-apply "Merge strategy".
enum class ListType { Atomic, Set, Map };

/// What one field allows beyond its type. Everything said here is enforced by the API server and offline alike.
struct Traits {
  std::optional<std::int64_t> minimum{};  ///< numbers; durations in seconds
  std::optional<std::int64_t> maximum{};
  Text text{};
  Text key_text{};                        ///< keys of a map
  std::array<const char*, 4> one_of{};    ///< the only texts allowed, null-ended
  ListType list{ListType::Atomic};
  std::array<const char*, 3> keys{};      ///< of ListType::Map, null-ended
  std::size_t least{0};                   ///< items of a list, members of a map
  std::size_t most{0};
  const char* unit{""};                   ///< "percent": what a number counts, where the name does not say it
  bool immutable{false};
  bool int_or_string{false};              ///< on the wire also an integer; the member is its text
};

/// A rule over several fields: CEL for the API server, a predicate beside it for files.
/// `field` is the place that the message is about, below the struct: ".closeBy".
struct Rule {
  const char* cel;
  const char* message;
  const char* field{""};
};

/// The enumerator's spelling, which is the one in YAML. Each enum says its list as
/// `constexpr std::array<std::string_view, n> names(Enum)` beside it.
template <class Enum>
[[nodiscard]] constexpr std::string_view name(Enum value)
  requires requires { names(value); }
{
  return names(value)[static_cast<std::size_t>(value)];
}

/// The enumerator with that spelling, or nothing.
template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> named(std::string_view text)
  requires requires { names(Enum{}); }
{
  constexpr auto all = names(Enum{});
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace haetae::api
