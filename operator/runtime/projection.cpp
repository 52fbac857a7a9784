#include "runtime/projection.hpp"

#include <bit>

#include "base/text.hpp"

namespace haetae::runtime {
namespace {

using nlohmann::ordered_json;

/// splitmix64's last step: every bit of the input moves every bit of the output.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

enum class Salt : std::uint64_t { Null = 1, True, False, Integer, Number, Text, List, Object };
std::uint64_t hashed(Salt salt, std::uint64_t value = 0) {
  return mixed(value + static_cast<std::uint64_t>(salt) * 0x9e3779b97f4a7c15ULL);
}

/// Where the value that comes next stands.
struct Place {
  int keep{Paths::kNowhere};
  bool keep_all{false};
  int uncounted{Paths::kNowhere};
  bool counted{true};
};

/// An object or array that is being read.
struct Level {
  bool object{false};
  Place here{};
  ordered_json* target{nullptr};  ///< null = not kept
  std::string key{};              ///< of the member that comes next
  std::uint64_t key_hash{0};
  std::uint64_t hash{0};
  bool empty{true}, left_out{false};
};

/// nlohmann's events → the kept tree and the hash.
class Reader final : public ordered_json::json_sax_t {
 public:
  Reader(const Paths& keep, const Paths* uncounted, const api::Limits& limits)
      : keep_(keep), uncounted_(uncounted), limits_(limits) {}

  Projection out;
  std::string wrong{};

  bool null() override { return scalar(nullptr, hashed(Salt::Null)); }
  bool boolean(bool v) override { return scalar(v, hashed(v ? Salt::True : Salt::False)); }
  bool number_integer(std::int64_t v) override {
    return scalar(v, hashed(Salt::Integer, static_cast<std::uint64_t>(v)));
  }
  bool number_unsigned(std::uint64_t v) override { return scalar(v, hashed(Salt::Integer, v)); }
  bool number_float(double v, const std::string&) override {
    return scalar(v, hashed(Salt::Number, std::bit_cast<std::uint64_t>(v)));
  }
  bool string(std::string& v) override {
    if (!counts()) return scalar(std::move(v), 0);
    const auto hash = hashed(Salt::Text, fnv1a(v));
    return scalar(std::move(v), hash);
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& v) override {
    Level& level = levels_.back();
    level.key = std::move(v);
    return true;
  }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    wrong = "no JSON at byte " + std::to_string(at);
    return false;
  }

 private:
  const Paths& keep_;
  const Paths* uncounted_;
  const api::Limits& limits_;
  std::vector<Level> levels_;
  std::size_t nodes_{0};
  std::size_t dropped_depth_{0};  ///< levels open inside a value that is neither kept nor counted

  /// The place of the value that comes next.
  [[nodiscard]] Place next() const {
    if (levels_.empty()) return {Paths::root(), false, Paths::root(), uncounted_ != nullptr};
    const Level& level = levels_.back();
    Place place = level.here;
    place.keep = level.object ? keep_.member(level.here.keep, level.key) : keep_.element(level.here.keep);
    place.keep_all = level.here.keep_all || keep_.whole(place.keep);
    if (place.counted) {
      place.uncounted = level.object ? uncounted_->member(level.here.uncounted, level.key)
                                     : uncounted_->element(level.here.uncounted);
      place.counted = !uncounted_->whole(place.uncounted);
    }
    // managedFields has its use in apply.cpp alone, which reads it on its own.
    if (level.object && levels_.size() == 2 && level.key == "managedFields" && levels_[0].key == "metadata")
      place = {Paths::kNowhere, false, Paths::kNowhere, false};
    return place;
  }
  [[nodiscard]] bool counts() const { return dropped_depth_ == 0 && next().counted; }

  bool bounded() {
    if (++nodes_ > limits_.nodes) wrong = "more than " + std::to_string(limits_.nodes) + " values";
    return wrong.empty();
  }

  void count(bool counted, std::uint64_t hash) {
    if (levels_.empty()) {
      out.content = hash;
      return;
    }
    Level& level = levels_.back();
    if (!counted) {
      level.left_out = true;
      return;
    }
    level.empty = false;
    // Members add up in any order; elements follow one another.
    if (level.object) level.hash += mixed(hash + 31 * fnv1a(level.key));
    else level.hash = mixed(level.hash + hash);
  }

  ordered_json* put(ordered_json value) {
    if (levels_.empty()) return &(out.kept = std::move(value));
    Level& level = levels_.back();
    if (!level.object) {
      level.target->push_back(std::move(value));
      return &level.target->back();
    }
    auto& members = level.target->get_ref<ordered_json::object_t&>();
    members.push_back({level.key, std::move(value)});  // emplace() would search the members each time
    return &members.back().second;
  }

  template <class T>
  bool scalar(T value, std::uint64_t hash) {
    if (!bounded()) return false;
    if (levels_.empty()) {
      wrong = "not an object";
      return false;
    }
    if (dropped_depth_ > 0) return true;
    const Place place = next();
    if (place.keep_all) put(std::move(value));
    count(place.counted, hash);
    return true;
  }

  bool open(bool object) {
    if (levels_.empty() && !object) wrong = "not an object";
    if (levels_.size() + dropped_depth_ >= limits_.depth)
      wrong = "more than " + std::to_string(limits_.depth) + " levels deep";
    if (!wrong.empty() || !bounded()) return false;
    if (dropped_depth_ > 0) return ++dropped_depth_, true;
    const Place place = next();
    const bool kept = place.keep_all || place.keep != Paths::kNowhere;
    if (!kept && !place.counted) {
      count(false, 0);
      dropped_depth_ = 1;
      return true;
    }
    Level level{object, place, nullptr, {}, 0, 0, true, false};
    if (kept) level.target = put(object ? ordered_json::object() : ordered_json::array());
    levels_.push_back(std::move(level));
    return true;
  }

  bool close() {
    if (dropped_depth_ > 0) return --dropped_depth_, true;
    const Level level = std::move(levels_.back());
    levels_.pop_back();
    // What holds nothing but left-out values counts as if it were not there: bookkeeping may have made it.
    const bool counted = level.here.counted && !(level.empty && level.left_out);
    count(counted, hashed(level.object ? Salt::Object : Salt::List, level.hash));
    return true;
  }
};

}  // namespace

Result<Projection> project(std::string_view json, const Paths& keep, const Paths* uncounted,
                           const api::Limits& limits) {
  const auto malformed = [](const std::string& why) {
    return Error{Code::Malformed, "cannot read the object: " + why};
  };
  if (json.size() > limits.bytes) return malformed("more than " + std::to_string(limits.bytes) + " bytes");
  Reader reader(keep, uncounted, limits);
  const bool fine = ordered_json::sax_parse(json.begin(), json.end(), &reader);
  if (!fine) return malformed(reader.wrong.empty() ? "no JSON" : reader.wrong);
  return std::move(reader.out);
}

const ordered_json* find(const ordered_json& tree, Steps path) {
  const ordered_json* at = &tree;
  for (const auto step : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(step);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text_at(const ordered_json& tree, Steps path) {
  const auto* at = find(tree, path);
  return at != nullptr && at->is_string() ? at->get_ref<const std::string&>() : std::string();
}

std::optional<std::int64_t> integer_at(const ordered_json& tree, Steps path) {
  const auto* at = find(tree, path);
  if (at == nullptr || !at->is_number_integer()) return std::nullopt;
  return at->get<std::int64_t>();
}

bool true_at(const ordered_json& tree, Steps path) {
  const auto* at = find(tree, path);
  return at != nullptr && at->is_boolean() && at->get<bool>();
}

api::Labels texts_at(const ordered_json& tree, Steps path) {
  api::Labels out;
  const auto* at = find(tree, path);
  if (at == nullptr || !at->is_object()) return out;
  for (const auto& [key, value] : at->items())
    if (value.is_string()) out.insert_or_assign(key, value.get_ref<const std::string&>());
  return out;
}

std::string store_key(std::string_view ns, std::string_view name) {
  std::string key(ns);
  if (!key.empty()) key += '/';
  return key.append(name);
}

bool not_older(std::string_view a, std::string_view b) {
  const auto number = [](std::string_view text) {
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    const auto first = text.find_first_not_of('0');
    return digits ? std::pair(true, text.substr(std::min(first, text.size()))) : std::pair(false, text);
  };
  const auto [a_fine, a_digits] = number(a);
  const auto [b_fine, b_digits] = number(b);
  if (!a_fine || !b_fine) return false;
  return a_digits.size() != b_digits.size() ? a_digits.size() > b_digits.size() : a_digits >= b_digits;
}

}  // namespace haetae::runtime
