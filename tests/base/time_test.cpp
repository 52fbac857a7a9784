#include "base/time.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace haetae {
namespace {

using std::chrono::milliseconds;

std::string again(std::string_view text) {
  const auto time = parse_rfc3339(text);
  return time ? rfc3339(*time) : time.error().message;
}

milliseconds length(std::string_view text) {
  const auto value = parse_go_duration(text);
  REQUIRE_MESSAGE(value.has_value(), text);
  return *value;
}

}  // namespace

TEST_CASE("a moment is written in UTC to the second") {
  CHECK(rfc3339(Timestamp{}) == "1970-01-01T00:00:00Z");
  CHECK(rfc3339(Timestamp{Seconds{951782400}}) == "2000-02-29T00:00:00Z");
  CHECK(rfc3339(Timestamp{Seconds{-1}}) == "1969-12-31T23:59:59Z");
}

TEST_CASE("RFC 3339 is read with fractions and offsets") {
  CHECK(again("2026-11-22T08:38:12Z") == "2026-11-22T08:38:12Z");
  CHECK(again("2026-11-22T08:38:12.999999Z") == "2026-11-22T08:38:12Z");
  CHECK(again("2026-11-22T08:38:12+09:00") == "2026-11-21T23:38:12Z");
  CHECK(again("2026-11-22T08:38:12-05:30") == "2026-11-22T14:08:12Z");
  CHECK(again("2024-02-29T23:59:59Z") == "2024-02-29T23:59:59Z");
  CHECK(again("0001-01-01T00:00:00Z") == "0001-01-01T00:00:00Z");
}

TEST_CASE("what is no moment is refused with its text") {
  for (const char* bad :
       {"", "2026", "2026-11-22", "2026-11-22T08:38:12", "2026-11-22 08:38:12Z", "2026-13-22T08:38:12Z",
        "2026-02-30T08:38:12Z", "2026-11-22T24:00:00Z", "2026-11-22T08:60:12Z", "2026-11-22T08:38:60Z",
        "2026-11-22T08:38:12.Z", "2026-11-22T08:38:12Zx", "2026-11-22T08:38:12+0900", "2026-11-22T08:38:12+24:00",
        "+026-11-22T08:38:12Z", "2026-11-22T08:38:12"}) {
    const auto time = parse_rfc3339(bad);
    REQUIRE_FALSE(time.has_value());
    CHECK(time.error().code == Code::Malformed);
    CHECK(time.error().message.find(bad) != std::string::npos);
  }
}

TEST_CASE("a length is written as Go writes it") {
  CHECK(go_duration(milliseconds{0}) == "0s");
  CHECK(go_duration(milliseconds{250}) == "250ms");
  CHECK(go_duration(milliseconds{1500}) == "1.5s");
  CHECK(go_duration(milliseconds{1050}) == "1.05s");
  CHECK(go_duration(std::chrono::minutes{2}) == "2m0s");
  CHECK(go_duration(std::chrono::minutes{90}) == "1h30m0s");
  CHECK(go_duration(std::chrono::hours{100}) == "100h0m0s");
  CHECK(go_duration(milliseconds{-1500}) == "-1.5s");
  CHECK(go_duration(milliseconds{std::numeric_limits<std::int64_t>::min()}) == "-2562047788015h12m55.808s");
}

TEST_CASE("Go's spellings of a length are read") {
  CHECK(length("1h30m") == std::chrono::minutes{90});
  CHECK(length("1.5s") == milliseconds{1500});
  CHECK(length("250ms") == milliseconds{250});
  CHECK(length("0") == milliseconds{0});
  CHECK(length("-1m") == milliseconds{-60000});
  CHECK(length("+2s") == milliseconds{2000});
  CHECK(length(".5m") == milliseconds{30000});
  CHECK(length("1.m") == milliseconds{60000});
  CHECK(length("600us") == milliseconds{1});
  CHECK(length("600\u00b5s") == milliseconds{1});
  CHECK(length("400us") == milliseconds{0});
  CHECK(length("1h1h") == std::chrono::hours{2});
  CHECK(length("0.3333333333333333333333h") == milliseconds{1200000});
}

TEST_CASE("what is no length, or does not fit, is refused") {
  for (const char* bad : {"", "1", "s", ".s", "1x", "1 s", "1h-30m", "--1s", "1..5s", "2562048h", "9999999999h",
                          "99999999999999999999999999999999999999999h", "1d", "-", "+"}) {
    CHECK_FALSE_MESSAGE(parse_go_duration(bad).has_value(), bad);
  }
}

TEST_CASE("every length reads back as it was written") {
  for (const std::int64_t ms : {1, 999, 1000, 59999, 60000, 61001, 3599999, 3600000, 86400000, 123456789}) {
    CHECK(length(go_duration(milliseconds{ms})) == milliseconds{ms});
    CHECK(length(go_duration(milliseconds{-ms})) == milliseconds{-ms});
  }
}

TEST_CASE("the machine's clocks move forward") {
  const SystemClock clock;
  const auto first = clock.steady();
  CHECK(clock.steady() >= first);
  CHECK(clock.now() > Timestamp{Seconds{1'700'000'000}});
}

}  // namespace haetae
