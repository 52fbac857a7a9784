#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "api/yaml.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view unsigned_part(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?. Source: yaml.org/spec/1.2.2 §10.3.2.
bool is_float(std::string_view text) {
  text = unsigned_part(text);
  const auto mantissa_end = std::min(text.find_first_of("eE"), text.size());
  const auto mantissa = text.substr(0, mantissa_end);
  const bool digits = std::any_of(mantissa.begin(), mantissa.end(), is_digit);
  if (!digits || !all(mantissa, "0123456789.") || std::count(mantissa.begin(), mantissa.end(), '.') > 1) return false;
  return mantissa_end == text.size() || all(unsigned_part(text.substr(mantissa_end + 1)), "0123456789");
}

Error refused(std::string why) { return {Code::Malformed, std::move(why)}; }

Result<ordered_json> integer(std::string_view text, int base) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(text.data(), end, whole, base); read.ec == std::errc{} && read.ptr == end) {
    return ordered_json(whole);
  }
  std::uint64_t large = 0;
  if (const auto read = std::from_chars(text.data(), end, large, base); read.ec == std::errc{} && read.ptr == end) {
    return ordered_json(large);
  }
  return refused("an integer does not fit 64 bits");
}

Result<ordered_json> number(std::string_view text) {
  const auto digits = unsigned_part(text);
  if (all(digits, "0123456789")) {
    if (digits.size() == 1 || digits.front() != '0') return integer(text, 10);
    return refused("a number that starts with 0 is octal to kubectl: quote it, or write it without the 0");
  }
  if (text.starts_with("0x") && all(text.substr(2), "0123456789abcdefABCDEF")) return integer(text.substr(2), 16);
  if (text.starts_with("0o") && all(text.substr(2), "01234567")) return integer(text.substr(2), 8);
  if (is_digit(digits.empty() ? 'x' : digits.front()) && all(digits, "0123456789_")) {
    return refused("a number with _ is an integer to kubectl only: quote it, or write it without _");
  }
  if (one_of(digits, {".inf", ".Inf", ".INF"}) || one_of(text, {".nan", ".NaN", ".NAN"})) {
    return refused("infinity and not-a-number have no JSON form");
  }
  if (!is_float(text)) return ordered_json(std::string(text));
  const double value = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(value)) return ordered_json(std::string(text));
  return ordered_json(value);
}

}  // namespace

Result<ordered_json> plain_scalar(std::string_view text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return ordered_json(nullptr);
  if (one_of(text, {"true", "True", "TRUE"})) return ordered_json(true);
  if (one_of(text, {"false", "False", "FALSE"})) return ordered_json(false);
  if (one_of(text, {"yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"}) ||
      one_of(text, {"y", "Y", "n", "N"})) {
    return refused("a plain " + std::string(text) + " is a boolean to kubectl: quote it, or write true or false");
  }
  return number(text);
}

namespace {

/// Text that a reader of any YAML version may take for a date or a number in base 60.
bool looks_like_time(std::string_view text) {
  return is_digit(text.front()) && all(text, "0123456789-:.TZ+ ");
}

bool may_stand_plain(const std::string& text) {
  constexpr std::string_view kNeverFirst = "-?:,[]{}#&*!|>'\"%@` =~\t";
  if (text.empty() || kNeverFirst.find(text.front()) != std::string_view::npos) return false;
  if (text.back() == ' ' || text.back() == ':' || looks_like_time(text)) return false;
  if (text.find(": ") != std::string::npos || text.find(" #") != std::string::npos) return false;
  if (text.starts_with("---") || text.starts_with("...") || text == "<<") return false;
  // Control characters, DEL, and above ASCII only what is surely a letter or sign (Unicode line breaks are not).
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
    return false;
  }
  if (text.find("\xC2\x85") != text.npos || text.find("\xE2\x80\xA8") != text.npos ||
      text.find("\xE2\x80\xA9") != text.npos || text.find("\xEF\xBB\xBF") != text.npos) {
    return false;
  }
  const auto read = plain_scalar(text);
  return read && read->is_string();
}

std::string scalar_text(const ordered_json& value) {
  if (value.is_string() && may_stand_plain(value.get_ref<const std::string&>())) return value.get<std::string>();
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// A longer key must be announced with `? `. Source: yaml.org/spec/1.2.2 §7.4.2 (1,024 characters).
constexpr std::size_t kLongestImplicitKey = 1000;

bool stands_in_line(const ordered_json& value) { return !value.is_structured() || value.empty(); }

/// Appends `value`; `indent` is where its lines start, the first of which is begun already where `begun`.
void block(std::string& out, const ordered_json& value, std::size_t indent, bool begun) {
  if (stands_in_line(value)) {
    out += scalar_text(value) + "\n";
    return;
  }
  const auto begin_line = [&] {
    if (!begun) out.append(indent, ' ');
    begun = false;
  };
  if (value.is_array()) {
    for (const auto& item : value) {
      begin_line();
      out += "- ";
      block(out, item, indent + 2, true);
    }
    return;
  }
  for (const auto& [key, member] : value.items()) {
    begin_line();
    const std::string name = scalar_text(key);
    out += name.size() <= kLongestImplicitKey ? name + ":" : "? " + name + "\n" + std::string(indent, ' ') + ":";
    out += stands_in_line(member) ? " " : "\n";
    block(out, member, member.is_array() ? indent : indent + 2, false);
  }
}

}  // namespace

std::string to_yaml(const ordered_json& value) {
  std::string out;
  block(out, value, 0, false);
  return out;
}

}  // namespace haetae::api
