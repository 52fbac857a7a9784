#pragma once
// Store<T>: the newest projected object of one watch by key, and how far it can be believed.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace haetae::runtime {

/// "namespace/name", or "name" for cluster-scoped objects.
using StoreKey = std::string;

/// How far a store can be believed.
struct Freshness {
  bool synced{false};                      ///< the first full list was taken in
  std::optional<Timestamp> unknown_since{};///< set while the connection is lost: rows are the last known, not the truth
  std::string why{};
};

/// One watch's objects. Thread: any. Readers get shared pointers to immutable objects; nothing is copied.
template <class T>
class Store {
 public:
  using Ref = std::shared_ptr<const T>;
  /// Called after each change, outside the lock, on the watch's thread: before (null: new) and after (null: gone).
  using OnChange = std::function<void(const StoreKey&, const Ref& before, const Ref& after)>;

  [[nodiscard]] Ref get(const StoreKey& key) const;
  [[nodiscard]] std::vector<Ref> all() const;               ///< by key
  [[nodiscard]] std::vector<Ref> in_namespace(const std::string& ns) const;  ///< by key; a few of all, found at once
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Freshness freshness() const;

  void on_change(OnChange listener);                        ///< Requires: before the watch starts
  void on_freshness(std::function<void(const Freshness&)> listener);

  // The watch's side.
  void put(const StoreKey& key, T object);
  void remove(const StoreKey& key);
  /// Mark-and-sweep of a relist: begin, put every listed object, end removes what was not put since begin.
  void begin_sweep();
  void end_sweep();
  /// The listed object of that key could not be decoded: what is known of it stays.
  void keep(const StoreKey& key);
  void set_freshness(Freshness freshness);

 private:
  struct Row {
    Ref object;
    std::uint64_t sweep;
  };
  mutable std::mutex mutex_;
  std::map<StoreKey, Row> rows_;  ///< ordered: the keys of a namespace follow one another, so they need no index
  std::vector<OnChange> listeners_;
  std::vector<std::function<void(const Freshness&)>> freshness_listeners_;
  Freshness freshness_;
  std::uint64_t sweep_{0};
};

}  // namespace haetae::runtime

#include "runtime/store.inl"
