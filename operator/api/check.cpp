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

constexpr std::int64_t kMost32 = std::numeric_limits<std::int32_t>::max();

std::string dumped(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool deeper_than(const ordered_json& value, std::size_t levels) {
  if (!value.is_structured()) return false;
  if (levels == 0) return true;
  return std::any_of(value.begin(), value.end(), [&](const auto& item) { return deeper_than(item, levels - 1); });
}

/// What tells an item of a map list from the others.
ordered_json key_of(const ordered_json& item, const std::vector<std::string>& keys) {
  auto key = ordered_json::object();
  for (const auto& name : keys) {
    const auto at = item.find(name);
    if (at != item.end()) key[name] = *at;
  }
  return key;
}

/// JSON's own word for what a value is, as the API server says it.
std::string type_name(const ordered_json& value) {
  if (value.is_number()) return value.is_number_float() ? "number" : "integer";
  return value.type_name();
}

/// One walk over a value, its faults in the order of the text and in the API server's words.
class Walk {
 public:
  Walk(bool strict, std::vector<Fault>& faults) : strict_(strict), faults_(faults) {}

  void value(const ordered_json& v, const Type& type, const std::string& path) {
    switch (type.shape) {
      case Shape::String: return string(v, type.traits, path);
      case Shape::Integer: return integer(v, type, path);
      case Shape::Boolean: return of_type(v.is_boolean(), "boolean", v, path);
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
  /// "spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0"
  void in_body(const ordered_json& v, const std::string& path, const std::string& should) {
    fault(path, "Invalid value: " + dumped(v) + ": " + path + " in body " + should);
  }
  void of_type(bool holds, const std::string& wanted, const ordered_json& v, const std::string& path) {
    if (!holds) in_body(type_name(v), path, "must be of type " + wanted + ": \"" + type_name(v) + "\"");
  }

  void string(const ordered_json& v, const Traits& traits, const std::string& path) {
    if (traits.int_or_string && v.is_number_integer()) {
      if (traits.minimum && traits.maximum) bounds(v, *traits.minimum, *traits.maximum, path);
      return;
    }
    if (!v.is_string()) return of_type(false, traits.int_or_string ? "integer,string" : "string", v, path);
    text(v, traits.text, path);
    if (traits.one_of[0] != nullptr) word(v, words(traits.one_of), path);
  }

  void text(const ordered_json& v, const Text& bounds, const std::string& path) {
    const auto& s = v.get_ref<const std::string&>();
    const auto length = code_points(s);
    if (bounds.most != 0 && length > bounds.most) {
      return fault(path, "Too long: may not be more than " + std::to_string(bounds.most) + " bytes");
    }
    if (length < bounds.least) in_body(v, path, "should be at least " + std::to_string(bounds.least) + " chars long");
    if (bounds.pattern != nullptr && !bounds.pattern->holds(s)) {
      in_body(v, path, "should match '" + std::string(bounds.pattern->regex) + "'");
    }
  }

  void word(const ordered_json& v, const std::vector<std::string>& allowed, const std::string& path) {
    if (v.is_string() && contains(allowed, v.get_ref<const std::string&>())) return;
    if (!v.is_string()) return of_type(false, "string", v, path);
    fault(path, "Unsupported value: " + dumped(v) + ": supported values: \"" + join(allowed, "\", \"") + "\"");
  }

  void integer(const ordered_json& v, const Type& type, const std::string& path) {
    const auto least = type.traits.minimum.value_or(type.wide ? std::numeric_limits<std::int64_t>::min() : -kMost32);
    const auto most = type.traits.maximum.value_or(type.wide ? std::numeric_limits<std::int64_t>::max() : kMost32);
    bounds(v, least, most, path);
  }

  void bounds(const ordered_json& v, std::int64_t least, std::int64_t most, const std::string& path) {
    const auto n = integer_of(v);
    if (!n && v.is_number_float()) return in_body("float64", path, "must be of type int32: \"float64\"");
    if (!n) return of_type(false, "integer", v, path);
    if (*n < least) in_body(v, path, "should be greater than or equal to " + std::to_string(least));
    if (*n > most) in_body(v, path, "should be less than or equal to " + std::to_string(most));
  }

  void time(const ordered_json& v, const std::string& path) {
    if (!v.is_string()) return of_type(false, "string", v, path);
    if (kTime.holds(v.get_ref<const std::string&>())) return;
    in_body(v, path, "should match '" + std::string(kTime.regex) + "'");
  }

  void duration(const ordered_json& v, const Traits& traits, const std::string& path) {
    if (!v.is_string()) return of_type(false, "string", v, path);
    const auto& s = v.get_ref<const std::string&>();
    if (!kDuration.holds(s)) return in_body(v, path, "should match '" + std::string(kDuration.regex) + "'");
    const auto length = parse_go_duration(s).value();
    if (traits.minimum && length < Seconds(*traits.minimum)) {
      fault(path, "Invalid value: " + dumped(v) + ": is shorter than " + go_duration(Seconds(*traits.minimum)));
    }
    if (traits.maximum && length > Seconds(*traits.maximum)) {
      fault(path, "Invalid value: " + dumped(v) + ": is longer than " + go_duration(Seconds(*traits.maximum)));
    }
  }

  /// False where there are too many: then nobody looks at them one by one.
  bool counts(std::size_t n, const Traits& traits, const std::string& path) {
    if (n < traits.least) in_body(n, path, "should have at least " + std::to_string(traits.least) + " items");
    if (traits.most == 0 || n <= traits.most) return true;
    fault(path, "Too many: " + std::to_string(n) + ": must have at most " + std::to_string(traits.most) + " items");
    return false;
  }

  void list(const ordered_json& v, const Type& type, const std::string& path) {
    if (!v.is_array()) return of_type(false, "array", v, path);
    if (!counts(v.size(), type.traits, path)) return;
    const auto keys = words(type.traits.keys);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < v.size(); ++i) {
      const std::string here = item_path(path, i);
      value(v[i], type.item.front(), here);
      if (type.traits.list == ListType::Atomic || (!keys.empty() && !v[i].is_object())) continue;
      const std::string key = dumped(keys.empty() ? v[i] : key_of(v[i], keys));
      if (!seen.insert(key).second) fault(here, "Duplicate value: " + key);
    }
  }

  void map(const ordered_json& v, const Traits& traits, const std::string& path) {
    if (!v.is_object()) return of_type(false, "object", v, path);
    const auto nulls = std::count(v.begin(), v.end(), ordered_json());  // no entries: the API server drops them
    if (!counts(v.size() - static_cast<std::size_t>(nulls), traits, path)) return;
    const Text& keys = traits.key_text;
    bool sound = true;
    for (const auto& [key, item] : v.items()) {
      if (item.is_null()) continue;
      sound = sound && (keys.pattern == nullptr || (key.size() <= keys.most && keys.pattern->holds(key)));
      string(item, traits, field_path(path, key));
    }
    if (!sound) fault(path, std::string("Invalid value: has a key that is not ") + keys.pattern->wanted);
  }

  void object(const ordered_json& v, const Type& type, const std::string& path) {
    if (!v.is_object()) return of_type(false, "object", v, path);
    for (const auto& [key, item] : v.items()) {
      const auto member = std::find_if(type.members.begin(), type.members.end(),
                                       [&](const Member& m) { return m.name == key; });
      const std::string here = field_path(path, key);
      if (member != type.members.end()) {
        if (!item.is_null()) value(item, member->type, here);
      } else if (strict_ && !contains(type.accepted, key)) {
        fault(here, "unknown field");
      }
    }
    for (const auto& member : type.members) {
      const auto at = v.find(member.name);
      if (member.required && (at == v.end() || at->is_null())) fault(field_path(path, member.name), "Required value");
    }
  }

  void raw(const ordered_json& v, const std::string& path) {
    if (!v.is_object()) return of_type(false, "object", v, path);
    if (!strict_) return;  // whoever reads it says what of it cannot be read: that is no fault of the whole object
    if (deeper_than(v, kDeepestRaw)) {
      return fault(path, "Invalid value: is nested deeper than " + std::to_string(kDeepestRaw) + " levels");
    }
    if (dumped(v).size() > kLongestRaw) {
      fault(path, "Too long: may not be more than " + std::to_string(kLongestRaw) + " bytes");
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
