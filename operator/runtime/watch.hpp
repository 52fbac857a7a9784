#pragma once
// Watch: keeps one Store in step with one (cluster, kind, selector). A callback-driven state machine on the
// reactor; no thread of its own. Knows no kind: the sink decodes.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kube/reactor.hpp"
#include "kube/request.hpp"
#include "kube/transport.hpp"
#include "runtime/json_span.hpp"
#include "runtime/store.hpp"

namespace haetae::runtime {

/// Where decoded events go. Every call is on the reactor's thread.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  /// ADDED and MODIFIED, or a listed item: the object's JSON text. An object that cannot be decoded is reported by
  /// the Status (counted, logged); it must leave the previous row in place (never read as absent).
  virtual Status upsert(std::string_view object_json) = 0;
  virtual Status erase(std::string_view object_json) = 0;
  virtual void begin_sweep() = 0;
  virtual void end_sweep() = 0;
  virtual void freshness(const Freshness& freshness) = 0;
};

/// A sink that projects each object to T and keeps it in a Store<T>.
/// `project` decodes JSON text to key and T; it must drop what it does not need while decoding (SAX, no DOM kept).
/// The key must be store_key(namespace, name): an object that cannot be decoded is found by it, so that a relist
/// does not take it for absent. If not even its name can be read, that relist removes nothing.
template <class T>
struct Projected {
  StoreKey key;
  T object;
};
template <class T>
class StoreSink final : public WatchSink {
 public:
  using Project = std::function<Result<Projected<T>>(std::string_view object_json)>;
  StoreSink(Store<T>& store, Project project) : store_(store), project_(std::move(project)) {}
  Status upsert(std::string_view json) override {
    auto seen = project_(json);
    if (seen) {
      store_.put(seen->key, std::move(seen->object));
      return Done{};
    }
    if (const auto key = store_key_in(json)) {
      store_.keep(*key);
    } else {
      nameless_ = true;
    }
    return std::move(seen).error();
  }
  Status erase(std::string_view json) override {
    const auto key = store_key_in(json);
    if (!key) return key.error();
    store_.remove(*key);
    return Done{};
  }
  void begin_sweep() override {
    nameless_ = false;
    store_.begin_sweep();
  }
  void end_sweep() override {
    if (!nameless_) store_.end_sweep();
  }
  void freshness(const Freshness& f) override { store_.set_freshness(f); }

 private:
  Store<T>& store_;
  Project project_;
  bool nameless_{false};  ///< this sweep listed an object whose very name could not be read
};

/// What to watch and the numbers of the state machine. Source of the numbers: operators.md §2.1, §2.3.
struct WatchSpec {
  std::string cluster{};              ///< for error texts; "hub"
  kube::Resource resource{};
  std::string ns{};                   ///< "" = all
  std::string label_selector{};
  std::string field_selector{};
  std::chrono::milliseconds first_backoff{800};       ///< × 2 per failure, plus up to as much again at random
  std::chrono::milliseconds longest_backoff{30'000};
  std::chrono::milliseconds backoff_reset{120'000};   ///< a stream that lived as long begins the backoff anew
  std::chrono::milliseconds brief{5'000};             ///< a stream that ended sooner is not opened again at once
  std::chrono::milliseconds grace{5'000};             ///< without a connection for so long is Unknown
  std::chrono::milliseconds settle{1'000};            ///< a resumed stream open for so long has told all it missed
  std::chrono::milliseconds silence{150'000};
  std::chrono::seconds least_timeout{300}, most_timeout{600};  ///< asked of the server, at random between
  std::size_t page{500};              ///< of the paginated list
  std::uint64_t seed{1};              ///< of the jitter
};

/// Counters and ages for metrics and health. Thread: any.
struct WatchState {
  bool synced{false};
  bool connected{false};                              ///< a stream is open and was answered with 200
  std::chrono::steady_clock::time_point last_byte{};  ///< by the reactor's clock; of the start where there was none
  std::uint64_t relists{0};      ///< full states begun after the first
  std::uint64_t events{0};       ///< objects taken in, listed ones included
  std::uint64_t undecodable{0};
  std::uint64_t failures{0};
  std::string last_error{};
};

/// WatchList; after two broken ones a paginated list that goes on where it broke; then a watch from its
/// resourceVersion, resumed without a list after every cut. 410 lists anew while the old rows stay.
///
/// Freshness: `synced` from the first full state on. Unknown from the moment the connection was last seen alive, as
/// soon as it cannot be had again at once; Known when a full state was taken in or a resumed stream has settled. A
/// stream that the server ends in order and that opens again shows nothing of it.
class Watch {
 public:
  /// Requires: reactor, transport, sink and clock outlive the watch.
  Watch(kube::Reactor& reactor, kube::Transport& transport, const Clock& clock, WatchSink& sink, WatchSpec spec);
  ~Watch();  ///< Requires: called on the reactor's thread, or after stop() has run there
  void start();      ///< Thread: any, as for the two below. Takes effect on the reactor.
  void stop();       ///< No call to the sink comes after this has run on the reactor. For good.
  void retry_now();  ///< The cluster was seen alive: ends the wait of a backoff.
  [[nodiscard]] WatchState state() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace haetae::runtime
