#include "base/text.hpp"

#include <doctest/doctest.h>

#include <set>

namespace haetae {

TEST_CASE("parts are joined with separators between them only") {
  CHECK(join({}, ", ") == "");
  CHECK(join({"a"}, ", ") == "a");
  CHECK(join({"a", "b", "c"}, ", ") == "a, b, c");
  CHECK(join({"", ""}, "/") == "/");
}

TEST_CASE("counted nouns take their plural") {
  CHECK(count(1, "center") == "1 center");
  CHECK(count(2, "center") == "2 centers");
  CHECK(count(0, "copy") == "0 copies");
  CHECK(count(3, "day") == "3 days");
  CHECK(count(2, "class") == "2 classes");
}

TEST_CASE("a DNS label is lower case letters, digits and inner dashes") {
  CHECK(is_dns_label("gov24"));
  CHECK(is_dns_label("a"));
  CHECK(is_dns_label("0-9"));
  CHECK(is_dns_label(std::string(63, 'a')));
  CHECK_FALSE(is_dns_label(std::string(64, 'a')));
  CHECK_FALSE(is_dns_label(std::string(41, 'a'), 40));
  for (const char* bad : {"", "-a", "a-", "A", "a.b", "a_b", "정부", "a b"}) CHECK_FALSE(is_dns_label(bad));
}

TEST_CASE("only well-formed UTF-8 passes") {
  for (const char* good : {"", "abc", "정부24", "\xF0\x9F\x98\x80", "\xEF\xBB\xBF"}) CHECK(is_utf8(good));
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                          "\xE0\x80\x80", "a\xFF", "\xE1\x80"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("Hangul takes two columns a syllable, combining marks none") {
  CHECK(display_width("gov24") == 5);
  CHECK(display_width("정부24") == 6);
  CHECK(display_width("1등급") == 5);
  CHECK(display_width("e\xCC\x81") == 1);
  CHECK(display_width("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") == 2);  // 한 as three conjoining jamo
  CHECK(display_width("\xFF") == 1);
  CHECK(display_width("é·→") == 3);
}

TEST_CASE("FNV-1a gives the published values") {
  // Source: isthe.com/chongo/tech/comp/fnv, test vectors.
  CHECK(fnv1a("") == 0xcbf29ce484222325ULL);
  CHECK(fnv1a("a") == 0xaf63dc4c8601ec8cULL);
  CHECK(fnv1a("foobar") == 0x85944171f73967e8ULL);
}

TEST_CASE("eight hex digits tell near names apart") {
  std::set<std::string> seen;
  for (int i = 0; i < 20000; ++i) seen.insert(hash8("system-" + std::to_string(i)));
  CHECK(seen.size() == 20000);
  CHECK(hash8("mois/gov24") == hash8("mois/gov24"));
  CHECK(hash8("").size() == 8);
}

TEST_CASE("a text is cut between characters") {
  CHECK(cut_text("abc", 3) == "abc");
  CHECK(cut_text("abc", 2) == "ab");
  CHECK(cut_text("가나", 5) == "가");
  CHECK(cut_text("가나", 3) == "가");
  CHECK(cut_text("가나", 2).empty());
  CHECK(cut_text("", 7).empty());
}

TEST_CASE("a name is cut only where it is too long, and stays a DNS label") {
  CHECK(cut_name("ts-mois-gov24", 63) == "ts-mois-gov24");
  CHECK(cut_name(std::string(63, 'a'), 63) == std::string(63, 'a'));
  const std::string longer = "ts-" + std::string(40, 'a') + "-" + std::string(40, 'b');
  const auto cut = cut_name(longer, 63);
  CHECK(cut.size() == 63);
  CHECK(cut == longer.substr(0, 54) + "-" + hash8(longer));
  CHECK(is_dns_label(cut));
  const auto dashed = cut_name(std::string(53, 'a') + "-" + std::string(40, 'b'), 63);
  CHECK(dashed.find("--") == std::string::npos);
  CHECK(cut_name(longer, 63) != cut_name(longer + "c", 63));
}

}  // namespace haetae
