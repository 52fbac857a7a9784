#include "controllers/placement.hpp"

#include "controllers/observe.hpp"
#include "domain/decide.hpp"

namespace haetae::controllers {

using runtime::Next;

namespace {

constexpr std::chrono::milliseconds kMoment{100};

}  // namespace

Placement::Placement(const Hub& hub, const Fleet& fleet, Board& board, const Clock& clock, const telemetry::Log& log,
                     std::function<void(const Decision&, const std::vector<SystemRef>&)> on_changed)
    : hub_(hub), fleet_(fleet), board_(board), clock_(clock), log_(log), on_changed_(std::move(on_changed)) {}

Result<Next> Placement::reconcile(const runtime::Key&) {
  if (!hub_.synced() || !fleet_.settled()) return Next::in(kMoment);
  const auto since = clock_.steady();
  const auto changed = board_.publish(domain::decide(world(hub_, fleet_, clock_)));
  const auto decision = board_.decision();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - since);
  log_.debug("decided", {{"systems", std::to_string(decision->plan.systems.size())},
                         {"changed", std::to_string(changed.size())},
                         {"milliseconds", std::to_string(took.count())}});
  on_changed_(*decision, changed);
  return Next::on_change();
}

}  // namespace haetae::controllers
