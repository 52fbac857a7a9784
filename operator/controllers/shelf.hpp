#pragma once
// Shelf<T>: the hub's objects of one kind, as new as we know them. What a write of ours answered is seen at once;
// an older event that comes later does not undo it (read-your-writes).

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "controllers/unreadable.hpp"
#include "runtime/json_span.hpp"
#include "runtime/projection.hpp"
#include "runtime/store.hpp"
#include "runtime/watch.hpp"

namespace haetae::controllers {

/// Of an object that cannot be read the last readable state stays, under its newest metadata and status: spec and
/// generation are the old ones. Where there was none, it is missing here though it exists: nobody may read that as
/// absence.
/// Thread: any, but the sink's calls come on the watch's thread.
template <class T>
class Shelf final : public runtime::WatchSink {
 public:
  using Ref = typename runtime::Store<T>::Ref;
  using OnUnreadable = std::function<void(const runtime::StoreKey&)>;

  explicit Shelf(const Clock& clock) : clock_(clock) {}

  [[nodiscard]] Ref get(const runtime::StoreKey& key) const { return store_.get(key); }
  [[nodiscard]] std::vector<Ref> all() const { return store_.all(); }
  [[nodiscard]] bool synced() const { return store_.freshness().synced; }
  [[nodiscard]] runtime::Store<T>& store() { return store_; }

  /// Takes in what a write of ours answered, readable or not. An object that was deleted meanwhile does not come back.
  void accept(std::string_view answer_json);

  /// Objects that the last event left unreadable, and why.
  [[nodiscard]] std::map<runtime::StoreKey, std::string> unreadable() const;
  [[nodiscard]] std::optional<Unreadable> unreadable(const runtime::StoreKey& key) const;
  [[nodiscard]] std::vector<runtime::StoreKey> unreadable_keys() const;
  [[nodiscard]] bool is_unreadable(const runtime::StoreKey& key) const;
  /// Told of every event that says something new of an unreadable object, also that it can be read again or is gone.
  /// Requires: before the watch starts.
  void on_unreadable(OnUnreadable listener) { on_unreadable_ = std::move(listener); }

  Status upsert(std::string_view object_json) override;
  Status erase(std::string_view object_json) override;
  void begin_sweep() override;
  void end_sweep() override;
  void freshness(const runtime::Freshness& freshness) override { store_.set_freshness(freshness); }

 private:
  struct Answer {
    std::string uid;
    std::string version;
    std::chrono::steady_clock::time_point at;
  };
  /// What cannot be read, and whether this sweep has listed it.
  struct Aside {
    Unreadable told{};
    bool listed{true};
  };
  /// An own answer is held against older events no longer than this: a store restored from a backup counts anew.
  static constexpr std::chrono::seconds kHold{60};

  const Clock& clock_;
  OnUnreadable on_unreadable_{};
  runtime::Store<T> store_{};
  mutable std::mutex mutex_{};  ///< orders accept() with events
  std::map<runtime::StoreKey, Answer> answers_{};
  std::map<runtime::StoreKey, Aside> aside_{};
  bool nameless_{false};        ///< this sweep listed an object whose very name could not be read

  [[nodiscard]] const api::ObjectMeta* newest(const runtime::StoreKey& key, const Ref& held) const;
  bool superseded(const runtime::StoreKey& key, const api::ObjectMeta& seen);
  bool put(const runtime::StoreKey& key, T object);
  void tell(const runtime::StoreKey& key) const { if (on_unreadable_) on_unreadable_(key); }
  bool set_aside(const runtime::StoreKey& key, Outlined<T> seen);
};

}  // namespace haetae::controllers

#include "controllers/shelf.inl"
