#pragma once
// What the tests of a watch share: a server, a reactor whose time they move, and a store that the watch fills.

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fakes/fake_api_server.hpp"
#include "fakes/fake_reactor.hpp"
#include "runtime/projection.hpp"
#include "runtime/watch.hpp"

namespace haetae::runtime::testing {

using fakes::Fault;
using fakes::Json;
using namespace std::chrono_literals;

inline const kube::Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap"};
inline const kube::Resource kRooms{"haetae.io", "v1", "rooms", "Room"};

/// Wall time that follows the reactor's.
struct FollowingClock final : Clock {
  explicit FollowingClock(const kube::Reactor& reactor_) : reactor(reactor_) {}
  const kube::Reactor& reactor;
  [[nodiscard]] Timestamp now() const override {
    return Timestamp(std::chrono::floor<std::chrono::seconds>(reactor.now().time_since_epoch()));
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return reactor.now(); }
};

struct Row {
  std::string value;
  std::string uid;
};

/// A watch of ConfigMaps against a server, and what its store and listeners saw.
struct WatchBench {
  fakes::FakeReactor reactor;
  fakes::FakeApiServer server;
  FollowingClock clock{reactor};
  std::unique_ptr<kube::Transport> transport{server.connect(reactor)};
  Store<Row> store;
  StoreSink<Row> sink{store, [](std::string_view json) -> Result<Projected<Row>> {
                        static const Paths kKept{"metadata.name", "metadata.namespace", "metadata.uid", "data.value"};
                        auto seen = project(json, kKept);
                        if (!seen) return std::move(seen).error();
                        const auto& tree = seen->kept;
                        if (text_at(tree, {"data", "value"}) == "unreadable")
                          return Error{Code::Malformed, "cannot read the object: bad value"};
                        return Projected<Row>{
                            store_key(text_at(tree, {"metadata", "namespace"}), text_at(tree, {"metadata", "name"})),
                            {text_at(tree, {"data", "value"}), text_at(tree, {"metadata", "uid"})}};
                      }};
  std::vector<std::string> heard;     ///< "+a", "~a", "-a"
  std::vector<Freshness> freshness;
  std::unique_ptr<Watch> watch;

  explicit WatchBench(WatchSpec spec = {}) {
    if (spec.resource.kind.empty()) spec.resource = kConfigMaps;
    spec.cluster = "daejeon-a";
    store.on_change([this](const StoreKey& key, const auto& before, const auto& after) {
      heard.push_back((!before ? "+" : after ? "~" : "-") + key);
    });
    store.on_freshness([this](const Freshness& f) { freshness.push_back(f); });
    watch = std::make_unique<Watch>(reactor, *transport, clock, sink, spec);
  }
  void start() {
    watch->start();
    reactor.run_until_idle();
  }
  void put(const std::string& name, const std::string& value = "1") {
    server.put(kConfigMaps, {{"metadata", {{"name", name}, {"namespace", "default"}}}, {"data", {{"value", value}}}});
    reactor.run_until_idle();
  }
  void remove(const std::string& name) {
    server.remove(kConfigMaps, {"default", name});
    reactor.run_until_idle();
  }
  std::string value(const std::string& name) const {
    const auto row = store.get("default/" + name);
    return row ? row->value : "";
  }
  std::vector<std::string> taken() { return std::exchange(heard, {}); }
  /// What the server holds and what the store holds.
  bool agrees() {
    std::map<std::string, std::string> live, known;
    for (const auto& object : server.all(kConfigMaps))
      live["default/" + object["metadata"]["name"].get<std::string>()] = object["data"]["value"];
    for (const auto& [name, wanted] : live) known[name] = store.get(name) ? store.get(name)->value : "-";
    return live == known && store.size() == live.size();
  }
  /// Targets of the requests since the last call, short.
  std::vector<std::string> asked() {
    std::vector<std::string> out;
    for (const auto& one : server.requests()) {
      const bool streams = one.target.find("watch=true") != std::string::npos;
      out.push_back(!streams ? one.target.find("continue=") != std::string::npos ? "page" : "list"
                    : one.target.find("sendInitialEvents") != std::string::npos ? "stream" : "watch");
    }
    server.forget_requests();
    return out;
  }
  bool unknown() const { return store.freshness().unknown_since.has_value(); }
};

using Words = std::vector<std::string>;

}  // namespace haetae::runtime::testing
