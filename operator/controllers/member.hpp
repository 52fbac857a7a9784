#pragma once
// Member: one member cluster as we are connected to it now: its client, its caches, its writer, and how far all of
// that can be believed.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/name.hpp"
#include "base/time.hpp"
#include "controllers/pulse.hpp"
#include "controllers/rows.hpp"
#include "controllers/through_client.hpp"
#include "kube/client.hpp"
#include "kube/reactor.hpp"
#include "runtime/apply.hpp"
#include "runtime/store.hpp"
#include "runtime/watch.hpp"

namespace haetae::controllers {

/// How far a member cluster can be believed. Only Known lets anybody read its caches as the truth.
struct Standing {
  enum class State { Trying, Known, Unknown } state{State::Trying};
  std::optional<Timestamp> since{};  ///< set while Unknown
  std::string reason{};              ///< CamelCase, for the condition Reachable; "" while Known
  std::string why{};
  bool operator==(const Standing&) const = default;
};

/// What a member tells the others. Called on the reactor's thread; must not block.
struct MemberEvents {
  using Owned = std::shared_ptr<const OwnedRow>;
  std::function<void(const ClusterName&, const Owned& before, const Owned& after)> owned{};
  std::function<void(const ClusterName&, const PodRow* before, const PodRow* after)> pod{};
  std::function<void(const ClusterName&)> node{};
  std::function<void(const ClusterName&, const Standing&)> standing{};
  std::function<void(const ClusterName&)> vital{};  ///< uid, version or member chart is another
};

/// What every member shares. Requires: outlives them.
struct MemberParts {
  kube::Reactor& reactor;
  const Clock& clock;
  RowReader& row_reader;
  PulseOptions pulse{};
  /// A cluster that has not shown itself after this long counts as Unknown instead of Trying.
  std::chrono::milliseconds patience{3'000};
  MemberEvents events{};
};

/// Always held by a shared_ptr. Thread: any, unless a function says otherwise.
class Member : public std::enable_shared_from_this<Member> {
 public:
  Member(const MemberParts& parts, ClusterName name, std::unique_ptr<kube::Client> client);
  ~Member();

  void start();
  /// Ends everything on the reactor; the member lives until that is through. Its caches stay readable.
  void stop();

  [[nodiscard]] const ClusterName& name() const { return name_; }
  [[nodiscard]] Standing standing() const;
  [[nodiscard]] bool known() const { return standing().state == Standing::State::Known; }
  [[nodiscard]] Vital vital() const { return pulse_.vital(); }
  /// A request of ours had no answer: the cluster is probed at once.
  void suspect() { pulse_.suspect(); }

  [[nodiscard]] kube::Client& client() { return *client_; }
  [[nodiscard]] runtime::Applier& applier() { return applier_; }
  [[nodiscard]] const Clock& clock() const { return parts_.clock; }

  [[nodiscard]] const runtime::Store<PodRow>& pods() const { return pods_; }
  [[nodiscard]] const runtime::Store<NodeRow>& nodes() const { return nodes_; }
  /// All of ours in that namespace, the namespace itself not included.
  [[nodiscard]] std::vector<std::shared_ptr<const OwnedRow>> owned_in(const std::string& ns) const;
  [[nodiscard]] std::shared_ptr<const OwnedRow> owned_namespace(const std::string& ns) const;
  [[nodiscard]] std::vector<std::shared_ptr<const OwnedRow>> marked_namespaces() const;

  /// Watches with the kind they keep and how many objects are cached, for metrics.
  struct WatchFigures {
    std::string kind;
    runtime::WatchState state;
    std::size_t objects;
  };
  [[nodiscard]] std::vector<WatchFigures> watches() const;

 private:
  struct OwnedKind;
  [[nodiscard]] std::optional<runtime::Sighting> sighted(const api::ObjectId& id) const;
  template <class T>
  void watch(runtime::WatchSink& sink, runtime::Store<T>& store, const kube::Resource& resource, const char* selector);
  void listen();
  void felt(const Vital& vital);          ///< Thread: the reactor's, as for the two below
  void evaluate();
  [[nodiscard]] Standing judged();
  [[nodiscard]] bool overdue();
  [[nodiscard]] Standing settled(Standing next) const;  ///< Requires: mutex_ is held
  [[nodiscard]] std::optional<Standing> watches_trouble() const;

  const MemberParts& parts_;
  const ClusterName name_;
  std::unique_ptr<kube::Client> client_;
  ThroughClient transport_;
  runtime::Store<PodRow> pods_;
  runtime::Store<NodeRow> nodes_;
  runtime::StoreSink<PodRow> pod_sink_;
  runtime::StoreSink<NodeRow> node_sink_;
  std::vector<std::unique_ptr<OwnedKind>> owned_;
  struct WatchOf {
    std::string kind;
    std::unique_ptr<runtime::Watch> watch;
    std::function<runtime::Freshness()> freshness;
    std::function<std::size_t()> size;
    bool vital;  ///< without it the cluster is not Known
  };
  std::vector<WatchOf> watches_;
  runtime::Applier applier_;
  Pulse pulse_;
  bool stopped_{false};   ///< reactor's thread only
  bool patient_{true};    ///< reactor's thread only
  bool was_down_{false};  ///< reactor's thread only
  std::optional<std::chrono::steady_clock::time_point> doubted_since_{};  ///< reactor's thread only
  mutable std::mutex mutex_;
  Standing standing_{};
};

}  // namespace haetae::controllers
