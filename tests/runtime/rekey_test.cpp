#include "runtime/rekey.hpp"

#include <doctest/doctest.h>

using haetae::runtime::rekeying;
using nlohmann::ordered_json;

TEST_CASE("a Service port whose number was edited gets its number back") {
  const auto intent = ordered_json::parse(R"({"spec":{"ports":[{"name":"http","port":80,"protocol":"TCP"}]}})");
  const auto live = ordered_json::parse(
      R"({"spec":{"ports":[{"name":"admin","port":9000},{"name":"http","port":8081,"protocol":"TCP"}]}})");
  CHECK(rekeying(intent, live) ==
        ordered_json::parse(R"([
            {"op":"test","path":"/spec/ports/1","value":{"name":"http","port":8081,"protocol":"TCP"}},
            {"op":"replace","path":"/spec/ports/1/port","value":80}])"));
}

TEST_CASE("a container port is found inside its container, with or without a name") {
  const auto intent = ordered_json::parse(
      R"({"spec":{"template":{"spec":{"containers":[{"name":"web","ports":[{"containerPort":8080}]}]}}}})");
  const auto live = ordered_json::parse(
      R"({"spec":{"template":{"spec":{"containers":[{"name":"x"},{"name":"web","ports":[{"containerPort":1}]}]}}}})");
  CHECK(rekeying(intent, live)[1]["path"] == "/spec/template/spec/containers/1/ports/0/containerPort");
}

TEST_CASE("ports that are as stated, or somebody else's beside ours, are left alone") {
  const auto intent = ordered_json::parse(R"({"spec":{"ports":[{"name":"http","port":80}]}})");
  CHECK(rekeying(intent, intent).empty());
  CHECK(rekeying(intent, ordered_json::parse(R"({"spec":{"ports":[{"name":"a","port":1},{"name":"http","port":80}]}})")).empty());
  CHECK(rekeying(intent, ordered_json::parse(R"({"spec":{}})")).empty());
  CHECK(rekeying(intent, ordered_json::parse(R"({"spec":{"ports":["odd"]}})")).empty());
}
