#include <doctest/doctest.h>

#include <regex.h>

#include <string>
#include <vector>

#include "api/field.hpp"
#include "api/tenant_system.hpp"

namespace haetae::api {
namespace {

/// Texts near the border of every pattern; each is asked of both sides.
std::vector<std::string> borders() {
  return {"",      "a",      "-",    "a-",  "-a",   "a-b",   "A",       "a.b",         "a..b",       ".a",
          "a.",    "a/b",    "/a",   "a/",  "a/b/c", "A/b",  "0",       "00",          "0a",         "a0",
          "정부",  "a b",    " a",   "a\n", "1h",   "1h30m", "2026-1-1", "2026-11-22", "2026-13-01", "26-11-22",
          "1.5s",  ".5s",    "1",    "s",   "1d",   "-1s",   "+1s",     "1µs",         "250m",       "1.5Gi",
          "1e3",   "1E",     "1e",   "1Ki", "1ki",  "+1",    "-1",      ".5",          "5.",         ".",
          "a_b",   "_a",     "a_",   "a--b", "8080", "08080", "65535",   "100000",      "a.b/c",      "a/b_",
          "http",  "8080a",  "-8080", "123-4", "123-a", "a.b/C_d.e", "kubernetes.io/hostname",
          "2026-11-22T08:38:12Z", "2026-11-22T08:38:12.5+09:00", "2026-11-22T24:00:00Z", "2026-11-22T08:38:60Z",
          "2026-11-22T08:38:12", "2026-11-22T08:38:12.Z", "2026-11-22 08:38:12Z", "2026-11-22T08:38:12-24:00",
          std::string(63, 'a'), std::string(64, 'a')};
}

/// A regular expression as POSIX reads it; for these patterns that is what RE2 reads.
class Regex {
 public:
  explicit Regex(const char* text) { REQUIRE(regcomp(&compiled_, text, REG_EXTENDED | REG_NOSUB) == 0); }
  ~Regex() { regfree(&compiled_); }
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;
  [[nodiscard]] bool matches(const std::string& text) const {
    return regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
};

}  // namespace

TEST_CASE("each pattern says the same to the API server and offline") {
  const std::vector<std::pair<const char*, const Pattern*>> all{
      {"label", &kDnsLabel}, {"component", &kComponentName}, {"system", &kSystemReference}, {"date", &kDate},
      {"time", &kTime},
      {"duration", &kDuration}, {"key", &kLabelKey}, {"value", &kLabelValue}, {"quantity", &kQuantity},
      {"resource", &kResourceName}, {"secret", &kSecretKey}, {"port", &kTargetPort}};
  for (const auto& [name, pattern] : all) {
    const Regex regex(pattern->regex);
    for (const auto& text : borders()) {
      CHECK_MESSAGE(regex.matches(text) == pattern->holds(text), name, " of \"", text, "\"");
    }
  }
}

TEST_CASE("offline knows days and amounts that no expression can tell") {
  CHECK(Regex(kDate.regex).matches("2026-02-30"));
  CHECK_FALSE(kDate.holds("2026-02-30"));
  CHECK(Regex(kTime.regex).matches("2026-02-30T00:00:00Z"));
  CHECK_FALSE(kTime.holds("2026-02-30T00:00:00Z"));
  CHECK(Regex(kQuantity.regex).matches("1e400"));
  CHECK_FALSE(kQuantity.holds("1e400"));
}

TEST_CASE("every enumerator is spelled as its name and found by it") {
  CHECK(name(Lifecycle::Draining) == "Draining");
  CHECK(named<Lifecycle>("Closed") == Lifecycle::Closed);
  CHECK(named<DataClass>("c") == std::nullopt);
  CHECK(named<Strength>("") == std::nullopt);
  CHECK(name(WorkloadKind::StatefulSet) == "StatefulSet");
}

TEST_CASE("the places of a system read in one line, active ones first") {
  CHECK(where_text({}) == "");
  CHECK(where_text({{"gwangju", "g1", Role::Active, 3, ""}, {"daejeon", "d1", Role::Active, 3, ""}}) ==
        "daejeon,gwangju");
  CHECK(where_text({{"daegu", "x", Role::Standby, 0, ""}, {"daejeon", "d1", Role::Active, 3, ""}}) ==
        "daejeon,(daegu)");
}

}  // namespace haetae::api
