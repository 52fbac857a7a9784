// What a status may say, and when.

#include "converge/small_fleet.hpp"

namespace haetae::converge {
namespace {

TEST_CASE_FIXTURE(SmallFleet, "a generation is called observed once its decision is stored") {
  start();
  pass(seconds(5));
  bool refused = true;
  hub.on_request([&refused](const kube::HttpRequest& request, std::size_t) -> std::optional<fakes::Fault> {
    if (!refused || request.target.find("fieldManager=haetae-placement") == std::string::npos) return std::nullopt;
    return fakes::Fault{fakes::Fault::Kind::Answer, {500, {}, "{}"}};
  });
  put_system(system("homepage", 10));
  pass(seconds(20));
  const auto waiting = *system_of("homepage");
  CHECK_FALSE(waiting.value("status", Json::object()).contains("conditions"));
  refused = false;
  pass(seconds(120));
  const auto stored = *system_of("homepage");
  CHECK(stored["status"]["observedGeneration"] == stored["metadata"]["generation"]);
  CHECK(clusters_of("homepage").size() == 1);
}

}  // namespace
}  // namespace haetae::converge
