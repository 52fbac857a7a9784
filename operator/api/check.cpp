#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "api/type.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kLongestQuote = 40;
constexpr std::int64_t kMost32 = std::numeric_limits<std::int32_t>::max();

/// The value as it reads in a fault: short, and used only for kinds of field that can hold no secret.
std::string quoted(const ordered_json& value) {
  std::string text = value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return text.size() <= kLongestQuote ? text : text.substr(0, kLongestQuote) + "…";
}

std::string counted(std::size_t n, std::string_view noun) { return count(static_cast<std::int64_t>(n), noun); }

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool deeper_than(const ordered_json& value, std::size_t levels) {
  if (!value.is_structured()) return false;
  if (levels == 0) return true;
  return std::any_of(value.begin(), value.end(), [&](const auto& item) { return deeper_than(item, levels - 1); });
}

/// What tells an item of a map list from the others.
std::string key_of(const ordered_json& item, const std::vector<std::string>& keys) {
  std::string text;
  for (const auto& key : keys) {
    const auto at = item.is_object() ? item.find(key) : item.end();
    text += (at == item.end() ? "" : at->dump(-1, ' ', false, ordered_json::error_handler_t::replace)) + "\n";
  }
  return text;
}

/// One walk over a value, its faults in the order of the text.
class Walk {
 public:
  Walk(bool strict, std::vector<Fault>& faults) : strict_(strict), faults_(faults) {}

  void value(const ordered_json& v, const Type& type, const std::string& path) {
    switch (type.shape) {
      case Shape::String: return string(v, type.traits, path);
      case Shape::Integer: return integer(v, type, path);
      case Shape::Boolean: return expect(v.is_boolean(), path, "is not true or false");
      case Shape::Enum: return word(v, type.names, path);
      case Shape::Time: return time(v, path);
      case Shape::Duration: return duration(v, type.traits, path);
      case Shape::List: return list(v, type, path);
      case Shape::Map: return map(v, type.traits, path);
      case Shape::Object: return object(v, type, path);
      case Shape::Raw: return raw(v, path);
    }
  }

 private:
  void fault(const std::string& path, std::string what) {
    if (faults_.size() < kMostFaults) faults_.push_back({path, std::move(what)});
  }
  void expect(bool holds, const std::string& path, const char* otherwise) {
    if (!holds) fault(path, otherwise);
  }

  void string(const ordered_json& v, const Traits& traits, const std::string& path) {
    if (traits.int_or_string && v.is_number_integer()) {
      if (traits.minimum && traits.maximum) bounds(v, *traits.minimum, *traits.maximum, path);
      return text(v.dump(), traits.text, path);
    }
    if (!v.is_string()) return fault(path, traits.int_or_string ? "is not a string or integer" : "is not a string");
    text(v.get_ref<const std::string&>(), traits.text, path);
    if (traits.one_of[0] != nullptr) word(v, words(traits.one_of), path);
  }

  void text(std::string_view s, const Text& bounds, const std::string& path) {
    const auto length = code_points(s);
    if (length == 0 && bounds.least > 0) return fault(path, "is empty");
    if (length < bounds.least) return fault(path, "is shorter than " + counted(bounds.least, "character"));
    if (bounds.most != 0 && length > bounds.most) {
      return fault(path, "is longer than " + counted(bounds.most, "character"));
    }
    if (bounds.pattern != nullptr && !bounds.pattern->holds(s)) {
      fault(path, std::string("is not ") + bounds.pattern->wanted);
    }
  }

  void word(const ordered_json& v, const std::vector<std::string>& allowed, const std::string& path) {
    if (v.is_string() && contains(allowed, v.get_ref<const std::string&>())) return;
    const std::string other = allowed.size() == 1 ? ", not " + allowed[0] : ", not one of " + join(allowed, ", ");
    fault(path, v.is_string() ? "is " + quoted(v) + other : "is not a string");
  }

  void integer(const ordered_json& v, const Type& type, const std::string& path) {
    const auto least = type.traits.minimum.value_or(type.wide ? std::numeric_limits<std::int64_t>::min() : -kMost32);
    const auto most = type.traits.maximum.value_or(type.wide ? std::numeric_limits<std::int64_t>::max() : kMost32);
    bounds(v, least, most, path);
  }

  void bounds(const ordered_json& v, std::int64_t least, std::int64_t most, const std::string& path) {
    const auto n = integer_of(v);
    if (!n) return fault(path, "is not an integer");
    if (*n < least) fault(path, "is below " + std::to_string(least));
    if (*n > most) fault(path, "is above " + std::to_string(most));
  }

  void time(const ordered_json& v, const std::string& path) {
    expect(v.is_string() && parse_rfc3339(v.get_ref<const std::string&>()).has_value(), path,
           "is not a time (2026-11-22T08:38:12Z)");
  }

  void duration(const ordered_json& v, const Traits& traits, const std::string& path) {
    if (!v.is_string() || !kDuration.holds(v.get_ref<const std::string&>())) {
      return fault(path, std::string("is not ") + kDuration.wanted);
    }
    const auto length = parse_go_duration(v.get_ref<const std::string&>()).value();
    if (traits.minimum && length < Seconds(*traits.minimum)) {
      fault(path, "is shorter than " + go_duration(Seconds(*traits.minimum)));
    }
    if (traits.maximum && length > Seconds(*traits.maximum)) {
      fault(path, "is longer than " + go_duration(Seconds(*traits.maximum)));
    }
  }

  /// False where the number of items is out of bounds above: then nobody looks at them one by one.
  bool counts(std::size_t n, const Traits& traits, const char* noun, const std::string& path) {
    if (n < traits.least) fault(path, "has fewer than " + counted(traits.least, noun));
    if (traits.most == 0 || n <= traits.most) return true;
    fault(path, "has more than " + counted(traits.most, noun));
    return false;
  }

  void list(const ordered_json& v, const Type& type, const std::string& path) {
    if (!v.is_array()) return fault(path, "is not a list");
    if (!counts(v.size(), type.traits, "item", path)) return;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < v.size(); ++i) {
      const std::string here = item_path(path, i);
      value(v[i], type.item.front(), here);
      if (type.traits.list == ListType::Set && v[i].is_string() && !seen.insert(v[i].get<std::string>()).second) {
        fault(here, "is there twice");
      }
      if (type.traits.list != ListType::Map || !v[i].is_object()) continue;
      const auto keys = words(type.traits.keys);
      if (seen.insert(key_of(v[i], keys)).second) continue;
      fault(here, "has the same " + join(keys, " and ") + " as an earlier item");
    }
  }

  void map(const ordered_json& v, const Traits& traits, const std::string& path) {
    if (!v.is_object()) return fault(path, "is not an object");
    if (!counts(v.size(), traits, "entry", path)) return;
    for (const auto& [key, item] : v.items()) {
      const std::string here = field_path(path, key);
      text(key, traits.key_text, here);
      string(item, traits, here);
    }
  }

  void object(const ordered_json& v, const Type& type, const std::string& path) {
    if (!v.is_object()) return fault(path, "is not an object");
    for (const auto& [key, item] : v.items()) {
      const auto member = std::find_if(type.members.begin(), type.members.end(),
                                       [&](const Member& m) { return m.name == key; });
      const std::string here = field_path(path, key);
      if (member != type.members.end()) {
        if (!item.is_null()) value(item, member->type, here);
      } else if (strict_ && !contains(type.accepted, key)) {
        fault(here, "is no known field");
      }
    }
    for (const auto& member : type.members) {
      const auto at = v.find(member.name);
      if (member.required && (at == v.end() || at->is_null())) fault(field_path(path, member.name), "is missing");
    }
  }

  void raw(const ordered_json& v, const std::string& path) {
    if (!v.is_object()) return fault(path, "is not an object");
    if (deeper_than(v, kDeepestRaw)) return fault(path, "is nested deeper than " + counted(kDeepestRaw, "level"));
    if (v.dump(-1, ' ', false, ordered_json::error_handler_t::replace).size() > kLongestRaw) {
      fault(path, "is longer than " + std::to_string(kLongestRaw >> 10U) + " KiB");
    }
  }

  bool strict_;
  std::vector<Fault>& faults_;
};

}  // namespace

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::optional<std::int64_t> integer_of(const ordered_json& v) {
  constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a double no longer tells integers apart
  if (v.is_number_unsigned() && v.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  if (v.is_number_integer()) return v.get<std::int64_t>();
  if (!v.is_number_float()) return std::nullopt;
  const double d = v.get<double>();
  return std::trunc(d) == d && std::abs(d) <= kExact ? std::optional(static_cast<std::int64_t>(d)) : std::nullopt;
}

void check(const ordered_json& value, const Type& type, const std::string& path, bool strict,
           std::vector<Fault>& faults) {
  Walk(strict, faults).value(value, type, path);
}

}  // namespace haetae::api
