#include "controllers/operator.hpp"

#include <malloc.h>

#include "controllers/names.hpp"

namespace haetae::controllers {

namespace {

constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::seconds kTickLate{30};
constexpr std::chrono::seconds kTrimEvery{5};
constexpr std::chrono::seconds kWorkerStuck{180};  ///< many requests, each with its own deadline
constexpr std::chrono::milliseconds kLastWrites{500};

}  // namespace

Operator::Operator(const Ground& ground, OperatorOptions options)
    : ground_(ground),
      options_(std::move(options)),
      queue_([&clock = ground.clock] { return clock.steady(); }, options_.queue),
      triggers_(queue_, board_, options_.debounce),
      hub_(ground.reactor, ground.hub, ground.clock, options_.home),
      parts_{ground.reactor, ground.clock, row_reader_, options_.pulse, options_.patience, logged(triggers_.member_events())},
      fleet_(hub_, parts_, ground.find_way, [this](const ClusterName& cluster) { triggers_.cluster_gone(cluster); }),
      placement_(hub_, fleet_, board_, ground.clock, ground.log,
                 [this](const Decision& decision, const std::vector<SystemRef>& changed) { triggers_.decided(decision, changed); }),
      finalizer_(hub_, fleet_, board_,
                 [this](const SystemRef& ref, const ClusterName& cluster) {
                   triggers_.delivery(ref, cluster, runtime::Priority::User);
                 }),
      delivery_(hub_, fleet_, board_, options_.scratch_namespace, ground.metrics, ground.log,
                {[this](const SystemRef& ref) { triggers_.status(ref); },
                 [this](const SystemRef& ref) { triggers_.finalizer(ref); }}),
      tenant_system_(hub_, fleet_, board_, ground.clock, ground.tell),
      inventory_(hub_, fleet_, board_, ground.clock, ground.tell),
      unreadable_(hub_, ground.clock, ground.tell),
      approval_(hub_, ground.clock),
      workers_(queue_, options_.workers,
               [this](const auto& controller, double seconds, const char* result, const Error* error) {
                 reconciled(controller, seconds, result, error);
               }),
      last_tick_(ground.clock.steady().time_since_epoch().count()) {
  controllers_ = {
      {kConnection, [this](const auto& key) { return fleet_.connect(key); }},
      {kPlacement, [this](const auto& key) { return placement_.reconcile(key); }},
      {kFinalizer, [this](const auto& key) { return finalizer_.reconcile(key); }},
      {kDelivery, [this](const auto& key) { return delivery_.reconcile(key); }},
      {kTenantSystem, [this](const auto& key) { return tenant_system_.reconcile(key); }},
      {kInventory, [this](const auto& key) { return inventory_.reconcile(key); }},
      {kApproval, [this](const auto& key) { return approval_.reconcile(key); }},
      {kUnreadable, [this](const auto& key) { return unreadable_.reconcile(key); }},
  };
  for (const auto& [controller, reconcile] : controllers_) workers_.add(controller, reconcile);
  triggers_.listen(hub_);
}

Operator::~Operator() = default;

void Operator::start_watches() {
  hub_.start();
  triggers_.placement();
  triggers_.inventory();
  ground_.reactor.post([this, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) tick();
  });
}

void Operator::start() {
  start_watches();
  workers_.start();
}

bool Operator::step() {
  const auto key = queue_.try_take();
  if (!key) return false;
  queue_.finish(*key, controllers_.at(key->controller)(*key));
  return true;
}

// What is at work may end; what then still waits for an answer is cut short.
void Operator::stop() {
  const auto cut = ground_.reactor.after(kLastWrites, [this] {
    fleet_.stop();
    ground_.hub.close();
  });
  workers_.stop();
  cut();
  fleet_.stop();
  hub_.stop();
}

std::string Operator::unready() const { return hub_.missing(); }

std::string Operator::stuck() const {
  const auto now = ground_.clock.steady();
  const std::chrono::steady_clock::time_point last{std::chrono::steady_clock::duration(last_tick_.load())};
  if (now - last > kTickLate) return "the io thread has not turned for " + go_duration(kTickLate);
  if (workers_.longest_at_work() > kWorkerStuck) return "a worker has been at one key for " + go_duration(kWorkerStuck);
  return "";
}

void Operator::tick() {
  last_tick_.store(ground_.clock.steady().time_since_epoch().count());
  trim_when_settled();
  log_unreadable();
  ground_.reactor.after(kTick, [this, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) tick();
  });
}

void Operator::reconciled(const std::string& controller, double seconds, const char* result, const Error* error) {
  ++reconciled_;
  auto& metrics = ground_.metrics;
  metrics.count("controller_runtime_reconcile_total", {{"controller", controller}, {"result", result}});
  metrics.observe("controller_runtime_reconcile_time_seconds", {{"controller", controller}}, seconds);
  if (error == nullptr) return;
  metrics.count("controller_runtime_reconcile_errors_total", {{"controller", controller}, {"code", name(error->code)}});
  // Delivery says it itself, with the system. A conflict is no trouble: somebody else was first.
  if (controller != kDelivery && error->code != Code::Conflict)
    ground_.log.warn("tried again later", {{"controller", controller}, {"error", error->message}});
}

MemberEvents Operator::logged(MemberEvents events) const {
  events.standing = [this, tell = std::move(events.standing)](const ClusterName& cluster, const Standing& standing) {
    const char* words = standing.state == Standing::State::Known ? "the cluster answers" : "the cluster is Unknown";
    if (standing.state != Standing::State::Trying)
      ground_.log.info(words, {{"cluster", cluster.text()}, {"reason", standing.reason}, {"why", standing.why}});
    tell(cluster, standing);
  };
  return events;
}

void Operator::log_unreadable() {
  auto now = hub_.unreadable();
  for (const auto& one : now)
    if (!known_unreadable_.contains(one))
      ground_.log.error("an object cannot be read; its previous state is kept", {{"object", one}});
  known_unreadable_ = std::move(now);
}

// A first sync, and every wave of work, leaves the allocator with far more than the caches need. A wave may come and go
// between two ticks, so it is told by what was done; and a trickle of work is not worth a trim at each.
void Operator::trim_when_settled() {
  const auto depth = queue_.depth();
  const auto done = reconciled_.load();
  const auto now = ground_.clock.steady();
  if (depth.due + depth.working > 0 || done == trimmed_after_ || now < next_trim_) return;
  if (!hub_.synced() || !fleet_.settled()) return;
  trimmed_after_ = done;
  next_trim_ = now + kTrimEvery;
  malloc_trim(0);
}

}  // namespace haetae::controllers
