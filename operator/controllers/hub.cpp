#include "controllers/hub.hpp"

#include "controllers/names.hpp"

namespace haetae::controllers {

template <class T>
void Hub::add(kube::Reactor& reactor, const Clock& clock) {
  auto& shelf = std::get<std::unique_ptr<Shelf<T>>>(shelves_);
  shelf = std::make_unique<Shelf<T>>(clock);
  runtime::WatchSpec spec;
  spec.cluster = "hub";
  spec.resource = hub_resource<T>();
  spec.seed = watches_.size() + 1;
  watches_.push_back({spec.resource.kind, std::make_unique<runtime::Watch>(reactor, transport_, clock, *shelf, spec),
                      [&store = shelf->store()] { return store.size(); }});
}

Hub::Hub(kube::Reactor& reactor, kube::Client& client, const Clock& clock, std::string home)
    : client_(client), home_(std::move(home)), transport_(client) {
  [&]<class... Ts>(api::TypeList<Ts...>) { (add<Ts>(reactor, clock), ...); }(api::Kinds{});
}

void Hub::start() {
  for (auto& one : watches_) one.watch->start();
}

void Hub::stop() {
  for (auto& one : watches_) one.watch->stop();
}

bool Hub::synced() const { return missing().empty(); }

std::string Hub::missing() const {
  for (const auto& one : watches_) {
    const auto state = one.watch->state();
    if (!state.synced) return one.kind + " not synced" + (state.last_error.empty() ? "" : ": " + state.last_error);
  }
  return "";
}

std::shared_ptr<const api::FleetPolicy> Hub::policy() const { return shelf<api::FleetPolicy>().get(kPolicyName); }

bool Hub::may_write_members() const {
  if (shelf<api::FleetPolicy>().is_unreadable(kPolicyName)) return false;
  const auto held = policy();
  return !held || (held->spec.mode == api::FleetMode::Enforce && !held->spec.paused);
}

std::set<std::string> Hub::unreadable() const {
  std::set<std::string> out;
  const auto add = [&]<class T>(const Shelf<T>& shelf_of_kind) {
    for (const auto& [key, why] : shelf_of_kind.unreadable()) out.insert(hub_resource<T>().kind + " " + key + ": " + why);
  };
  [&]<class... Ts>(api::TypeList<Ts...>) { (add(shelf<Ts>()), ...); }(api::Kinds{});
  return out;
}

std::vector<std::string> Hub::unreadable_names() const {
  std::vector<std::string> out;
  const auto add = [&]<class T>(const Shelf<T>& shelf_of_kind) {
    for (const auto& key : shelf_of_kind.unreadable_keys()) out.push_back(hub_resource<T>().kind + " " + key);
  };
  add(shelf<api::TenantSystem>());
  add(shelf<api::RiskTier>());
  return out;
}

void Hub::on_unreadable(const std::function<void(const std::string& name)>& listener) {
  const auto listen = [&]<class T>(Shelf<T>& shelf_of_kind) {
    shelf_of_kind.on_unreadable([listener](const auto& key) { listener(hub_resource<T>().kind + " " + key); });
  };
  [&]<class... Ts>(api::TypeList<Ts...>) { (listen(shelf<Ts>()), ...); }(api::Kinds{});
}

void Hub::each_watch(
    const std::function<void(const std::string& kind, const runtime::WatchState&, std::size_t)>& tell) const {
  for (const auto& one : watches_) tell(one.kind, one.watch->state(), one.size());
}

}  // namespace haetae::controllers
