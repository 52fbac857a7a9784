#include "controllers/rows.hpp"

#include <doctest/doctest.h>

using namespace haetae;
using namespace haetae::controllers;

namespace {

std::string pod(const std::string& more_status = R"("phase":"Running","conditions":[{"type":"Ready","status":"True"}])") {
  return R"({"metadata":{"name":"web-1","namespace":"ts-mois-gov24","labels":{"haetae.io/component":"web","app":"x"},
    "managedFields":[{"manager":"m"}]},"spec":{"nodeName":"n1","containers":[{"name":"web","image":"i",
    "resources":{"requests":{"cpu":"250m","memory":"64Mi"}}}]},"status":{)" + more_status + "}}";
}

std::string node(const std::string& spec) {
  return R"({"metadata":{"name":"n1","labels":{"topology.kubernetes.io/zone":"room-1"}},"spec":)" + spec +
         R"(,"status":{"allocatable":{"cpu":"8","memory":"32Gi","broken":"x"},
            "conditions":[{"type":"MemoryPressure","status":"False"},{"type":"Ready","status":"True"}]}})";
}

}  // namespace

TEST_CASE("a pod keeps whose it is, where it runs, what it takes and whether it is Ready") {
  Words words;
  RowReader reader(words);
  const auto row = reader.pod(pod());
  REQUIRE(row);
  CHECK(row->key == "ts-mois-gov24/web-1");
  CHECK(*row->object.component == "web");
  CHECK(*row->object.node == "n1");
  CHECK(row->object.ready);
  CHECK(row->object.requests->at("cpu") == Quantity::milli(250));
  CHECK(row->object.requests->at("pods") == Quantity::of(1));
}

TEST_CASE("a finished pod is over, and one that is not Ready says so") {
  Words words;
  RowReader reader(words);
  CHECK(reader.pod(pod(R"("phase":"Succeeded")"))->object.over);
  const auto waiting = reader.pod(pod(R"("phase":"Pending","conditions":[{"type":"Ready","status":"False"}])"));
  CHECK_FALSE(waiting->object.ready);
  CHECK_FALSE(waiting->object.over);
}

TEST_CASE("pods of one template share their words and their requests") {
  Words words;
  RowReader reader(words);
  const auto first = reader.pod(pod());
  const auto second = reader.pod(pod());
  CHECK(first->object.ns.get() == second->object.ns.get());
  CHECK(first->object.requests.get() == second->object.requests.get());
  CHECK(first->object == second->object);
}

TEST_CASE("a node is usable when it is Ready, schedulable and free of taints that keep pods away") {
  CHECK(read_node(node("{}"))->object.usable);
  CHECK(read_node(node(R"({"taints":[{"key":"k","effect":"PreferNoSchedule"}]})"))->object.usable);
  CHECK_FALSE(read_node(node(R"({"unschedulable":true})"))->object.usable);
  CHECK_FALSE(read_node(node(R"({"taints":[{"key":"k","effect":"NoSchedule"}]})"))->object.usable);
  CHECK_FALSE(read_node(node(R"({"taints":[{"key":"k","effect":"NoExecute"}]})"))->object.usable);
  CHECK(read_node(node("{}"))->object.room == "room-1");
  CHECK_FALSE(read_node(node("{}"))->object.allocatable.contains("broken"));
}

TEST_CASE("a workload is rolled out once its controller has seen its spec and every pod is of it") {
  const kube::Resource deployments{"apps", "v1", "deployments", "Deployment", true};
  Words words;
  RowReader reader(words);
  const auto seen = [&](const std::string& generation, const std::string& status) {
    return reader.owned(R"({"metadata":{"name":"web","namespace":"n","generation":)" + generation +
                            R"(},"spec":{"replicas":2},"status":{)" + status + "}}",
                        deployments)->object.rolled_out;
  };
  CHECK(seen("3", R"("observedGeneration":3,"replicas":2,"updatedReplicas":2)"));
  CHECK_FALSE(seen("4", R"("observedGeneration":3,"replicas":2,"updatedReplicas":2)"));
  CHECK_FALSE(seen("3", R"("observedGeneration":3,"replicas":3,"updatedReplicas":2)"));
  CHECK_FALSE(seen("3", R"("observedGeneration":3,"replicas":2,"updatedReplicas":1)"));
  CHECK_FALSE(seen("1", ""));
}

TEST_CASE("words that nobody holds are dropped in the end") {
  Words words;
  for (int i = 0; i < 5000; ++i) CHECK(*words.word("w" + std::to_string(i)) == "w" + std::to_string(i));
  CHECK(words.size() < 2000);
}
