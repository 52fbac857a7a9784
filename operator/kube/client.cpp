#include "kube/client.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "kube/http1.hpp"
#include "kube/response.hpp"

namespace haetae::kube {

namespace {

using Clock = std::chrono::steady_clock;

// What a blocked caller waits longer than the transport, which always answers in time unless its thread is stuck.
constexpr std::chrono::seconds kSlack{5};

struct Waiting {
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<Result<HttpResponse>> answer;
};

// `299 - "text"`. Source: RFC 7234 §5.5.
std::string warning_text(const std::string& value) {
  const auto open = value.find('"');
  const auto close = value.rfind('"');
  return open < close ? value.substr(open + 1, close - open - 1) : value;
}

}  // namespace

struct Client::Hooks {
  decltype(Options::answered) answered;
  decltype(Options::warned) warned;

  void tell(const char* verb, int status, const Headers& headers, Clock::time_point since) const {
    if (answered) answered(verb, status, Clock::now() - since);
    if (!warned) return;
    for (const auto& one : headers) {
      const std::string warning(header({one}, "Warning"));  // a copy: the list of one ends with the line
      if (!warning.empty()) warned(warning_text(warning));
    }
  }
};

Client::Client(std::unique_ptr<Transport> transport, Options options)
    : deadline_(options.deadline),
      user_agent_(std::move(options.user_agent)),
      may_write_(std::move(options.may_write)),
      hooks_(std::make_shared<const Hooks>(Hooks{std::move(options.answered), std::move(options.warned)})),
      transport_(std::move(transport)) {}

Client::~Client() = default;

// The one function that every request passes, and every write must.
void Client::prepare(HttpRequest& request) const {
  request.headers.emplace_back("User-Agent", user_agent_);
  if (request.verb != Verb::Get && may_write_) request.permit = may_write_;
}

Cancel Client::send(HttpRequest request, std::function<void(Result<HttpResponse>)> answer,
                    std::chrono::milliseconds deadline) {
  prepare(request);
  const char* verb = method(request.verb);
  return transport_->send(
      std::move(request), deadline.count() > 0 ? deadline : deadline_,
      [hooks = hooks_, verb, since = Clock::now(), answer = std::move(answer)](Result<HttpResponse> got) {
        hooks->tell(verb, got ? got->status : 0, got ? got->headers : Headers{}, since);
        answer(std::move(got));
      });
}

Cancel Client::stream(HttpRequest request, StreamLimits limits, StreamEvents events) {
  prepare(request);
  auto answered = std::make_shared<bool>(false);
  const char* verb = method(request.verb);
  const auto since = Clock::now();
  StreamEvents counted;
  counted.on_head = [hooks = hooks_, verb, since, answered, tell = std::move(events.on_head)](int status,
                                                                                              const Headers& headers) {
    *answered = true;
    hooks->tell(verb, status, headers, since);
    if (tell) tell(status, headers);
  };
  counted.on_bytes = std::move(events.on_bytes);
  counted.on_end = [hooks = hooks_, verb, since, answered, tell = std::move(events.on_end)](Status how) {
    if (!*answered) hooks->tell(verb, 0, {}, since);
    if (tell) tell(std::move(how));
  };
  return transport_->stream(std::move(request), limits, std::move(counted));
}

Result<HttpResponse> Client::call(HttpRequest request, std::chrono::milliseconds deadline) {
  const auto limit = deadline.count() > 0 ? deadline : deadline_;
  auto waiting = std::make_shared<Waiting>();
  const auto cancel = send(
      std::move(request),
      [waiting](Result<HttpResponse> got) {
        const std::lock_guard lock(waiting->mutex);
        waiting->answer.emplace(std::move(got));
        waiting->arrived.notify_one();
      },
      limit);
  std::unique_lock lock(waiting->mutex);
  if (waiting->arrived.wait_for(lock, limit + kSlack, [&] { return waiting->answer.has_value(); })) {
    return std::move(*waiting->answer);
  }
  lock.unlock();
  cancel();
  return Error{Code::Unreachable, "the io thread does not answer"};
}

Result<std::string> Client::ask(HttpRequest request, std::chrono::milliseconds deadline) {
  auto answer = call(std::move(request), deadline);
  if (!answer) return std::move(answer).error();
  return body_of(std::move(answer).value());
}

void Client::close() { transport_->close(); }

}  // namespace haetae::kube
