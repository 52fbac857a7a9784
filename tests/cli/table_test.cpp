#include "cli/table.hpp"

#include <doctest/doctest.h>

#include <sstream>

using haetae::cli::printable;
using haetae::cli::Table;

namespace {
std::string printed(const Table& table) {
  std::ostringstream out;
  table.print(out);
  return out.str();
}
}  // namespace

TEST_CASE("columns line up by what a terminal shows, Hangul being two wide") {
  Table table({"NAME", "TIER"});
  table.add({"정부24", "tier-1"});
  table.add({"hometax", "tier-2"});
  CHECK(printed(table) ==
        "NAME     TIER\n"
        "정부24   tier-1\n"
        "hometax  tier-2\n");
}

TEST_CASE("notes stand between rows and widen nothing, rows may end early, lines end without blanks") {
  Table table({"A", "B", "C"});
  table.add({"1", "2", ""});
  table.note("a long note about the row above");
  table.add({"3"});
  CHECK(printed(table) == "A  B  C\n1  2\n  a long note about the row above\n3\n");
}

TEST_CASE("foreign text cannot steer the terminal") {
  CHECK(printable("a\x1b[31mb\nc\x7f") == "a?[31mb?c?");
  CHECK(printable("\xc2\x9b""31m") == "?31m");
  CHECK(printable("정부24 é") == "정부24 é");
}
