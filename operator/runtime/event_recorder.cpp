#include "runtime/event_recorder.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "kube/request.hpp"

namespace haetae::runtime {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using Moment = std::chrono::steady_clock::time_point;

constexpr std::size_t kMostSeries = 4096;  // operators.md §2.8
constexpr std::size_t kLongestNote = 1024;

const kube::Resource& events() {
  static const kube::Resource resource{"events.k8s.io", "v1", "events", "Event"};
  return resource;
}

/// metav1.MicroTime; whole seconds are exact enough.
std::string micro_time(Timestamp time) {
  auto text = rfc3339(time);
  text.insert(text.size() - 1, ".000000");
  return text;
}

std::string dump(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

/// What makes two notes one and the same, as a hash: thousands are kept, and notes are long. (Should two ever share one,
/// an Event counts one more than it should.)
using SeriesKey = std::uint64_t;

SeriesKey series_key(const EventNote& event) {
  const std::string object = event.uid.empty() ? event.kind + "/" + event.ns + "/" + event.name : event.uid;
  return fnv1a(join({object, event.reason, event.action, event.note, event.warning ? "w" : ""}, "\n"));
}

struct Series {
  std::string name{};  ///< of the Event object
  std::int64_t count{1};
  Moment last{}, written{};
};

}  // namespace

struct EventRecorder::Impl : std::enable_shared_from_this<Impl> {
  Impl(kube::Client& client_, const Clock& clock_, EventOptions options_)
      : client(client_), clock(clock_), options(std::move(options_)), tokens(options.burst), filled(clock.steady()) {}

  kube::Client& client;
  const Clock& clock;
  const EventOptions options;
  mutable std::mutex mutex;
  std::unordered_map<SeriesKey, Series> series;
  std::size_t tokens;
  Moment filled;
  std::size_t in_flight{0};
  std::uint64_t made{0};
  Counts counts;

  // Requires of the next three: mutex is held.

  bool afford(Moment now) {
    const auto more = static_cast<std::size_t>(std::max<std::int64_t>(0, (now - filled) / options.refill));
    filled += options.refill * static_cast<std::int64_t>(more);
    tokens = std::min(options.burst, tokens + std::min(more, options.burst));
    if (tokens == 0 || in_flight >= options.in_flight) return false;
    --tokens;
    ++in_flight;
    return true;
  }

  void forget_old(Moment now) {
    if (series.size() < kMostSeries) return;
    std::erase_if(series, [&](const auto& one) { return now - one.second.last > options.series; });
  }

  std::string body_of(const EventNote& event, const std::string& name) const {
    json regarding{{"apiVersion", event.api_version}, {"kind", event.kind}, {"name", event.name}};
    if (!event.ns.empty()) regarding["namespace"] = event.ns;
    if (!event.uid.empty()) regarding["uid"] = event.uid;
    return dump({{"apiVersion", events().api_version()},
                 {"kind", events().kind},
                 {"metadata", {{"name", name}, {"namespace", event.ns.empty() ? "default" : event.ns}}},
                 {"eventTime", micro_time(clock.now())},
                 {"type", event.warning ? "Warning" : "Normal"},
                 {"reason", event.reason},
                 {"action", event.action},
                 {"note", cut_text(event.note, kLongestNote)},
                 {"regarding", regarding},
                 {"reportingController", options.controller},
                 {"reportingInstance", options.instance.empty() ? options.controller : options.instance}});
  }

  void send(kube::HttpRequest request, SeriesKey key) {
    (void)client.send(std::move(request), [weak = weak_from_this(), key](Result<kube::HttpResponse> answer) {
      const auto self = weak.lock();
      if (!self) return;
      const std::lock_guard lock(self->mutex);
      --self->in_flight;
      const bool fine = answer && answer->status < 300;
      ++(fine ? self->counts.sent : self->counts.failed);
      if (!fine) self->series.erase(key);  // an Event that is gone, or never came, has no series to go on
    });
  }

  std::optional<kube::HttpRequest> next_request(const EventNote& event, SeriesKey key) {
    const std::lock_guard lock(mutex);
    const Moment now = clock.steady();
    forget_old(now);
    const auto known = series.find(key);
    const std::string ns = event.ns.empty() ? "default" : event.ns;
    if (known != series.end() && now - known->second.last <= options.series) {
      Series& going = known->second;
      ++counts.repeated;
      ++going.count;
      going.last = now;
      const bool worth_it = going.count == 2 || now - going.written >= options.heartbeat;
      if (!worth_it || !afford(now)) return std::nullopt;
      going.written = now;
      const json patch{{"series", {{"count", going.count}, {"lastObservedTime", micro_time(clock.now())}}}};
      return kube::merge_patch(events(), {ns, going.name}, dump(patch));
    }
    if ((known == series.end() && series.size() >= kMostSeries) || !afford(now)) {
      ++counts.dropped;
      return std::nullopt;
    }
    const auto id = fnv1a(options.instance + event.uid + event.reason + rfc3339(clock.now()) + std::to_string(++made));
    const auto name = cut_name(event.name, 200) + "." + hash8(std::to_string(id)) + hash8(std::to_string(~id));
    series[key] = {name, 1, now, now};
    return kube::create(events(), ns, body_of(event, name));
  }
};

EventRecorder::EventRecorder(kube::Client& client, const Clock& clock, EventOptions options)
    : impl_(std::make_shared<Impl>(client, clock, std::move(options))) {}

EventRecorder::~EventRecorder() = default;

void EventRecorder::record(const EventNote& event) {
  const auto key = series_key(event);
  if (auto request = impl_->next_request(event, key)) impl_->send(std::move(*request), key);
}

EventRecorder::Counts EventRecorder::counts() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->counts;
}

}  // namespace haetae::runtime
