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
    if (!seen) return std::move(seen).error();
    store_.put(seen->key, std::move(seen->object));
    return Done{};
  }
  Status erase(std::string_view json) override {
    auto seen = project_(json);
    if (!seen) return std::move(seen).error();
    store_.remove(seen->key);
    return Done{};
  }
  void begin_sweep() override { store_.begin_sweep(); }
  void end_sweep() override { store_.end_sweep(); }
  void freshness(const Freshness& f) override { store_.set_freshness(f); }

 private:
  Store<T>& store_;
  Project project_;
};

/// What to watch and the numbers of the state machine. Source of the numbers: operators.md §2.1.
struct WatchSpec {
  std::string cluster{};              ///< for logs and metrics; "hub"
  kube::Resource resource{};
  std::string ns{};                   ///< "" = all
  std::string label_selector{};
  std::string field_selector{};
  std::chrono::milliseconds first_backoff{800};
  std::chrono::milliseconds longest_backoff{30'000};
  std::chrono::milliseconds silence{150'000};
  std::size_t page{500};              ///< of the paginated list
  std::uint64_t seed{1};              ///< of the jitter
};

/// Counters and ages for metrics and health. Thread: any.
struct WatchState {
  bool synced{false};
  bool connected{false};
  std::chrono::steady_clock::time_point last_byte{};
  std::uint64_t relists{0}, events{0}, undecodable{0}, failures{0};
  std::string last_error{};
};

class Watch {
 public:
  /// Requires: reactor, transport, sink and clock outlive the watch.
  Watch(kube::Reactor& reactor, kube::Transport& transport, const Clock& clock, WatchSink& sink, WatchSpec spec);
  ~Watch();  ///< Requires: called on the reactor's thread, or after stop() has run there
  void start();
  void stop();
  [[nodiscard]] WatchState state() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace haetae::runtime
