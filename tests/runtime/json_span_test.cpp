#include "runtime/json_span.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace haetae::runtime;

TEST_CASE("a member's text is found whatever stands before it") {
  const char* event = R"( { "s" : "a \"} , \\" , "n":-1.5e3, "l":[1,"]",{"type":"inner"}],"o":{}, "type" : "ADDED","object":{"a":{"b":[]}} } )";
  CHECK(member_text(event, "type") == R"("ADDED")");
  CHECK(member_text(event, "object") == R"({"a":{"b":[]}})");
  CHECK(member_text(event, "n") == "-1.5e3");
  CHECK(member_text(event, "o") == "{}");
  CHECK(member_text(event, "l") == R"([1,"]",{"type":"inner"}])");
  CHECK(member_text(event, "s") == R"("a \"} , \\")");
  CHECK_FALSE(member_text(event, "inner"));
  CHECK_FALSE(member_text(event, "a"));
}

TEST_CASE("what is no object has no members, and no cut of one is read past its end") {
  for (const char* text :
       {"", "  ", "[]", "7", "\"type\"", "{", "{}", "{,}", "{\"type\"}", "{\"type\":", "{\"type\":}", "}"})
    CHECK_FALSE(member_text(text, "type"));
  const std::string whole = R"({"a":{"b":"c\\\""},"type":"ADDED"})";
  for (std::size_t n = 0; n + 1 < whole.size(); ++n) {
    const auto got = member_text(std::string_view(whole).substr(0, n), "type");
    CHECK_FALSE((got && *got == R"("ADDED")" && n + 1 < whole.size() - 1));
  }
}

TEST_CASE("a name is read from text that is otherwise broken") {
  CHECK(*store_key_in(R"({"metadata":{"name":"web","namespace":"ts"},"spec":{"replicas":"many"}})") == "ts/web");
  CHECK(*store_key_in(R"({"metadata":{"labels":{"name":"x"},"name":"node-1"}})") == "node-1");
  CHECK_FALSE(store_key_in(R"({"metadata":{"namespace":"ts"}})"));
  CHECK_FALSE(store_key_in(R"({"spec":{"name":"x"}})"));
  CHECK(resource_version_in(R"({"metadata":{"resourceVersion":"42"}})") == "42");
  CHECK(resource_version_in(R"({"metadata":{"resourceVersion":42}})").empty());
  CHECK(resource_version_in(R"({"spec":{}})").empty());
}

TEST_CASE("deep nesting costs no stack") {
  std::string text = R"({"deep":)" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + R"(,"type":"X"})";
  CHECK(member_text(text, "type") == R"("X")");
}
