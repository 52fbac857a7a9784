#include "api/json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace haetae::api {
namespace {

std::string again(std::string_view text) {
  const auto value = read_json(text);
  return value ? value->dump() : value.error().message;
}

std::string why_not(std::string_view text, const Limits& limits = {}) {
  const auto value = read_json(text, limits);
  REQUIRE_FALSE_MESSAGE(value.has_value(), text);
  CHECK(value.error().code == Code::Malformed);
  return value.error().message;
}

}  // namespace

TEST_CASE("JSON keeps the writer's order and every digit of an integer") {
  for (const char* text : {R"({"b":1,"a":[true,null,"x"],"c":{}})", "[]", "\"\"", "-9223372036854775808",
                           "18446744073709551615", "1.5", R"({"":{"a":1}})"}) {
    CHECK(again(text) == text);
  }
}

TEST_CASE("broken JSON is refused with its place and without its content") {
  CHECK(why_not("{\"password\": \"s3cret\n\"}") == "cannot read JSON: not JSON at line 2, column 0");
  CHECK(why_not("") == "cannot read JSON: not JSON at line 1, column 0");
  for (const char* bad : {"{", "]", "{}{}", "[1,]", "nul", "{\"a\"}", "{1:2}", "\"\\ud800\"", "\"\xff\"", "NaN", "01",
                          "'a'", "[1 2]", "1e400", "// x\n1"}) {
    CHECK_MESSAGE(why_not(bad).find("s3cret") == std::string::npos, bad);
  }
}

TEST_CASE("an integer beyond 64 bits is refused, not rounded") {
  CHECK(why_not("{\"a\":\n18446744073709551616}").find("integer does not fit 64 bits at line 2") != std::string::npos);
  CHECK(why_not("-9223372036854775809").find("integer") != std::string::npos);
}

TEST_CASE("a duplicate key is refused in small and in large objects") {
  CHECK(why_not(R"({"a":1,"b":{"c":1,"c":2}})").find("duplicate key \"c\"") != std::string::npos);
  std::string large = "{";
  for (int i = 0; i < 1000; ++i) large += "\"k" + std::to_string(i) + "\":0,";
  CHECK(read_json(large + "\"last\":0}").has_value());
  CHECK(why_not(large + "\"k3\":0}").find("duplicate key \"k3\"") != std::string::npos);
  CHECK(why_not(large + "\"k999\":0}").find("duplicate key \"k999\"") != std::string::npos);
}

TEST_CASE("bytes, depth and number of values are bounded") {
  CHECK(why_not("[1,2,3]", {.bytes = 5}).find("5 bytes") != std::string::npos);
  CHECK(why_not(std::string(200'000, '[')).find("64 levels") != std::string::npos);
  CHECK(read_json("[[[1]]]", {.depth = 3}).has_value());
  CHECK(why_not("[[[[]]]]", {.depth = 3}).find("3 levels") != std::string::npos);
  CHECK(read_json("[1,2]", {.nodes = 3}).has_value());
  CHECK(why_not("[1,2,3]", {.nodes = 3}).find("3 values") != std::string::npos);
}

TEST_CASE("an object with very many members is read in linear time") {
  std::string large = "{";
  for (int i = 0; i < 150'000; ++i) large += "\"k" + std::to_string(i) + "\":0,";
  const auto value = read_json(large + "\"last\":0}");
  REQUIRE(value.has_value());
  CHECK(value->size() == 150'001);
}

TEST_CASE("each value knows its line") {
  Lines lines;
  REQUIRE(read_json("{\n \"a\": 80\n,\n \"b\": [\n  1,\n  {\"c\":\n \"x\"}\n ]\n}", {}, &lines).has_value());
  CHECK(lines.at("") == 1);
  CHECK(lines.at("a") == 2);
  CHECK(lines.at("b") == 4);
  CHECK(lines.at("b[0]") == 5);
  CHECK(lines.at("b[1]") == 6);
  CHECK(lines.at("b[1].c") == 7);
}

}  // namespace haetae::api
