// The member chart that the operator needs is the one of this repository.

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "domain/prepared.hpp"

using namespace haetae;

TEST_CASE("the operator needs the version that charts/haetae-member/Chart.yaml states") {
  std::ifstream chart(std::string(HAETAE_SOURCE_DIR) + "/charts/haetae-member/Chart.yaml");
  std::string line, version, name;
  while (std::getline(chart, line)) {
    if (line.starts_with("version: ")) version = line.substr(9);
    if (line.starts_with("name: ")) name = line.substr(6);
  }
  CHECK(version == domain::kMemberChartVersion);
  CHECK(name == domain::kMemberChart);
}
