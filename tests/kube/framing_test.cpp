#include "kube/framing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace haetae;
using namespace haetae::kube;

namespace {

struct Split {
  std::vector<std::string> texts;
  Status how{Done{}};
};

OnText into(std::vector<std::string>& texts) {
  return [&texts](std::string_view text) -> Status {
    texts.emplace_back(text);
    return Done{};
  };
}

template <class Splitter>
Split feed(Splitter& splitter, std::string_view bytes, std::size_t step) {
  Split split;
  for (std::size_t at = 0; at < bytes.size() && split.how; at += step) {
    split.how = splitter.feed(bytes.substr(at, step), into(split.texts));
  }
  return split;
}

using Texts = std::vector<std::string>;

constexpr std::string_view kList =
    R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"12","continue":"a\"b","x":[1,{"y":"}"}]},)"
    R"( "items" : [ {"a":"]}\\\"[{","b":[1,2,{}]} , {"c":"해태"},{}],"more":[{"items":[9]}],"n":-1.5e3})";
const Texts kItems = {R"({"a":"]}\\\"[{","b":[1,2,{}]})", R"({"c":"해태"})", "{}"};

}  // namespace

TEST_CASE("lines come out whole, however the bytes are cut") {
  const std::string bytes = "{\"a\":1}\r\n\n{\"b\":\"해태\"}\n{\"c\":";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    LineSplitter lines;
    const auto split = feed(lines, bytes, step);
    REQUIRE(split.how.has_value());
    CHECK(split.texts == Texts{"{\"a\":1}", "{\"b\":\"해태\"}"});
    CHECK(lines.pending() == 5);
  }
}

TEST_CASE("a line without end stops at the limit, complete or not") {
  LineSplitter open(10);
  CHECK(open.feed("12345", [](std::string_view) -> Status { return Done{}; }).has_value());
  CHECK(open.feed("678901", [](std::string_view) -> Status { return Done{}; }).error().code == Code::Malformed);
  LineSplitter whole(3);
  CHECK(whole.feed("1234\n", [](std::string_view) -> Status { return Done{}; }).error().code == Code::Malformed);
  LineSplitter exact(3);
  Texts texts;
  CHECK(exact.feed("123\n45\n", into(texts)).has_value());
  CHECK(texts == Texts{"123", "45"});
}

TEST_CASE("an error of the reader ends the feed") {
  LineSplitter lines;
  int seen = 0;
  const auto how = lines.feed("a\nb\nc\n", [&](std::string_view) -> Status {
    if (++seen == 2) return Error{Code::Gone, "enough"};
    return Done{};
  });
  CHECK(how.error().code == Code::Gone);
  CHECK(seen == 2);
}

TEST_CASE("items come out whole, however the bytes are cut, and the head with them") {
  for (std::size_t step = 1; step <= kList.size(); ++step) {
    CAPTURE(step);
    ItemSplitter items;
    const auto split = feed(items, kList, step);
    REQUIRE(split.how.has_value());
    CHECK(split.texts == kItems);
    const auto head = items.finish();
    REQUIRE(head.has_value());
    CHECK(head->kind == "PodList");
    CHECK(head->resource_version == "12");
    CHECK(head->continue_token == "a\"b");
  }
}

TEST_CASE("a list cut anywhere is no list") {
  for (std::size_t length = 0; length < kList.size(); ++length) {
    CAPTURE(length);
    ItemSplitter items;
    const auto split = feed(items, kList.substr(0, length), 7);
    CHECK(split.how.has_value());
    CHECK(items.finish().error().code == Code::Malformed);
  }
}

TEST_CASE("empty lists are lists; what has no items is none") {
  const auto finish = [](std::string_view text) {
    ItemSplitter items;
    const auto split = feed(items, text, 3);
    CHECK(split.how.has_value());
    CHECK(split.texts.empty());
    return items.finish();
  };
  CHECK(finish(R"({"metadata":{"resourceVersion":"1"},"items":[]})")->resource_version == "1");
  CHECK(finish(R"({"items": null })").has_value());
  CHECK(finish(R"( {"items":[ ],"metadata":{}} )").has_value());
  CHECK(finish(R"({"kind":"Table","rows":[{"items":[1]}]})").error().code == Code::Malformed);
  CHECK(finish(R"({"kind":"Status"})").error().code == Code::Malformed);
  CHECK(finish(R"({})").error().code == Code::Malformed);
  CHECK(finish(R"({"items":{}})").error().code == Code::Malformed);
  CHECK(finish(R"({"items":[],"metadata":7})").error().code == Code::Malformed);
}

TEST_CASE("broken lists are refused, not guessed") {
  for (const char* text : {"[]", "{]", R"({"items":[{]})", R"({"items":[1}])", R"({"items":[{}],"items":[{}]})",
                           R"({"items" [])", R"({"a":1,,"items":[]})", R"({"items":[{},]}})", R"({"items":[]}x)",
                           R"({"a":tr{}})", R"({"a":"b"c})", "x", R"({"items":[,]})", R"({,"items":[]})"}) {
    CAPTURE(text);
    ItemSplitter items;
    const auto split = feed(items, text, 100);
    CHECK((!split.how || !items.finish()));
  }
}

TEST_CASE("depth and size have limits, in items and around them") {
  ItemSplitter::Limits limits;
  limits.depth = 5;
  limits.item_bytes = 20;
  const auto refused = [&](const std::string& text) {
    ItemSplitter items(limits);
    const auto split = feed(items, text, 4);
    return !split.how && split.how.error().code == Code::Malformed;
  };
  CHECK_FALSE(refused(R"({"items":[[[[[[1]]]]]]})"));
  CHECK(refused(R"({"items":[[[[[[[1]]]]]]]})"));
  CHECK(refused(R"({"x":[[[[[[1]]]]]],"items":[]})"));
  CHECK(refused(R"({"items":["0123456789012345678901234"]})"));
  CHECK(refused(R"({"metadata":"0123456789012345678901234"})"));
  CHECK(refused(R"({"0123456789012345678901234":1})"));
  CHECK_FALSE(refused(R"({"managed":"0123456789012345678901234","items":[]})"));
}
