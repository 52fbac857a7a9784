#include "kube/client.hpp"

#include <doctest/doctest.h>

#include <future>
#include <string>
#include <vector>

using namespace haetae;
using namespace haetae::kube;
using namespace std::chrono_literals;

namespace {

const Resource kPods{"", "v1", "pods", "Pod", true};

// What the transport was asked, and what it will answer, from another thread as the real one does.
struct Line {
  std::vector<HttpRequest> sent;
  std::vector<std::chrono::milliseconds> deadlines;
  Result<HttpResponse> answer{HttpResponse{200, {}, "{}"}};
  bool closed{false};
};

class ScriptedTransport final : public Transport {
 public:
  ScriptedTransport(IoReactor& reactor, Line& line) : reactor_(reactor), line_(line) {}
  Cancel send(HttpRequest request, std::chrono::milliseconds deadline,
              std::function<void(Result<HttpResponse>)> answer) override {
    line_.sent.push_back(std::move(request));
    line_.deadlines.push_back(deadline);
    reactor_.post([answer = std::move(answer), what = line_.answer] { answer(what); });
    return [] {};
  }
  Cancel stream(HttpRequest request, StreamLimits, StreamEvents events) override {
    line_.sent.push_back(std::move(request));
    reactor_.post([events = std::move(events), what = line_.answer] {
      if (!what) return events.on_end(what.error());
      events.on_head(what->status, what->headers);
      events.on_bytes(what->body);
      events.on_end(Done{});
    });
    return [] {};
  }
  void close() override { line_.closed = true; }

 private:
  IoReactor& reactor_;
  Line& line_;
};

struct Bench {
  IoReactor reactor;
  Line line;
  std::vector<std::string> told;
  [[nodiscard]] Client client(std::function<bool()> may_write = {}) {
    Client::Options options;
    options.user_agent = "haetae/test";
    options.deadline = 7s;
    options.may_write = std::move(may_write);
    options.answered = [this](const char* verb, int status, std::chrono::nanoseconds took) {
      CHECK(took.count() >= 0);
      told.push_back(std::string(verb) + " " + std::to_string(status));
    };
    options.warned = [this](const std::string& text) { told.push_back("warning " + text); };
    return {std::make_unique<ScriptedTransport>(reactor, line), std::move(options)};
  }
};

}  // namespace

TEST_CASE("a request goes out under our name, within the default deadline, and is counted") {
  Bench bench;
  auto client = bench.client();
  bench.line.answer = HttpResponse{200, {}, "body"};
  CHECK(*client.ask(get(kPods, {"ns", "p"})) == "body");
  CHECK(*client.ask(get(kPods, {"ns", "p"}), 2s) == "body");
  REQUIRE(bench.line.sent.size() == 2);
  CHECK(header(bench.line.sent[0].headers, "User-Agent") == "haetae/test");
  CHECK(bench.line.deadlines == std::vector<std::chrono::milliseconds>{7s, 2s});
  CHECK(bench.told == std::vector<std::string>{"GET 200", "GET 200"});
}

TEST_CASE("an answer that is an error comes back as one, and no answer counts as 0") {
  Bench bench;
  auto client = bench.client();
  bench.line.answer = HttpResponse{404, {}, ""};
  CHECK(client.ask(get(kPods, {"ns", "p"})).error().code == Code::NotFound);
  CHECK(client.call(get(kPods, {"ns", "p"}))->status == 404);
  bench.line.answer = Error{Code::Unreachable, "cut"};
  CHECK(client.ask(create(kPods, "ns", "{}")).error().message == "cut");
  CHECK(bench.told == std::vector<std::string>{"GET 404", "GET 404", "POST 0"});
}

TEST_CASE("every write asks the fence just before it is sent, and no read does") {
  Bench bench;
  int asked = 0;
  auto client = bench.client([&asked] { return ++asked > 0; });
  const HttpRequest requests[] = {create(kPods, "ns", "{}"), apply(kPods, {"ns", "p"}, "{}", {"m", true, false}),
                                  json_patch(kPods, {"ns", "p"}, "[]"), merge_patch(kPods, {"ns", "p"}, "{}"),
                                  remove(kPods, {"ns", "p"}, {})};
  for (const auto& request : requests) (void)client.call(request);
  CHECK(asked == 0);  // the transport asks, once the connection stands
  for (const auto& sent : bench.line.sent) {
    REQUIRE(sent.permit);
    CHECK(sent.permit());
  }
  CHECK(asked == 5);
  (void)client.call(get(kPods, {"ns", "p"}));
  CHECK_FALSE(bench.line.sent.back().permit);
}

TEST_CASE("warnings of the server are told without their frame") {
  Bench bench;
  auto client = bench.client();
  bench.line.answer =
      HttpResponse{200, {{"warning", "299 - \"v1beta1 is deprecated\""}, {"X", "y"}, {"Empty", ""}, {"Warning", "odd"}}, "{}"};
  (void)client.call(get(kPods, {"ns", "p"}));
  CHECK(bench.told == std::vector<std::string>{"GET 200", "warning v1beta1 is deprecated", "warning odd"});
}

TEST_CASE("a stream is counted once, at its head or at its failure") {
  Bench bench;
  auto client = bench.client();
  std::promise<Status> ended;
  std::string bytes;
  bench.line.answer = HttpResponse{200, {}, "line\n"};
  client.stream(
      watch(kPods, ""), {},
      {{}, [&](std::string_view piece) { bytes += piece; }, [&](Status how) { ended.set_value(std::move(how)); }});
  CHECK(ended.get_future().get().has_value());
  CHECK(bytes == "line\n");
  bench.line.answer = Error{Code::Unreachable, "cut"};
  std::promise<Status> failed;
  client.stream(watch(kPods, ""), {}, {{}, {}, [&](Status how) { failed.set_value(std::move(how)); }});
  CHECK_FALSE(failed.get_future().get().has_value());
  CHECK(bench.told == std::vector<std::string>{"GET 200", "GET 0"});
  client.close();
  CHECK(bench.line.closed);
}
