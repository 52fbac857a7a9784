// The watch over real bytes: on the fake and, where there is one, on a real API server, on a thread of its own.

#include <doctest/doctest.h>

#include <condition_variable>
#include <latch>
#include <mutex>

#include "base/time.hpp"
#include "fakes/each_server.hpp"
#include "runtime/projection.hpp"
#include "runtime/watch.hpp"

using namespace haetae;
using namespace haetae::runtime;
using fakes::Json;
using fakes::Server;
using namespace std::chrono_literals;

namespace {

const kube::Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
const kube::Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap"};

/// A transport over which a server seems to know no WatchList.
class OldServer final : public kube::Transport {
 public:
  OldServer(kube::Transport& inner, kube::Reactor& reactor) : inner_(inner), reactor_(reactor) {}
  kube::Cancel send(kube::HttpRequest request, std::chrono::milliseconds deadline,
                    std::function<void(Result<kube::HttpResponse>)> answer) override {
    return inner_.send(std::move(request), deadline, std::move(answer));
  }
  kube::Cancel stream(kube::HttpRequest request, kube::StreamLimits limits, kube::StreamEvents events) override {
    if (request.target.find("sendInitialEvents") == std::string::npos)
      return inner_.stream(std::move(request), limits, std::move(events));
    reactor_.post([events] {
      events.on_head(422, {});
      events.on_end(Done{});
    });
    return [] {};
  }
  void close() override { inner_.close(); }

 private:
  kube::Transport& inner_;
  kube::Reactor& reactor_;
};

/// Waits until `store` holds what is expected. The limit is for a broken test alone.
class Following {
 public:
  explicit Following(Store<std::string>& store) {
    store.on_change([this](const StoreKey&, const auto&, const auto&) { look(); });
    store.on_freshness([this](const Freshness&) { look(); });
  }
  void until(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    CHECK(changed_.wait_for(lock, 20s, holds));
  }

 private:
  void look() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace

TEST_CASE("a watch keeps its store in step with a server, by stream and by pages") {
  for (const bool pages : {false, true})
    fakes::on_each_server([&](Server& server) {
      const auto put = [&](const std::string& name, const std::string& value) {
        const Json object{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"data", {{"value", value}}},
                          {"metadata", {{"name", name}, {"labels", {{"set", "w"}}}}}};
        const auto request = kube::apply(kConfigMaps, {server.ns(), name}, object.dump(), {.field_manager = "test"});
        CHECK(server.ask(request).status <= 201);
      };
      CHECK(server.ask(kube::create(kNamespaces, "", Json{{"metadata", {{"name", server.ns()}}}}.dump())).status ==
            201);
      for (int i = 0; i < 25; ++i) put("o" + std::to_string(i), "가 \"{}\\ 1");

      auto connection = server.connect();
      OldServer old(*connection, server.reactor());
      SystemClock clock;
      Store<std::string> store;
      Following following(store);
      StoreSink<std::string> sink(store, [](std::string_view json) -> Result<Projected<std::string>> {
        static const Paths kKept{"metadata.namespace", "metadata.name", "data.value"};
        auto seen = project(json, kKept);
        if (!seen) return std::move(seen).error();
        const auto& tree = seen->kept;
        auto key = store_key(text_at(tree, {"metadata", "namespace"}), text_at(tree, {"metadata", "name"}));
        return Projected<std::string>{std::move(key), text_at(tree, {"data", "value"})};
      });
      WatchSpec spec{
          .cluster = "test", .resource = kConfigMaps, .ns = server.ns(), .label_selector = "set=w", .page = 4};
      auto watch = std::make_unique<Watch>(server.reactor(), pages ? static_cast<kube::Transport&>(old) : *connection,
                                           clock, sink, spec);
      watch->start();
      following.until([&] { return store.freshness().synced; });
      CHECK(store.size() == 25);
      CHECK(*store.get(server.ns() + "/o7") == "가 \"{}\\ 1");
      put("o7", "2");
      put("late", "3");
      following.until([&] { return store.get(server.ns() + "/late") && *store.get(server.ns() + "/o7") == "2"; });
      CHECK(watch->state().undecodable == 0);
      watch->stop();
      std::latch stopped(1);
      server.reactor().post([&] { stopped.count_down(); });
      stopped.wait();
    });
}
