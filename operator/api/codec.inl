#pragma once
// The templates behind codec.hpp. Only operator/api/<kind>.cpp include this; each instantiates one kind.

#include <limits>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/kind.hpp"
#include "api/type.hpp"
#include "base/time.hpp"

namespace haetae::api::wire {

using nlohmann::ordered_json;
using Milliseconds = std::chrono::milliseconds;

template <class T>
concept Enum = std::is_enum_v<T>;
template <class T>
concept Number = std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::int64_t>;

template <class T> struct IsOptional : std::false_type {};
template <class T> struct IsOptional<std::optional<T>> : std::true_type {};
template <class T> struct IsList : std::false_type {};
template <class T> struct IsList<std::vector<T>> : std::true_type {};
template <class T>
concept Plain = std::is_same_v<T, std::string> || std::is_same_v<T, bool> || Number<T> || Enum<T> ||
                std::is_same_v<T, Timestamp> || std::is_same_v<T, Milliseconds> || std::is_same_v<T, RawJson> ||
                std::is_same_v<T, Labels> || IsOptional<T>::value || IsList<T>::value;
/// A struct with a `fields` list of its own.
template <class T>
concept Part = !Plain<T>;

// ---- struct → JSON

/// How long texts and lists are treated: as they are, or cut to the schema's bounds.
enum class Fit { AsIs, Cut };

std::string cut(std::string text, std::size_t most);
/// True for the digits of an integer below 10^9, as JSON would write it.
bool is_number(const std::string& text);

template <class T>
ordered_json write(const T& value, const Traits& traits, Fit fit);

/// Collects the members of one struct as JSON.
template <class S>
class Writer {
 public:
  Writer(const S& from, Fit fit) : from_(from), fit_(fit) {}
  template <class T>
  void required(const char* field, T S::*member, const char*, const Traits& traits = {}) {
    out[field] = write(from_.*member, traits, fit_);
  }
  template <class T>
  void optional(const char* field, T S::*member, const char*, const Traits& traits = {}) {
    if (says_nothing(from_.*member)) return;
    out[field] = write(from_.*member, traits, fit_);
  }
  void accepted(const char*) {}
  template <class Holds>
  void rule(const Rule&, Holds) {}

  ordered_json out = ordered_json::object();

 private:
  template <class T>
  static bool says_nothing(const T& value) {
    if constexpr (IsOptional<T>::value) return !value.has_value();
    else if constexpr (Part<T>) return value == T{};
    else if constexpr (requires { value.empty(); }) return value.empty();
    else return false;
  }

  const S& from_;
  Fit fit_;
};

template <class T>
ordered_json write(const T& value, const Traits& traits, Fit fit) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (traits.int_or_string && is_number(value)) return std::stoi(value);
    return fit == Fit::Cut && traits.text.most != 0 ? cut(value, traits.text.most) : value;
  } else if constexpr (std::is_same_v<T, bool> || Number<T>) {
    return value;
  } else if constexpr (Enum<T>) {
    return name(value);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return rfc3339(value);
  } else if constexpr (std::is_same_v<T, Milliseconds>) {
    return go_duration(value);
  } else if constexpr (std::is_same_v<T, RawJson>) {
    auto read = read_json(value.json);
    return read ? std::move(*read) : ordered_json::object();
  } else if constexpr (IsOptional<T>::value) {
    return value ? write(*value, traits, fit) : ordered_json();
  } else if constexpr (IsList<T>::value) {
    ordered_json items = ordered_json::array();
    for (const auto& item : value) {
      if (fit == Fit::Cut && traits.most != 0 && items.size() == traits.most) break;
      items.push_back(write(item, traits, fit));
    }
    return items;
  } else if constexpr (std::is_same_v<T, Labels>) {
    ordered_json members = ordered_json::object();
    for (const auto& [key, text] : value) members[key] = text;
    return members;
  } else {
    Writer<T> members(value, fit);
    T::fields(members);
    return std::move(members.out);
  }
}

// ---- JSON → struct

template <class T>
void read(const ordered_json& value, T& into);

/// Fills the members of one struct; what is absent, null or of another type leaves the initializer.
template <class S>
class Reader {
 public:
  Reader(const ordered_json& from, S& into) : from_(from), into_(into) {}
  template <class T>
  void required(const char* field, T S::*member, const char*, const Traits& = {}) {
    const auto at = from_.find(field);
    if (at != from_.end() && !at->is_null()) read(*at, into_.*member);
  }
  template <class T>
  void optional(const char* field, T S::*member, const char* doc, const Traits& = {}) {
    required(field, member, doc);
  }
  void accepted(const char*) {}
  template <class Holds>
  void rule(const Rule&, Holds) {}

 private:
  const ordered_json& from_;
  S& into_;
};

/// Text of a JSON value: strings as they are, integers as their digits (int-or-string).
std::string text_of(const ordered_json& value);

template <class T>
void read(const ordered_json& value, T& into) {
  if constexpr (std::is_same_v<T, std::string>) {
    into = text_of(value);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (value.is_boolean()) into = value.get<bool>();
  } else if constexpr (Number<T>) {
    const auto n = integer_of(value);
    if (n && *n >= std::numeric_limits<T>::min() && *n <= std::numeric_limits<T>::max()) into = static_cast<T>(*n);
  } else if constexpr (Enum<T>) {
    if (const auto found = named<T>(text_of(value))) into = *found;
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    if (const auto time = parse_rfc3339(text_of(value))) into = *time;
  } else if constexpr (std::is_same_v<T, Milliseconds>) {
    if (const auto length = parse_go_duration(text_of(value))) into = *length;
  } else if constexpr (std::is_same_v<T, RawJson>) {
    into.json = value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  } else if constexpr (IsOptional<T>::value) {
    read(value, into.emplace());
  } else if constexpr (IsList<T>::value) {
    into.clear();
    if (!value.is_array()) return;
    into.reserve(value.size());  // caches keep what is read: no room that nothing fills
    for (const auto& item : value) read(item, into.emplace_back());
  } else if constexpr (std::is_same_v<T, Labels>) {
    into.clear();
    if (!value.is_object()) return;
    for (const auto& [key, item] : value.items()) {
      if (!item.is_null()) into[key] = text_of(item);
    }
  } else if (value.is_object()) {
    Reader<T> members(value, into);
    T::fields(members);
  }
}

// ---- rules over several fields

template <class T>
void breaches(const T& value, const std::string& path, std::vector<Fault>& faults);

/// Asks the predicates of one struct and of the structs in it.
template <class S>
class Judge {
 public:
  Judge(const S& of, const std::string& path, std::vector<Fault>& faults) : of_(of), path_(path), faults_(faults) {}
  template <class T>
  void required(const char* field, T S::*member, const char*, const Traits& = {}) {
    breaches(of_.*member, field_path(path_, field), faults_);
  }
  template <class T>
  void optional(const char* field, T S::*member, const char* doc, const Traits& = {}) {
    required(field, member, doc);
  }
  void accepted(const char*) {}
  template <class Holds>
  void rule(const Rule& stated, Holds holds) {
    if (!holds(of_)) faults_.push_back({path_ + stated.field, std::string("Invalid value: ") + stated.message});
  }

 private:
  const S& of_;
  const std::string& path_;
  std::vector<Fault>& faults_;
};

template <class T>
void breaches(const T& value, const std::string& path, std::vector<Fault>& faults) {
  if constexpr (IsOptional<T>::value) {
    if (value) breaches(*value, path, faults);
  } else if constexpr (IsList<T>::value) {
    for (std::size_t i = 0; i < value.size(); ++i) breaches(value[i], item_path(path, i), faults);
  } else if constexpr (Part<T>) {
    Judge<T> judge(value, path, faults);
    T::fields(judge);
  }
}

// ---- struct → Type

template <class T>
Type described(const Traits& traits);

/// The initializer of an optional field as the schema's default; null where a reader would not miss it.
template <class T>
ordered_json initial_of(const T& value, const Traits& traits) {
  if constexpr (IsOptional<T>::value || Part<T> || std::is_same_v<T, RawJson>) {
    return nullptr;
  } else if constexpr (requires { value.empty(); }) {
    if (value.empty()) return nullptr;
  }
  return write(value, traits, Fit::AsIs);
}

template <class S>
class Description {
 public:
  explicit Description(Type& into) : into_(into) {}
  template <class T>
  void required(const char* field, T S::*, const char* doc, const Traits& traits = {}) {
    into_.members.push_back({field, doc, true, described<T>(traits), nullptr});
  }
  template <class T>
  void optional(const char* field, T S::*member, const char* doc, const Traits& traits = {}) {
    into_.members.push_back({field, doc, false, described<T>(traits), initial_of(initial_.*member, traits)});
  }
  void accepted(const char* field) { into_.accepted.emplace_back(field); }
  template <class Holds>
  void rule(const Rule& stated, Holds) {
    into_.rules.push_back(stated);
  }

 private:
  Type& into_;
  S initial_{};
};

template <class T>
Type described(const Traits& traits) {
  Type type;
  type.traits = traits;
  if constexpr (std::is_same_v<T, std::string>) {
    type.shape = Shape::String;
  } else if constexpr (std::is_same_v<T, bool>) {
    type.shape = Shape::Boolean;
  } else if constexpr (Number<T>) {
    type.shape = Shape::Integer;
    type.wide = sizeof(T) == 8;
  } else if constexpr (Enum<T>) {
    type.shape = Shape::Enum;
    for (const auto spelling : names(T{})) type.names.emplace_back(spelling);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    type.shape = Shape::Time;
  } else if constexpr (std::is_same_v<T, Milliseconds>) {
    type.shape = Shape::Duration;
  } else if constexpr (std::is_same_v<T, RawJson>) {
    type.shape = Shape::Raw;
  } else if constexpr (IsOptional<T>::value) {
    return described<typename T::value_type>(traits);
  } else if constexpr (IsList<T>::value) {
    type.shape = Shape::List;
    Traits of_item;
    of_item.text = traits.text;
    of_item.one_of = traits.one_of;
    type.item.push_back(described<typename T::value_type>(of_item));
  } else if constexpr (std::is_same_v<T, Labels>) {
    type.shape = Shape::Map;
  } else {
    type.shape = Shape::Object;
    Description<T> members(type);
    T::fields(members);
  }
  return type;
}

// ---- whole objects

/// Checks everything but the rules over several fields.
void check_object(const ordered_json& object, const KindInfo& kind, const KindTypes& types, bool strict,
                  std::vector<Fault>& faults);
/// {apiVersion, kind, metadata} of an object.
ordered_json head(const KindInfo& kind, const ObjectMeta& metadata);
/// Requires: faults is not empty.
Error refusal(const KindInfo& kind, const std::vector<Fault>& faults);

template <class T>
void read_member(const ordered_json& object, const char* member, T& into) {
  const auto at = object.is_object() ? object.find(member) : object.end();
  if (at != object.end() && at->is_object()) read(*at, into);
}

}  // namespace haetae::api::wire

namespace haetae::api {

template <class K>
const KindTypes& types_of() {
  static const KindTypes types{K::Spec::about(), wire::described<typename K::Spec>({}),
                               wire::described<typename K::StatusFields>({})};
  return types;
}

template <class K>
Decoded<K> decode(const nlohmann::ordered_json& object, Strictness strictness) {
  Decoded<K> result;
  auto& [value, faults] = result;
  wire::check_object(object, K::Spec::about(), types_of<K>(), strictness == Strictness::Strict, faults);
  wire::read_member(object, "metadata", value.metadata);
  wire::read_member(object, "spec", value.spec);
  wire::read_member(object, "status", value.status);
  if (!faults.empty()) return result;
  wire::breaches(value.spec, "spec", faults);
  if constexpr (requires { value.spec.object_faults(value.metadata); }) {
    for (auto& fault : value.spec.object_faults(value.metadata)) faults.push_back(std::move(fault));
  }
  return result;
}

template <class K>
Result<K> decode_text(std::string_view json) {
  auto object = read_json(json, kStored);
  if (!object) return std::move(object).error();
  auto result = decode<K>(*object, Strictness::Lenient);
  if (!result.sound()) return wire::refusal(K::Spec::about(), result.faults);
  return std::move(result.value);
}

template <class K>
nlohmann::ordered_json encode(const K& object) {
  auto out = wire::head(K::Spec::about(), object.metadata);
  out["spec"] = wire::write(object.spec, {}, wire::Fit::AsIs);
  if (object.status != typename K::StatusFields{}) out["status"] = wire::write(object.status, {}, wire::Fit::AsIs);
  return out;
}

template <class K>
nlohmann::ordered_json encode_status(const typename K::StatusFields& status) {
  return wire::write(status, {}, wire::Fit::Cut);
}

}  // namespace haetae::api
