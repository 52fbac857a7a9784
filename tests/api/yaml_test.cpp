#include "api/yaml.hpp"

#include <doctest/doctest.h>

#include <random>

#include "api/json.hpp"

namespace haetae::api {
namespace {

using nlohmann::ordered_json;
using Texts = std::vector<std::string>;

Texts documents(std::string_view text) {
  const auto read = read_documents(text);
  if (!read) return {read.error().message};
  Texts all;
  for (const auto& document : *read) all.push_back(document.value.dump());
  return all;
}

std::string one(std::string_view text) {
  const auto all = documents(text);
  return all.size() == 1 ? all[0] : std::to_string(all.size()) + " documents";
}

std::string why_not(std::string_view text, const Limits& limits = {}) {
  const auto read = read_documents(text, limits);
  if (read) return "it was read";
  CHECK(read.error().code == Code::Malformed);
  return read.error().message;
}

bool refused(std::string_view text) { return !read_documents(text).has_value(); }

/// A random tree of what JSON can hold, with the texts that YAML finds hardest.
ordered_json random_tree(std::mt19937& dice, int depth) {
  static const Texts kWords{"",     "true", "no",         "123",   "0644", "1e3",    ".5",      "~",  "null",  "a: b",
                            "a #b", "- a",  "#",          "'",     "\"",   "\n",     "a\nb\n",  " x", "x ",    "정부24",
                            "*a",   "&a",   "2026-11-22", "12:30", "0x1f", "{",      "]",       ",",  "1_000", "<<",
                            "---",  "...x", "%a",         "@a",    "`",    "a\tb",   "a:",      "-",  "?",     "=",
                            "y",    ".inf", "+1",         "\\",    "/a/b", "\u2028", "\u0085x", "!t", "| x",
                            std::string(1200, 'k')};
  const auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(dice); };
  switch (pick(depth > 3 ? 5 : 7)) {
    case 0: return nullptr;
    case 1: return pick(2) == 0;
    case 2: return static_cast<std::int64_t>(dice()) - (1LL << 31);
    case 3: return static_cast<double>(dice()) / 1024;
    case 4: return kWords[pick(kWords.size())];
    case 5: {
      auto list = ordered_json::array();
      for (std::size_t i = pick(4); i > 0; --i) list.push_back(random_tree(dice, depth + 1));
      return list;
    }
    default: {
      auto object = ordered_json::object();
      for (std::size_t i = pick(4); i > 0; --i) object[kWords[pick(kWords.size())]] = random_tree(dice, depth + 1);
      return object;
    }
  }
}

}  // namespace

TEST_CASE("plain scalars follow the core schema, quoted ones stay text") {
  CHECK(one("a: [1, -2, +3, 0x1F, 0o17, 1.5, .5, 1e3, true, False, null, ~, x]") ==
        R"({"a":[1,-2,3,31,15,1.5,0.5,1000.0,true,false,null,null,"x"]})");
  CHECK(one("a: ['1', \"true\", 'yes', \"0644\"]\nb: |\n  42\nc: >-\n  a\n  b\n") ==
        R"({"a":["1","true","yes","0644"],"b":"42\n","c":"a b"})");
  CHECK(one("a: [10Gi, 250m, 1h30m, v1.36.3, 2026-11-22, 1e400, 12:30, 1.2.3]") ==
        R"({"a":["10Gi","250m","1h30m","v1.36.3","2026-11-22","1e400","12:30","1.2.3"]})");
  CHECK(one("a: [9223372036854775807, 18446744073709551615, -9223372036854775808]") ==
        R"({"a":[9223372036854775807,18446744073709551615,-9223372036854775808]})");
  CHECK(one("a: !!str 1\nb: !!int \"3\"\nc: !!bool 'true'\nd: !!null ''\ne: !!float 1\n") ==
        R"({"a":"1","b":3,"c":true,"d":null,"e":1})");
  CHECK(one("8080: x\n정부: 24\n") == R"({"8080":"x","정부":24})");
}

TEST_CASE("what kubectl would read differently is refused with a way out") {
  for (const char* bad : {"yes", "No", "ON", "off", "y", "N", "0644", "-01", "1_000", "00"}) {
    CHECK_MESSAGE(why_not("mode: " + std::string(bad)).find("kubectl") != std::string::npos, bad);
    CHECK_MESSAGE(refused(std::string(bad) + ": x"), bad);
  }
  CHECK(one("mode: 'yes'") == R"({"mode":"yes"})");
}

TEST_CASE("what JSON cannot hold is refused") {
  for (const char* bad : {"a: .inf", "a: -.INF", "a: .nan", "a: 18446744073709551616", "a: !foo x", "a: !!int x",
                          "a: !!binary aGk=", "!foo {a: 1}", "a: !foo [1]", "{[a]: 1}", "? {a: b}\n: 1", ": x",
                          "? [a]\n: 1\n"}) {
    CHECK_MESSAGE(refused(bad), bad);
  }
}

TEST_CASE("duplicate keys are refused with their line") {
  CHECK(why_not("a: 1\nb: 2\na: 3\n") == "cannot read YAML: duplicate key \"a\" at line 3");
  CHECK(why_not("x:\n- {a: 1, 'a': 2}\n").find("duplicate key \"a\" at line 2") != std::string::npos);
}

TEST_CASE("several documents are read, empty ones left out") {
  CHECK(documents("a: 1\n---\nb: 2\n") == Texts{R"({"a":1})", R"({"b":2})"});
  CHECK(documents("---\n# nothing\n---\na: 1\n---\n---\n~\n...\n---\n- b\n...\n") == Texts{R"({"a":1})", R"(["b"])"});
  CHECK(documents("%YAML 1.2\n---\na: 1\n") == Texts{R"({"a":1})"});
  CHECK(documents("--- {a: 1}\n--- |\n x\n") == Texts{R"({"a":1})", R"("x\n")"});
  CHECK(documents("") == Texts{});
  CHECK(documents("# only a comment\n") == Texts{});
  CHECK(documents("\xEF\xBB\xBF""a: 1\r\nb: 2\r\n") == Texts{R"({"a":1,"b":2})"});
  CHECK(documents("a: '---x'\nb: ---x\n") == Texts{R"({"a":"---x","b":"---x"})"});
}

TEST_CASE("text that yaml-cpp would split in silence, or read for ever, is refused") {
  CHECK(why_not(",") == "cannot read YAML: text after the end of the document at line 1");
  CHECK(why_not("x\n---\n,").find("line 3") != std::string::npos);
  CHECK(why_not("- a\n-b").find("after the end of the document at line 2") != std::string::npos);
  for (const char* bad : {"- x\n,", "&a ,", "!t ,", "a: b\n,", "[a", "{", "]", "a: ]", "a: 'b", "a: b: c", "\ta: 1",
                          "a: 1\n b: 2", "*a", "a: *b", "{a: 1} {b: 2}", "[a] x"}) {
    CHECK_MESSAGE(refused(bad), bad);
  }
}

TEST_CASE("anchors repeat values and merge keys fill in what is not said") {
  CHECK(one("a: &x {k: 1}\nb: *x\nc: [*x, *x]\n") == R"({"a":{"k":1},"b":{"k":1},"c":[{"k":1},{"k":1}]})");
  CHECK(one("a: &x {k: 1, l: 2}\nb: {l: 3, <<: *x, m: 4}\n") == R"({"a":{"k":1,"l":2},"b":{"l":3,"m":4,"k":1}})");
  CHECK(one("a: &x {k: 1}\nb: &y {k: 2, l: 2}\nc:\n  <<: [*x, *y]\n  z: 0\n") ==
        R"({"a":{"k":1},"b":{"k":2,"l":2},"c":{"z":0,"k":1,"l":2}})");
  CHECK(one("a: '<<'\n'<<': 1\n") == R"({"a":"<<","<<":1})");
  for (const char* bad : {"a: &x [1]\nb: {<<: *x}", "b: {<<: {a: 1}}", "b: {<<: 1}", "b: {<<: }",
                          "a: &x {}\nb: {<<: *x, <<: *x}", "a: &x {}\nb: {<<: [[*x]]}", "a: &x {}\nb: {*x : 1}"}) {
    CHECK_MESSAGE(refused(bad), bad);
  }
}

TEST_CASE("aliases cannot multiply a small text into a large tree, nor run in circles") {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += std::string(i == 0 ? "*" : ",*") + static_cast<char>(c - 1);
    bomb += "]\n";
  }
  CHECK(why_not(bomb).find("values") != std::string::npos);
  CHECK(why_not("&a [*a]").find("inside what it repeats") != std::string::npos);
  CHECK(why_not("a: &a {b: *a}").find("inside what it repeats") != std::string::npos);
  std::string many = "a: &a 1\nb: [";
  for (int i = 0; i < 1001; ++i) many += "*a,";
  CHECK(why_not(many + "]").find("1000 aliases") != std::string::npos);
  std::string nested = "x: ";
  for (int i = 0; i < 40; ++i) nested += "&n" + std::to_string(i) + " [";
  for (int i = 0; i < 20'000; ++i) nested += "1,";
  CHECK(why_not(nested + std::string(40, ']')).find("anchored values") != std::string::npos);
}

TEST_CASE("bytes, depth, values and documents are bounded") {
  CHECK(why_not("a: 1", {.bytes = 3}).find("3 bytes") != std::string::npos);
  CHECK(why_not(std::string(70, '[') + std::string(70, ']')).find("64 levels") != std::string::npos);
  CHECK(refused(std::string(100'000, '[')));
  CHECK(refused(std::string(100'000, '{')));
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "- ";
  CHECK(why_not(deep).find("64 levels") != std::string::npos);
  CHECK(why_not("[1,2,3]", {.nodes = 3}).find("3 values") != std::string::npos);
  CHECK(why_not("a\n---\nb\n---\nc\n", {.documents = 2}).find("2 documents") != std::string::npos);
}

TEST_CASE("bytes that are no text are refused before any parser sees them") {
  CHECK(why_not("a: \xff").find("UTF-8") != std::string::npos);
  CHECK(why_not("a: \xED\xA0\x80").find("UTF-8") != std::string::npos);
  CHECK(why_not(std::string("a\0:", 3)).find("control") != std::string::npos);
  CHECK(why_not("a: \"\\N\"").find("escape") != std::string::npos);
  CHECK(why_not("a: \x01").find("control") != std::string::npos);
  CHECK(why_not("\xFF\xFE""a\0").find("UTF-8") != std::string::npos);
}

TEST_CASE("JSON is read as JSON, surrogate pairs and all") {
  CHECK(one(R"( {"a":"\ud83d\ude00","b":1})") == "{\"a\":\"\xF0\x9F\x98\x80\",\"b\":1}");
  CHECK(one("{a: b, c: [d]}") == R"({"a":"b","c":["d"]})");
  CHECK(why_not(R"({"a":1,"a":2})").find("duplicate key") != std::string::npos);
  CHECK(documents("{\"a\":1}\n---\nb: 2\n") == Texts{R"({"a":1})", R"({"b":2})"});
}

TEST_CASE("errors quote no value") {
  for (const char* text : {"password: 's3cret", "{\"password\": \"s3cret\n\"}", "a: !!int s3cret", "s3cret: [",
                           "a: s3cret: b"}) {
    CHECK_MESSAGE(why_not(text).find("s3cret") == std::string::npos, why_not(text));
  }
}

TEST_CASE("a document knows the line of each value, and of the nearest one that is there") {
  const auto read = read_documents("# first\na:\n  b: 1\n  c:\n  - x\n  - w: 2\n    z: 3\n---\nd:\n  e: 1\n");
  REQUIRE(read.has_value());
  REQUIRE(read->size() == 2);
  const auto& first = (*read)[0];
  CHECK(first.line("a.b") == 3);
  CHECK(first.line("a.c[0]") == 5);
  CHECK(first.line("a.c[1].z") == 7);
  CHECK(first.line("a.c[1].missing.deeper") == 6);
  CHECK(first.line("nowhere") == 2);
  CHECK((*read)[1].line("d.e") == 10);
  const auto json = read_documents("{\"a\":\n{\"x/y\":\n1}}");
  REQUIRE(json.has_value());
  CHECK((*json)[0].line("a[\"x/y\"]") == 3);
  CHECK((*json)[0].line("a[\"x/z\"]") == 2);
}

TEST_CASE("YAML is written in block style as people expect it") {
  CHECK(to_yaml(read_json(R"({"a":1,"b":{"c":[],"d":{}},"e":[{"f":"x","g":[1,[2]]},"y"],"h":"yes","i":"a: b","j":""})")
                    .value()) ==
        "a: 1\nb:\n  c: []\n  d: {}\ne:\n- f: x\n  g:\n  - 1\n  - - 2\n- \"y\"\nh: \"yes\"\ni: \"a: b\"\nj: \"\"\n");
  CHECK(to_yaml("대전 정부 청사") == "대전 정부 청사\n");
  CHECK(to_yaml("2026-11-22") == "\"2026-11-22\"\n");
}

TEST_CASE("whatever is written as YAML reads back the same") {
  std::mt19937 dice(20260601);
  for (int round = 0; round < 3000; ++round) {
    auto tree = ordered_json::object();
    tree["root"] = random_tree(dice, 0);
    const auto text = to_yaml(tree);
    const auto again = read_documents(text);
    REQUIRE_MESSAGE(again.has_value(), (again ? "" : again.error().message), "\n", text);
    REQUIRE(again->size() == 1);
    CHECK_MESSAGE((*again)[0].value == tree, text);
  }
}

}  // namespace haetae::api
