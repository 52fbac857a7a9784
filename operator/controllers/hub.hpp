#pragma once
// Hub: our kinds as the hub shows them, one shelf and one watch a kind.

#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "api/codec.hpp"
#include "api/kinds.hpp"
#include "controllers/resources.hpp"
#include "controllers/shelf.hpp"
#include "controllers/through_client.hpp"
#include "kube/client.hpp"
#include "kube/reactor.hpp"
#include "runtime/watch.hpp"

namespace haetae::controllers {

/// The hub's caches. Nothing is decided before all of them are synced. Thread: any, after start().
class Hub {
 public:
  /// Requires: everything given outlives the hub.
  /// `home` is the operator's own namespace.
  Hub(kube::Reactor& reactor, kube::Client& client, const Clock& clock, std::string home = "haetae-system");

  /// Thread: the reactor's, both. Listeners are set before.
  void start();
  void stop();

  template <class T>
  [[nodiscard]] Shelf<T>& shelf() { return *std::get<std::unique_ptr<Shelf<T>>>(shelves_); }
  template <class T>
  [[nodiscard]] const Shelf<T>& shelf() const { return *std::get<std::unique_ptr<Shelf<T>>>(shelves_); }

  [[nodiscard]] bool synced() const;
  /// "" when synced, else what is missing; for /readyz.
  [[nodiscard]] std::string missing() const;
  /// The one FleetPolicy; null where there is none.
  [[nodiscard]] std::shared_ptr<const api::FleetPolicy> policy() const;
  /// Whether the FleetPolicy lets us write in members. One that cannot be read does not.
  [[nodiscard]] bool may_write_members() const;

  /// Objects that exist and cannot be read, each with its kind and why: "TenantSystem mois/gov24: spec.…".
  [[nodiscard]] std::set<std::string> unreadable() const;
  /// Names of those that decisions hang on, TenantSystems and RiskTiers: "TenantSystem mois/gov24".
  [[nodiscard]] std::vector<std::string> unreadable_names() const;
  /// Told such a name, of any kind, whenever an event says something new of an object that cannot be read.
  /// Requires: before start().
  void on_unreadable(const std::function<void(const std::string& name)>& listener);
  /// Kind, state and number of cached objects of each watch, for metrics.
  void each_watch(const std::function<void(const std::string& kind, const runtime::WatchState&, std::size_t)>& tell) const;
  [[nodiscard]] kube::Client& client() { return client_; }
  [[nodiscard]] const std::string& home() const { return home_; }

 private:
  template <class T> struct Shelves;
  template <class... Ts>
  struct Shelves<api::TypeList<Ts...>> {
    using Type = std::tuple<std::unique_ptr<Shelf<Ts>>...>;
  };
  template <class T>
  void add(kube::Reactor& reactor, const Clock& clock);

  kube::Client& client_;
  const std::string home_;
  ThroughClient transport_;
  Shelves<api::Kinds>::Type shelves_{};
  struct WatchOf {
    std::string kind;
    std::unique_ptr<runtime::Watch> watch;
    std::function<std::size_t()> size;
  };
  std::vector<WatchOf> watches_{};
};

}  // namespace haetae::controllers
