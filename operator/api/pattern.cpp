#include <algorithm>

#include "api/field.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace haetae::api {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_of(std::string_view text, bool (*allowed)(char)) { return std::all_of(text.begin(), text.end(), allowed); }

bool dns_label(std::string_view text) { return is_dns_label(text, text.size()); }

bool component_name(std::string_view text) { return dns_label(text) && !is_digit(text.front()); }

bool system_reference(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return dns_label(text);
  return dns_label(text.substr(0, slash)) && dns_label(text.substr(slash + 1));
}

bool dns_subdomain(std::string_view text) {
  for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    if (!dns_label(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return dns_label(text);
}

bool date(std::string_view text) {
  return text.size() == 10 && parse_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

bool time(std::string_view text) { return parse_rfc3339(text).has_value(); }

bool duration(std::string_view text) {
  return !text.starts_with('-') && !text.starts_with('+') && text != "0" && parse_go_duration(text).has_value();
}

/// Letters, digits, and "-", "_", "." inside. Source: apimachinery IsQualifiedName.
bool qualified(std::string_view text) {
  const auto outer = [](char c) { return is_letter(c) || is_digit(c); };
  const auto inner = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && text.size() <= 63 && outer(text.front()) && outer(text.back()) && all_of(text, inner);
}

bool label_key(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return qualified(text);
  const auto prefix = text.substr(0, slash);
  return prefix.size() <= 253 && dns_subdomain(prefix) && qualified(text.substr(slash + 1));
}

bool label_value(std::string_view text) { return text.empty() || qualified(text); }

bool quantity(std::string_view text) { return Quantity::parse(text).has_value(); }

bool secret_key(std::string_view text) {
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && all_of(text, allowed);
}

bool target_port(std::string_view text) {
  if (all_of(text, is_digit)) return !text.empty() && text.size() <= 5 && text.front() != '0';
  return dns_label(text) && std::any_of(text.begin(), text.end(), is_letter);
}

}  // namespace

const Pattern kDnsLabel{"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", dns_label, "a DNS label (a-z, 0-9 and inner dashes)"};
const Pattern kComponentName{"^[a-z]([-a-z0-9]*[a-z0-9])?$", component_name, "a DNS label that starts with a letter"};
const Pattern kSystemReference{"^([a-z0-9]([-a-z0-9]*[a-z0-9])?/)?[a-z0-9]([-a-z0-9]*[a-z0-9])?$", system_reference,
                               "a system (agency/name, or a name of the same agency)"};
const Pattern kDate{"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", date, "a date (YYYY-MM-DD)"};
const Pattern kTime{
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?"
    "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
    time, "a time (2026-11-22T08:38:12Z)"};
const Pattern kDuration{"^(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h))+$", duration, "a length of time (1h30m)"};
const Pattern kLabelKey{
    "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", label_key,
    "the key of a label"};
const Pattern kLabelValue{"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$", label_value, "the value of a label"};
const Pattern kQuantity{"^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$", quantity,
                        "a quantity (250m, 1.5Gi)"};
const Pattern kResourceName{"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", dns_subdomain,
                            "the name of an object"};
const Pattern kSecretKey{"^[-._a-zA-Z0-9]+$", secret_key, "a key of a Secret"};
const Pattern kTargetPort{"^([1-9][0-9]{0,4}|[a-z]([-a-z0-9]*[a-z0-9])?|[0-9][-a-z0-9]*[a-z]([-a-z0-9]*[a-z0-9])?)$",
                          target_port, "a port's number or name"};

}  // namespace haetae::api
