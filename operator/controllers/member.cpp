#include "controllers/member.hpp"

#include "controllers/names.hpp"
#include "controllers/resources.hpp"
#include "domain/labels.hpp"
#include "runtime/projection.hpp"

namespace haetae::controllers {

// One kind of ours: its store, and the sink that fills it.
struct Member::OwnedKind {
  OwnedKind(const kube::Resource& resource_, RowReader& reader)
      : resource(resource_),
        sink(store, [this, &reader](std::string_view json) { return reader.owned(json, resource); }) {}

  const kube::Resource& resource;
  runtime::Store<OwnedRow> store;
  runtime::StoreSink<OwnedRow> sink;
};

namespace {

// A first probe and one that confirms it fit into it. Source: PulseOptions.
constexpr std::chrono::milliseconds kDoubt{8'000};

// Words for the condition Reachable.
const char* reason_of(Code code) {
  switch (code) {
    case Code::Forbidden: return "Forbidden";
    case Code::Malformed: return "Malformed";
    case Code::Unreachable: return "Unreachable";
    default: return "Refused";
  }
}

}  // namespace

Member::Member(const MemberParts& parts, ClusterName name, std::unique_ptr<kube::Client> client)
    : parts_(parts),
      name_(std::move(name)),
      client_(std::move(client)),
      transport_(*client_),
      pod_sink_(pods_, [this](std::string_view json) { return parts_.row_reader.pod(json); }),
      node_sink_(nodes_, read_node),
      applier_(*client_, kDeliveryManager, [this](const api::ObjectId& id) { return sighted(id); },
               [](const api::ObjectId& id) { return owned_resource(id); }, name_.text()),
      pulse_(parts.reactor, *client_, parts.clock, parts.pulse, [this](const Vital& vital) { felt(vital); }) {
  for (const auto& resource : owned_resources()) owned_.push_back(std::make_unique<OwnedKind>(resource, parts.row_reader));
  listen();
  watch(node_sink_, nodes_, controllers::nodes(), "");
  watch(pod_sink_, pods_, controllers::pods(), "");
  for (auto& kind : owned_) watch(kind->sink, kind->store, kind->resource, domain::labels::kSystem);
}

Member::~Member() = default;

template <class T>
void Member::watch(runtime::WatchSink& sink, runtime::Store<T>& store, const kube::Resource& resource,
                   const char* selector) {
  runtime::WatchSpec spec;
  spec.cluster = name_.text();
  spec.resource = resource;
  spec.label_selector = selector;
  spec.seed = std::hash<ClusterName>{}(name_) + watches_.size();
  store.on_freshness([this](const runtime::Freshness&) { evaluate(); });
  watches_.push_back({resource.kind,
                      std::make_unique<runtime::Watch>(parts_.reactor, transport_, parts_.clock, sink, spec),
                      [&store] { return store.freshness(); }, [&store] { return store.size(); }, !is_for_manifests(resource)});
}

void Member::listen() {
  pods_.on_change([this](const auto&, const auto& before, const auto& after) {
    if (parts_.events.pod && !(before && after && *before == *after)) parts_.events.pod(name_, before.get(), after.get());
  });
  nodes_.on_change([this](const auto&, const auto& before, const auto& after) {
    if (parts_.events.node && !(before && after && *before == *after)) parts_.events.node(name_);
  });
  for (auto& kind : owned_)
    kind->store.on_change([this](const auto&, const auto& before, const auto& after) {
      if (parts_.events.owned) parts_.events.owned(name_, before, after);
    });
}

void Member::start() {
  parts_.reactor.post([self = shared_from_this()] {
    for (auto& one : self->watches_) one.watch->start();
    self->pulse_.start();
  });
  parts_.reactor.after(parts_.patience, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->patient_ = false;
    self->evaluate();
  });
}

void Member::stop() {
  parts_.reactor.post([self = shared_from_this()] {
    self->stopped_ = true;
    self->pulse_.stop();
    for (auto& one : self->watches_) one.watch->stop();
    self->client_->close();
    self->parts_.reactor.post([self] {});  // lives until the watches, too, have heard of it
  });
}

// A cluster that answers again need not wait for the backoff of its watches.
void Member::felt(const Vital& vital) {
  if (vital.state == Vital::State::Up && was_down_)
    for (auto& one : watches_) one.watch->retry_now();
  was_down_ = vital.state == Vital::State::Down;
  evaluate();
  if (parts_.events.vital && !stopped_) parts_.events.vital(name_);
}

Standing Member::standing() const {
  const std::lock_guard lock(mutex_);
  return standing_;
}

// The first watch that is not as it should be; nothing when all are.
std::optional<Standing> Member::watches_trouble() const {
  for (const auto& one : watches_) {
    if (!one.vital) continue;
    const auto fresh = one.freshness();
    if (fresh.synced && !fresh.unknown_since) continue;
    const std::string why = fresh.why.empty() ? "cannot watch " + one.kind + ": no answer yet" : fresh.why;
    return Standing{Standing::State::Unknown, fresh.unknown_since, fresh.synced ? "WatchLost" : "NotSynced", why};
  }
  return std::nullopt;
}

Standing Member::judged() {
  const Vital vital = pulse_.vital();
  if (vital.state == Vital::State::Down)
    return {Standing::State::Unknown, vital.down_since, reason_of(vital.code), vital.why};
  auto trouble = watches_trouble();
  if (!trouble && vital.state == Vital::State::Up) {
    doubted_since_.reset();
    return {Standing::State::Known, {}, {}, {}};
  }
  if (!trouble) trouble = Standing{Standing::State::Unknown, {}, "NotSynced", "no answer yet"};
  if (trouble->reason == "NotSynced" && patient_) return {};
  return known() && !overdue() ? standing() : *trouble;
}

// A lost watch of a cluster that was Known is a doubt: the pulse tells within a moment what it means.
bool Member::overdue() {
  const auto now = parts_.reactor.now();
  if (doubted_since_) return now - *doubted_since_ >= kDoubt;
  doubted_since_ = now;
  pulse_.suspect();
  parts_.reactor.after(kDoubt, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->evaluate();
  });
  return false;
}

// What is lost is lost since the same moment and for the same reason, whatever else goes wrong before it is back; but
// why the cluster itself does not answer is better to know than that its watches are lost.
Standing Member::settled(Standing next) const {
  if (next.state != Standing::State::Unknown) return next;
  if (standing_.state != Standing::State::Unknown) {
    next.since = next.since.value_or(parts_.clock.now());
    return next;
  }
  const bool better = next.reason != standing_.reason && next.reason != "WatchLost" && next.reason != "NotSynced";
  if (!better) return standing_;
  next.since = standing_.since;
  return next;
}

void Member::evaluate() {
  if (stopped_) return;
  Standing next = judged();
  {
    const std::lock_guard lock(mutex_);
    next = settled(std::move(next));
    if (next == standing_) return;
    standing_ = next;
  }
  if (parts_.events.standing) parts_.events.standing(name_, next);
}

std::optional<runtime::Sighting> Member::sighted(const api::ObjectId& id) const {
  for (const auto& kind : owned_)
    if (kind->resource.kind == id.kind && kind->resource.api_version() == id.api_version)
      if (const auto row = kind->store.get(runtime::store_key(id.ns, id.name))) return row->seen;
  return std::nullopt;
}

std::vector<std::shared_ptr<const OwnedRow>> Member::owned_in(const std::string& ns) const {
  std::vector<std::shared_ptr<const OwnedRow>> out;
  for (const auto& kind : owned_)
    if (kind->resource.namespaced)
      for (auto& object : kind->store.in_namespace(ns)) out.push_back(std::move(object));
  return out;
}

std::shared_ptr<const OwnedRow> Member::owned_namespace(const std::string& ns) const {
  return owned_.front()->store.get(ns);
}

std::vector<std::shared_ptr<const OwnedRow>> Member::marked_namespaces() const {
  auto out = owned_.front()->store.all();
  std::erase_if(out, [](const auto& one) { return one->mark->empty(); });
  return out;
}

std::vector<Member::WatchFigures> Member::watches() const {
  std::vector<WatchFigures> out;
  for (const auto& one : watches_) out.push_back({one.kind, one.watch->state(), one.size()});
  return out;
}

}  // namespace haetae::controllers
