#include "controllers/events.hpp"

#include <algorithm>
#include <mutex>

#include <nlohmann/json.hpp>

#include "api/kind.hpp"
#include "base/text.hpp"
#include "kube/request.hpp"

namespace haetae::controllers {

namespace {

// Enough for every system of a center to turn at once; then one a second. Source: client-go allows 25 per object.
constexpr double kBurst = 500;
constexpr double kPerSecond = 1;
constexpr std::size_t kLongestNote = 1024;    ///< of `note`. Source: events/v1
constexpr std::size_t kLongestReason = 128;   ///< of `reason`. Source: events/v1

const kube::Resource& events() {
  static const kube::Resource kResource{"events.k8s.io", "v1", "events", "Event", true};
  return kResource;
}

std::string namespace_of(const api::ObjectMeta& of) { return of.ns.empty() ? "default" : of.ns; }

// Cut between characters.
std::string cut(std::string text, std::size_t longest) {
  if (text.size() <= longest) return text;
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0U) == 0x80U) --longest;
  return text.substr(0, longest);
}

}  // namespace

struct EventTeller::Impl {
  kube::Client& hub;
  const Clock& clock;
  telemetry::Metrics& metrics;
  const std::string instance;
  std::mutex mutex{};
  double budget{kBurst};
  std::chrono::steady_clock::time_point refilled{};
  std::uint64_t made{0};

  bool take(std::uint64_t& number) {
    const std::lock_guard lock(mutex);
    const auto now = clock.steady();
    if (refilled != std::chrono::steady_clock::time_point{})
      budget = std::min(kBurst, budget + kPerSecond * std::chrono::duration<double>(now - refilled).count());
    refilled = now;
    number = ++made;
    if (budget < 1) return false;
    budget -= 1;
    return true;
  }

  void tell(const std::string& kind, const api::ObjectMeta& of, const Transition& turned) {
    std::uint64_t number = 0;
    if (!take(number)) return metrics.count("haetae_events_dropped_total");
    const auto now = clock.now();
    const auto name = cut_name(of.name, 40) + "." + hash8(instance + rfc3339(now) + of.uid + std::to_string(number));
    auto body = event_json(kind, of, turned, name, instance, now);
    hub.send(kube::create(events(), namespace_of(of), std::move(body), {"haetae"}),
             [&metrics_ = metrics](Result<kube::HttpResponse> answer) {
               if (!answer || answer->status >= 300) metrics_.count("haetae_events_dropped_total");
             });
  }
};

EventTeller::EventTeller(kube::Client& hub, const Clock& clock, telemetry::Metrics& metrics, std::string instance)
    : impl_(new Impl{hub, clock, metrics, std::move(instance)}) {}

EventTeller::~EventTeller() = default;

TellTransition EventTeller::teller() {
  return [impl = impl_.get()](const std::string& kind, const api::ObjectMeta& of, const Transition& turned) {
    impl->tell(kind, of, turned);
  };
}

std::string event_json(const std::string& kind, const api::ObjectMeta& of, const Transition& turned,
                       const std::string& name, const std::string& instance, Timestamp now) {
  nlohmann::ordered_json regarding{{"apiVersion", std::string(api::kApiVersion)},
                                   {"kind", kind},
                                   {"name", of.name},
                                   {"uid", of.uid},
                                   {"resourceVersion", of.resource_version}};
  if (!of.ns.empty()) regarding["namespace"] = of.ns;
  auto time = rfc3339(now);  // MicroTime wants six digits
  time.replace(time.size() - 1, 1, ".000000Z");
  const nlohmann::ordered_json event{
      {"apiVersion", "events.k8s.io/v1"},
      {"kind", "Event"},
      {"metadata", {{"name", name}, {"namespace", namespace_of(of)}}},
      {"eventTime", time},
      {"reportingController", "haetae.io/operator"},
      {"reportingInstance", cut(instance, kLongestReason)},
      {"action", turned.type},
      {"reason", cut(turned.reason.empty() ? turned.type : turned.reason, kLongestReason)},
      {"type", turned.is_warning() ? "Warning" : "Normal"},
      {"note", cut(turned.type + ": " + turned.message, kLongestNote)},
      {"regarding", std::move(regarding)}};
  return event.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace haetae::controllers
