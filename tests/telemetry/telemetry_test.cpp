#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "telemetry/health_server.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

using namespace haetae;
using namespace haetae::telemetry;

namespace {

std::string get(std::uint16_t port, const std::string& path) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  socket.connect({boost::asio::ip::address_v4::loopback(), port});
  boost::asio::write(socket, boost::asio::buffer("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  std::string out;
  boost::system::error_code failed;
  boost::asio::read(socket, boost::asio::dynamic_buffer(out), failed);
  return out;
}

}  // namespace

TEST_CASE("a log line is one JSON object whatever a tenant wrote") {
  CHECK(json_line("t", Level::Warn, "a \"b\"\n\x01", {{"system", "mois/정부24"}, {"bad", "\xff\xc3"}}) ==
        R"({"ts":"t","level":"warn","msg":"a \"b\"\u000a\u0001","system":"mois/정부24","bad":"\ufffd\ufffd"})");
  CHECK(level("warn") == Level::Warn);
  CHECK_FALSE(level("loud").has_value());
}

TEST_CASE("metrics show counts, gauges, histograms and the process, and forget what is gone") {
  Metrics metrics;
  metrics.count("controller_runtime_reconcile_total", {{"controller", "delivery"}, {"result", "success"}});
  metrics.set("haetae_cluster_reachable", {{"cluster", "daejeon"}}, 1);
  metrics.set("haetae_cluster_reachable", {{"cluster", "daegu"}}, 0);
  metrics.observe("controller_runtime_reconcile_time_seconds", {{"controller", "delivery"}}, 0.02);
  metrics.forget("haetae_cluster_reachable", {{"cluster", "daegu"}});
  const auto text = metrics.text();
  CHECK(text.find(R"(controller_runtime_reconcile_total{controller="delivery",result="success"} 1)") != text.npos);
  CHECK(text.find(R"(haetae_cluster_reachable{cluster="daejeon"} 1)") != text.npos);
  CHECK(text.find("daegu") == text.npos);
  CHECK(text.find(R"(le="0.025"} 1)") != text.npos);
  CHECK(text.find("process_resident_memory_bytes") != text.npos);
}

TEST_CASE("a histogram counts what fell at or below each bound, and labels may hold any text") {
  Metrics metrics;
  metrics.observe("controller_runtime_reconcile_time_seconds", {{"controller", "a\"b\\c\nd"}}, 0.005);
  metrics.observe("controller_runtime_reconcile_time_seconds", {{"controller", "a\"b\\c\nd"}}, 70);
  const auto text = metrics.text();
  const std::string name = "controller_runtime_reconcile_time_seconds", labels = R"({controller="a\"b\\c\nd")";
  CHECK(text.find("# TYPE " + name + " histogram\n") != text.npos);
  CHECK(text.find(name + "_count" + labels + "} 2\n") != text.npos);
  CHECK(text.find(name + "_sum" + labels + "} 70.005\n") != text.npos);
  CHECK(text.find(name + "_bucket" + labels + R"(,le="0.005"} 1)" "\n") != text.npos);
  CHECK(text.find(name + "_bucket" + labels + R"(,le="60"} 1)" "\n") != text.npos);
  CHECK(text.find(name + "_bucket" + labels + R"(,le="+Inf"} 2)" "\n") != text.npos);
  CHECK(text.find("workqueue_depth") == text.npos);  // nothing was ever said of it
}

TEST_CASE("the health server answers well, not well, metrics and unknown paths") {
  std::string trouble;
  auto server = HealthServer::start("127.0.0.1:0", {[&] { return trouble; }, [] { return "hub watches are not synced"; },
                                                    [] { return "m 1\n"; }});
  REQUIRE(server);
  const auto port = (*server)->port();
  CHECK(get(port, "/healthz").find("200 OK") != std::string::npos);
  CHECK(get(port, "/readyz").find("503") != std::string::npos);
  CHECK(get(port, "/readyz").find("hub watches are not synced") != std::string::npos);
  CHECK(get(port, "/metrics").find("m 1\n") != std::string::npos);
  CHECK(get(port, "/secret").find("404") != std::string::npos);
  CHECK(get(port, "/" + std::string(20'000, 'x')).find("200 OK") == std::string::npos);
  trouble = "a worker is stuck";
  CHECK(get(port, "/healthz").find("503") != std::string::npos);
}

TEST_CASE("a bad or taken address is an error that names it") {
  CHECK(HealthServer::start("nowhere", {}).error().message == "cannot listen on nowhere: want HOST:PORT");
  CHECK_FALSE(HealthServer::start("127.0.0.1:99999", {}));
  CHECK_FALSE(HealthServer::start("example:80", {}));
}
