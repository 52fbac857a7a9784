// Wire form → struct → wire form → YAML and back, for seeded random objects of every kind and for every example.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "api/codec.hpp"
#include "api/type.hpp"
#include "api/yaml.hpp"

namespace haetae::api {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Texts = std::vector<std::string>;

/// Random wire forms that a type allows. Rules over several fields may still refuse some.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}

  std::int64_t between(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(engine_);
  }
  bool coin() { return between(0, 1) == 1; }
  const std::string& one_of(const Texts& words) {
    return words[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(words.size()) - 1))];
  }

  ordered_json value(const Type& type) {
    switch (type.shape) {
      case Shape::String: return string(type.traits);
      case Shape::Integer: return between(type.traits.minimum.value_or(-1000), type.traits.maximum.value_or(1'000'000));
      case Shape::Boolean: return coin();
      case Shape::Enum: return one_of(type.names);
      case Shape::Time: return rfc3339(Timestamp{Seconds{between(-1'000'000'000, 4'000'000'000)}});
      case Shape::Duration: return go_duration(Seconds{between(type.traits.minimum.value_or(0), 86'400)});
      case Shape::List: return list(type);
      case Shape::Map: return map(type.traits);
      case Shape::Object: return object(type);
      case Shape::Raw: break;
    }
    return {{"metadata", {{"labels", {{"x/y", text(12)}}}}}, {"n", between(-5, 5)}, {"list", {1, coin(), nullptr, 0.5}}};
  }

  ordered_json object(const Type& type) {
    auto out = ordered_json::object();
    for (const auto& member : type.members) {
      if (member.required || coin()) out[member.name] = value(member.type);
    }
    return out;
  }

 private:
  std::string text(std::size_t most) {
    static const Texts kPieces{"a", "Z", "0", " ", "-", ".", "정", "é", "\"", "\\", "#", ": ", "\n", "'", "{", "→"};
    std::string out;
    const auto longest = static_cast<std::int64_t>(std::min<std::size_t>(most / 2, 20));
    for (auto n = between(0, longest); n > 0; --n) out += one_of(kPieces);
    return out;
  }

  std::string matching(const Pattern& pattern) {
    static const Texts kTexts{"a", "b2", "mois/gov24", "gov24", "2027-02-28", "90s", "kubernetes.io/hostname", "250m",
                              "1.5Gi", "8080", "http", "x-y.z", "A_b", "daejeon-a", "3", "tls.key"};
    for (;;) {
      const auto& text = one_of(kTexts);
      if (pattern.holds(text)) return text;
    }
  }

  std::string string_text(const Text& bounds) {
    if (bounds.pattern != nullptr) return matching(*bounds.pattern);
    std::string out = text(bounds.most == 0 ? 40 : bounds.most);
    while (code_points(out) < bounds.least) out += "x";
    return out;
  }

  ordered_json string(const Traits& traits) {
    if (traits.one_of[0] != nullptr) return one_of(words(traits.one_of));
    if (traits.int_or_string && traits.minimum && coin()) return between(*traits.minimum, *traits.maximum);
    return string_text(traits.text);
  }

  ordered_json list(const Type& type) {
    auto out = ordered_json::array();
    const auto most = std::min<std::size_t>(type.traits.most, type.traits.least + 2);
    const auto keys = words(type.traits.keys);
    for (auto n = between(static_cast<std::int64_t>(type.traits.least), static_cast<std::int64_t>(most)); n > 0;) {
      auto item = value(type.item.front());
      const bool again = std::any_of(out.begin(), out.end(), [&](const ordered_json& other) {
        if (type.traits.list == ListType::Set) return other == item;
        return !keys.empty() && std::all_of(keys.begin(), keys.end(), [&](const auto& k) { return other[k] == item[k]; });
      });
      if (!again) out.push_back(std::move(item)), --n;
    }
    return out;
  }

  ordered_json map(const Traits& traits) {
    auto out = ordered_json::object();
    for (auto n = between(0, 3); n > 0; --n) out[string_text(traits.key_text)] = string(traits);
    return out;
  }

  std::mt19937 engine_;
};

ordered_json random_object(Dice& dice, const KindTypes& types) {
  ordered_json out{{"apiVersion", kApiVersion}, {"kind", types.kind.kind}};
  out["metadata"]["name"] = types.kind.only_name.empty() ? "some-name" : types.kind.only_name;
  if (types.kind.scope == Scope::Namespaced) out["metadata"]["namespace"] = "mois";
  if (dice.coin()) out["metadata"]["annotations"] = {{"haetae.io/note", "정부 \"24\""}};
  out["spec"] = dice.object(types.spec);
  if (dice.coin()) out["status"] = dice.object(types.status);
  return out;
}

bool breaks_a_rule(const std::vector<Fault>& faults, const KindTypes& types) {
  Texts messages;
  const auto collect = [&](const auto& self, const Type& type) -> void {
    for (const auto& rule : type.rules) messages.push_back(std::string("Invalid value: ") + rule.message);
    for (const auto& item : type.item) self(self, item);
    for (const auto& member : type.members) self(self, member.type);
  };
  collect(collect, types.spec);
  return std::all_of(faults.begin(), faults.end(), [&](const Fault& fault) {
    return std::find(messages.begin(), messages.end(), fault.what) != messages.end();
  });
}

/// One object through every form; false where a rule over several fields refuses it.
template <class K>
bool goes_round(const ordered_json& wire) {
  const auto first = decode<K>(wire, Strictness::Strict);
  if (!first.sound()) {
    REQUIRE_MESSAGE(breaks_a_rule(first.faults, types_of<K>()), first.faults.front().text(), "\n", wire.dump(2));
    return false;
  }
  const auto again = encode(first.value);
  const auto second = decode<K>(again, Strictness::Strict);
  REQUIRE_MESSAGE(second.sound(), (second.sound() ? "" : second.faults.front().text()), "\n", again.dump(2));
  CHECK_MESSAGE(second.value == first.value, wire.dump(2));
  CHECK(encode(second.value).dump() == again.dump());
  const auto yaml = read_documents(to_yaml(again));
  REQUIRE_MESSAGE(yaml.has_value(), to_yaml(again));
  CHECK(yaml->front().value.dump() == again.dump());
  const auto text = decode_text<K>(again.dump());
  REQUIRE(text.has_value());
  CHECK((*text == first.value));
  return true;
}

template <class K>
void many_go_round() {
  constexpr int kRounds = 400;
  Dice dice(20250926);
  int sound = 0;
  for (int round = 0; round < kRounds; ++round) sound += goes_round<K>(random_object(dice, types_of<K>())) ? 1 : 0;
  CHECK_MESSAGE(sound > kRounds / 20, types_of<K>().kind.kind, ": only ", sound, " of ", kRounds, " were sound");
}

template <class... Ks>
void all_go_round(TypeList<Ks...>) {
  (many_go_round<Ks>(), ...);
}

template <class... Ks>
int example_goes_round(const ordered_json& object, TypeList<Ks...>) {
  int known = 0;
  const auto try_one = [&]<class K>(TypeList<K>) {
    if (object.value("kind", "") != types_of<K>().kind.kind) return;
    ++known;
    CHECK(goes_round<K>(object));
  };
  (try_one(TypeList<Ks>{}), ...);
  return known;
}

template <class K>
void keeps_its_defaults() {
  auto wire = ordered_json{{"apiVersion", kApiVersion}, {"kind", types_of<K>().kind.kind}};
  wire["metadata"]["name"] = "a";
  const auto read = decode<K>(wire, Strictness::Strict);
  K initial;
  initial.metadata.name = "a";
  CHECK((read.value == initial));
}

template <class... Ks>
void all_keep_their_defaults(TypeList<Ks...>) {
  (keeps_its_defaults<Ks>(), ...);
}

}  // namespace

TEST_CASE("random objects of every kind survive the way to the wire and back") { all_go_round(Kinds{}); }

TEST_CASE("what is left out has the struct's own initial value") { all_keep_their_defaults(Kinds{}); }

TEST_CASE("every example decodes strictly and survives the round trip") {
  int seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(HAETAE_SOURCE_DIR) / "examples")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    const auto read = read_documents(text.str());
    REQUIRE_MESSAGE(read.has_value(), entry.path().string(), (read ? "" : read.error().message));
    for (const auto& document : *read) {
      if (!document.value.is_object() || document.value.value("apiVersion", "") != kApiVersion) continue;
      CAPTURE(entry.path().string());
      seen += example_goes_round(document.value, Kinds{});
    }
  }
  CHECK(seen > 10);
}

}  // namespace haetae::api
