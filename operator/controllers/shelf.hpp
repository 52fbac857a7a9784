#pragma once
// Shelf<T>: the hub's objects of one kind, as new as we know them. What a write of ours answered is seen at once;
// an older event that comes later does not undo it (read-your-writes).

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "runtime/projection.hpp"
#include "runtime/store.hpp"
#include "runtime/watch.hpp"

namespace haetae::controllers {

/// Where an object lies in a Store; read from its text alone, so that also what cannot be decoded has a name.
/// Errors: Malformed.
[[nodiscard]] Result<runtime::StoreKey> key_of(std::string_view object_json);

/// Thread: any, but the sink's calls come on the watch's thread.
template <class T>
class Shelf final : public runtime::WatchSink {
 public:
  using Ref = typename runtime::Store<T>::Ref;
  using Decode = std::function<Result<T>(std::string_view object_json)>;

  Shelf(const Clock& clock, Decode decode) : clock_(clock), decode_(std::move(decode)) {}

  [[nodiscard]] Ref get(const runtime::StoreKey& key) const { return store_.get(key); }
  [[nodiscard]] std::vector<Ref> all() const { return store_.all(); }
  [[nodiscard]] bool synced() const { return store_.freshness().synced; }
  [[nodiscard]] runtime::Store<T>& store() { return store_; }

  /// Takes in what a write of ours answered. An object that was deleted meanwhile does not come back.
  void accept(T answer);

  /// Objects that the last event left unreadable, and why. Their previous state is kept; where there is none, they
  /// are missing here though they exist: nobody may read that as absence.
  [[nodiscard]] std::map<runtime::StoreKey, std::string> unreadable() const;

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
  /// An own answer is held against older events no longer than this: a store restored from a backup counts anew.
  static constexpr std::chrono::seconds kHold{60};

  const Clock& clock_;
  Decode decode_;
  runtime::Store<T> store_{};
  mutable std::mutex mutex_{};  ///< orders accept() with events
  std::map<runtime::StoreKey, Answer> answers_{};
  std::map<runtime::StoreKey, std::string> unreadable_{};
  bool nameless_{false};        ///< this sweep listed an object whose very name could not be read

  bool superseded(const runtime::StoreKey& key, const T& seen);
};

}  // namespace haetae::controllers

#include "controllers/shelf.inl"
