#include "cli/command_line.hpp"

#include <doctest/doctest.h>

#include "command.hpp"

using namespace haetae::cli::testing;
using haetae::cli::kBadInput;
using haetae::cli::kFine;

namespace {
bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("the version is printed for machines to read") {
  const auto ran = run({"version"});
  CHECK(ran.code == kFine);
  CHECK(ran.out == "haetae 1.2.3\n");
}

TEST_CASE("help lists the commands and the exit codes, and goes to standard output") {
  const auto ran = run({"--help"});
  CHECK(ran.code == kFine);
  for (const auto* part : {"operator", "plan", "explain", "generate", "version", "1 findings"}) CHECK_MESSAGE(says(ran.out, part), part);
  CHECK(ran.err.empty());
}

TEST_CASE("the help of a command shows examples") {
  const auto ran = run({"plan", "--help"});
  CHECK(ran.code == kFine);
  CHECK(says(ran.out, "haetae plan -f"));
  CHECK(says(ran.out, "table|json|yaml"));
}

TEST_CASE("flags of the operator reach it as they are written") {
  const auto ran = run({"operator", "--workers=3", "--listen", ":0"});
  CHECK(ran.code == 7);
  CHECK(ran.out == "--workers=3\n--listen\n:0\n");
}

TEST_CASE("the help of the operator shows the flags of its settings") {
  const auto ran = run({"operator", "--help"});
  CHECK(ran.code == kFine);
  CHECK(says(ran.out, "HAETAE_WORKERS"));
}

TEST_CASE("words that no command knows are bad input, with a hint") {
  SUBCASE("a command") {
    const auto ran = run({"plna", "-f", "x"});
    CHECK(ran.code == kBadInput);
    CHECK(says(ran.err, "haetae: unknown argument plna, did you mean plan?"));
  }
  SUBCASE("a flag") {
    const auto ran = run({"plan", "-f", "-", "--ouput=json"});
    CHECK(ran.code == kBadInput);
    CHECK(says(ran.err, "haetae plan: unknown argument --ouput=json, did you mean --output?"));
    CHECK(says(ran.err, "See `haetae plan --help`."));
  }
  SUBCASE("a value") {
    const auto ran = run({"plan", "-f", "-", "-o", "xml"});
    CHECK(ran.code == kBadInput);
    CHECK(says(ran.err, "xml"));
  }
  SUBCASE("no command at all") { CHECK(run({}).code == kBadInput); }
  SUBCASE("no file") {
    const auto ran = run({"plan"});
    CHECK(ran.code == kBadInput);
    CHECK(says(ran.err, "--file"));
  }
  CHECK(run({"plan", "-f", "-", "--ouput=json"}).out.empty());
}
