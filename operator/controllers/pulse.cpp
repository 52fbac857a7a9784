#include "controllers/pulse.hpp"

#include <algorithm>
#include <mutex>

#include "controllers/resources.hpp"
#include "kube/request.hpp"
#include "kube/response.hpp"
#include "runtime/projection.hpp"

namespace haetae::controllers {

namespace {

using std::chrono::milliseconds;

std::string text_of(const std::string& body, const runtime::Paths& paths, runtime::Steps at) {
  const auto object = runtime::project(body, paths);
  return object ? runtime::text_at(object->kept, at) : "";
}

/// What the answer says of the chart; nothing where it is no verdict.
std::optional<domain::MemberChart> chart_told(const Result<std::string>& answer, const std::string& ns) {
  using Seen = domain::MemberChart::Seen;
  if (answer) return domain::MemberChart{Seen::There, ns, text_of(*answer, {"data.version"}, {"data", "version"})};
  if (answer.error().code == Code::NotFound) return domain::MemberChart{Seen::Missing, ns, ""};
  if (answer.error().code == Code::Forbidden) return domain::MemberChart{Seen::Forbidden, ns, ""};
  return std::nullopt;
}

Result<std::string> body(Result<kube::HttpResponse> answer) {
  if (!answer) return std::move(answer).error();
  return kube::body_of(std::move(*answer));
}

}  // namespace

// Everything but `vital` is the reactor thread's own.
struct Pulse::Impl : std::enable_shared_from_this<Impl> {
  Impl(kube::Reactor& reactor_, kube::Client& client_, const Clock& clock_, PulseOptions options_,
       std::function<void(const Vital&)> on_change_)
      : reactor(reactor_), client(client_), clock(clock_), options(options_), on_change(std::move(on_change_)) {}

  kube::Reactor& reactor;
  kube::Client& client;
  const Clock& clock;
  const PulseOptions options;
  const std::function<void(const Vital&)> on_change;
  mutable std::mutex mutex;
  Vital vital;

  bool stopped{false};
  bool asking{false};
  int failures{0};
  bool forbidden{false};  ///< the last look at the chart was
  std::optional<std::chrono::steady_clock::time_point> chart_asked{};
  kube::Cancel timer;
  kube::Cancel request;

  void later(milliseconds delay) {
    if (timer) timer();
    timer = reactor.after(delay, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->probe();
    });
  }

  void probe() {
    if (stopped || asking) return;
    asking = true;
    request = client.send(kube::get(namespaces(), {"", "kube-system"}),
                          [weak = weak_from_this()](Result<kube::HttpResponse> answer) {
                            if (const auto self = weak.lock()) self->answered(body(std::move(answer)));
                          },
                          options.deadline);
  }

  void answered(Result<std::string> answer) {
    if (stopped) return;
    asking = false;
    if (answer) return alive(text_of(*answer, {"metadata.uid"}, {"metadata", "uid"}));
    if (answer.error().code == Code::Throttled) return alive("");
    failed(answer.error());
  }

  void alive(const std::string& uid) {
    failures = 0;
    Vital next = vital;
    next.state = Vital::State::Up;
    next.down_since.reset();
    next.why.clear();
    if (!uid.empty()) next.uid = uid;
    const bool returned = vital.state != Vital::State::Up;
    set(std::move(next));
    if (returned || vital.version.empty()) ask_version();
    if (returned || !chart_asked || reactor.now() - *chart_asked >= options.chart_every) ask_chart();
    later(options.every);
  }

  void failed(const Error& error) {
    ++failures;
    if (vital.state == Vital::State::Up && failures < 2) return later(options.suspicious);
    Vital next = vital;
    next.state = Vital::State::Down;
    if (!next.down_since) next.down_since = clock.now();
    next.code = error.code;
    next.why = error.message;
    next.chart = {};
    set(std::move(next));
    const auto wait = options.suspicious * (1 << std::clamp(failures - 2, 0, 10));
    later(std::min<milliseconds>(wait, options.longest_wait));
  }

  void ask_version() {
    kube::HttpRequest version;
    version.target = "/version";
    client.send(std::move(version),
                [weak = weak_from_this()](Result<kube::HttpResponse> answer) {
                  const auto self = weak.lock();
                  auto text = body(std::move(answer));
                  if (!self || self->stopped || !text) return;
                  Vital next = self->vital;
                  next.version = text_of(*text, {"gitVersion"}, {"gitVersion"});
                  self->set(std::move(next));
                },
                options.deadline);
  }

  void ask_chart() {
    chart_asked = reactor.now();
    client.send(kube::get(config_maps(), {options.chart_namespace, domain::kMemberChart}),
                [weak = weak_from_this()](Result<kube::HttpResponse> answer) {
                  const auto self = weak.lock();
                  if (self && !self->stopped) self->chart_answered(body(std::move(answer)));
                },
                options.deadline);
  }

  // An API server that just started answers 403 to everybody for a moment: only a second one counts.
  void chart_answered(const Result<std::string>& answer) {
    auto told = chart_told(answer, options.chart_namespace);
    if (!told || vital.state != Vital::State::Up) return;
    const bool in_doubt = told->seen == domain::MemberChart::Seen::Forbidden && !forbidden;
    forbidden = told->seen == domain::MemberChart::Seen::Forbidden;
    if (in_doubt) return chart_asked.reset();  // again with the next probe
    Vital next = vital;
    next.chart = std::move(*told);
    set(std::move(next));
  }

  void set(Vital next) {
    {
      const std::lock_guard lock(mutex);
      if (next == vital) return;
      vital = next;
    }
    on_change(next);
  }
};

Pulse::Pulse(kube::Reactor& reactor, kube::Client& client, const Clock& clock, PulseOptions options,
             std::function<void(const Vital&)> on_change)
    : impl_(std::make_shared<Impl>(reactor, client, clock, options, std::move(on_change))) {}

Pulse::~Pulse() = default;

void Pulse::start() {
  impl_->reactor.post([weak = std::weak_ptr(impl_)] {
    if (const auto self = weak.lock()) self->probe();
  });
}

void Pulse::stop() {
  impl_->stopped = true;
  if (impl_->timer) impl_->timer();
  if (impl_->request) impl_->request();
}

// The failure that raised the suspicion counts as the first.
void Pulse::suspect() {
  impl_->reactor.post([weak = std::weak_ptr(impl_)] {
    const auto self = weak.lock();
    if (!self || self->stopped || self->vital.state != Vital::State::Up) return;
    self->failures = std::max(self->failures, 1);
    self->probe();
  });
}

Vital Pulse::vital() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->vital;
}

}  // namespace haetae::controllers
