#include "controllers/census.hpp"

#include <doctest/doctest.h>

using namespace haetae::controllers;

namespace {

std::string kind(const std::string& plural, const std::string& verbs, const std::string& scope = "Namespaced") {
  return R"({"resource":")" + plural + R"(","scope":")" + scope + R"(","verbs":[)" + verbs + "]}";
}

std::string told(const std::string& group, const std::string& resources, const std::string& freshness = "Current") {
  return R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":")" + group +
         R"("},"versions":[{"version":"v1","freshness":")" + freshness + R"(","resources":[)" + resources + "]}]}]}";
}

constexpr auto kAll = R"("create","delete","list","watch")";

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("every namespaced kind that goes with its namespace is counted") {
  const auto counts = countable({told("", kind("secrets", kAll)), told("example.com", kind("widgets", kAll))});
  CHECK(counts.kinds == Names{"secrets", "widgets.example.com"});
  CHECK(counts.uncounted.empty());
}

TEST_CASE("what is listed, what Kubernetes keeps there itself, and what no namespace takes along is not counted") {
  const auto counts = countable({told("", kind("pods", kAll) + "," + kind("endpoints", kAll) + "," + kind("nodes", kAll, "Cluster")),
                                 told("metrics.k8s.io", kind("pods", R"("get","list")"))});
  CHECK(counts.kinds.empty());
  CHECK(counts.uncounted.empty());
}

TEST_CASE("what would go with the namespace and cannot be counted is told") {
  const std::string long_name(60, 'a');
  CHECK(countable({told("x.io", kind("things", R"("delete","get")"))}).uncounted == Names{"things.x.io"});
  CHECK(countable({told("x.io", kind(long_name, kAll))}).uncounted == Names{long_name + ".x.io"});
  CHECK(countable({told("x.io", "", "Stale")}).uncounted.size() == 1);
  CHECK(countable({R"({"kind":"APIGroupList","groups":[]})"}).uncounted.size() == 1);
  CHECK(countable({"<html>"}).uncounted.size() == 1);
}
