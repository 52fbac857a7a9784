#include "base/quantity.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace haetae {
namespace {

Quantity q(std::string_view text) {
  const auto value = Quantity::parse(text);
  REQUIRE_MESSAGE(value.has_value(), text);
  return *value;
}

}  // namespace

TEST_CASE("every suffix of the grammar multiplies as documented") {
  CHECK(q("1n") + q("999n") == q("1u"));
  CHECK(q("1000u") == q("1m"));
  CHECK(q("1000m") == Quantity::of(1));
  CHECK(q("1k") == Quantity::of(1000));
  CHECK(q("1M") == Quantity::of(1'000'000));
  CHECK(q("1G") == Quantity::of(1'000'000'000));
  CHECK(q("1T") == Quantity::of(1'000'000'000'000));
  CHECK(q("1P") == Quantity::of(1'000'000'000'000'000));
  CHECK(q("1E") == Quantity::of(1'000'000'000'000'000'000));
  CHECK(q("1Ki") == Quantity::of(1024));
  CHECK(q("1Mi") == Quantity::of(1048576));
  CHECK(q("1Gi") == Quantity::of(1073741824));
  CHECK(q("1Ti") == Quantity::of(1099511627776));
  CHECK(q("1Pi") == Quantity::of(1125899906842624));
  CHECK(q("1Ei") == Quantity::of(1152921504606846976));
}

TEST_CASE("signs, points and exponents are read") {
  CHECK(q("0").is_zero());
  CHECK(q("-0").is_zero());
  CHECK(q("+1") == Quantity::of(1));
  CHECK(q("-1").negative());
  CHECK(q(".5") == Quantity::milli(500));
  CHECK(q("5.") == Quantity::of(5));
  CHECK(q("0.5Gi") == Quantity::of(536870912));
  CHECK(q("1e3") == Quantity::of(1000));
  CHECK(q("1E3") == Quantity::of(1000));
  CHECK(q("1e+3") == Quantity::of(1000));
  CHECK(q("1500e-3") == Quantity::milli(1500));
  CHECK(q("0e400").is_zero());
  CHECK(q("000123") == Quantity::of(123));
  CHECK(q("100000000000000000000e-20") == Quantity::of(1));
}

TEST_CASE("finer than a billionth is rounded up, away from zero") {
  CHECK(q("0.1n") == q("1n"));
  CHECK(q("-0.1n") == q("-1n"));
  CHECK(q("1e-400") == q("1n"));
  CHECK(q("1.0000000001") == q("1000000001n"));
  CHECK(q("0.333333333333333333333333333333") == q("333333334n"));
  CHECK(q("0.3333333333333333333333333333333333333333Ki") == q("341333333334n"));
}

TEST_CASE("what is no quantity is refused") {
  for (const char* bad :
       {"", " ", "1 ", " 1", "1 Gi", "Gi", ".", "-", "+", "1..5", "1.2.3", "--1", "1e", "1e+", "1ee3", "1e3k", "1K",
        "1ki", "1GB", "1gi", "1mi", "1g", "abc", "0x10", "1_000", "1,5", "1Kii", "1e3.5", "NaN", "inf", "1E-", "१"}) {
    const auto value = Quantity::parse(bad);
    REQUIRE_FALSE_MESSAGE(value.has_value(), bad);
    CHECK(value.error().code == Code::Malformed);
  }
}

TEST_CASE("an amount beyond 2^63-1 is refused, not capped in silence") {
  CHECK(q("9223372036854775807") == Quantity::of(9223372036854775807));
  for (const char* big : {"9223372036854775808", "1e400", "8Ei", "10E", "1e999999999999999999999", "-1e19"}) {
    CHECK_FALSE_MESSAGE(Quantity::parse(big).has_value(), big);
  }
  CHECK_FALSE(Quantity::parse(std::string(200, '9')).has_value());
  CHECK_FALSE(Quantity::parse("0." + std::string(100000, '1')).has_value());
}

TEST_CASE("an amount is written in the shortest exact form") {
  CHECK(q("0").text() == "0");
  CHECK(q("1.5").text() == "1500m");
  CHECK(q("1000m").text() == "1");
  CHECK(q("1000").text() == "1k");
  CHECK(q("1024").text() == "1024");
  CHECK(q("1e18").text() == "1E");
  CHECK(q("-0.25").text() == "-250m");
  CHECK(q("1n").text() == "1n");
  CHECK(q("2Gi").text(true) == "2Gi");
  CHECK(q("1536Mi").text(true) == "1536Mi");
  CHECK(q("1000").text(true) == "1k");
  CHECK(q("0.5Ki").text(true) == "512");
  CHECK(q("-4Ki").text(true) == "-4Ki");
  CHECK(q("4Ei").text(true) == "4Ei");
}

TEST_CASE("writing and reading again gives the same amount") {
  for (const char* text : {"1", "999m", "1Gi", "1.5Gi", "123456789n", "7P", "-3Ti", "9223372036854775807"}) {
    CHECK(q(q(text).text()) == q(text));
    CHECK(q(q(text).text(true)) == q(text));
  }
}

TEST_CASE("division rounds as its name promises") {
  CHECK(q("10").fits(q("3")) == 3);
  CHECK(q("9").fits(q("3")) == 3);
  CHECK(q("-1").fits(q("3")) == -1);
  CHECK(q("9E").fits(q("1n")) == 9223372036854775807);
  CHECK(q("1").split(3) == q("333333334n"));
  CHECK(q("3").split(3) == q("1"));
  CHECK(q("10").percent(15) == q("1500m"));
  CHECK(q("1n").percent(50) == q("1n"));
  CHECK(q("1").over(q("4")) == doctest::Approx(0.25));
  CHECK(std::isinf(q("1").over(q("0"))));
  CHECK(q("0").over(q("0")) == 0.0);
}

TEST_CASE("resource vectors add, subtract and compare name by name") {
  Resources room{{"cpu", q("4")}, {"memory", q("8Gi")}, {"pods", q("110")}};
  CHECK(covers(room, {{"cpu", q("4")}, {"memory", q("1Gi")}}));
  CHECK_FALSE(covers(room, {{"cpu", q("4001m")}}));
  CHECK_FALSE(covers(room, {{"nvidia.com/gpu", q("1")}}));
  CHECK(covers(room, {{"nvidia.com/gpu", q("0")}}));
  subtract(room, {{"cpu", q("500m")}, {"pods", q("1")}}, 3);
  CHECK(room["cpu"] == q("2500m"));
  CHECK(room["pods"] == q("107"));
  add(room, {{"cpu", q("1")}});
  CHECK(room["cpu"] == q("3500m"));
  const auto most = larger({{"cpu", q("1")}, {"pods", q("2")}}, {{"cpu", q("3")}, {"memory", q("1")}});
  CHECK(most == Resources{{"cpu", q("3")}, {"pods", q("2")}, {"memory", q("1")}});
}

}  // namespace haetae
