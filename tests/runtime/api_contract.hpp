#pragma once
// What the tests share that say what the fake API server claims about Kubernetes. Every sentence in them must be true
// of a real server too (fakes/each_server.hpp).

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>

#include "fakes/each_server.hpp"

namespace haetae::fakes::testing {

inline const kube::Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
inline const kube::Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap"};
inline const kube::Resource kDeployments{"apps", "v1", "deployments", "Deployment"};

/// The server's namespace for one test, and short words for what is asked in it.
class Place {
 public:
  explicit Place(Server& server) : server_(server) {
    REQUIRE(ask(kube::create(kNamespaces, "", Json{{"metadata", {{"name", ns()}}}}.dump())).status == 201);
  }
  Answer ask(kube::HttpRequest request) { return server_.ask(std::move(request)); }
  [[nodiscard]] const std::string& ns() const { return server_.ns(); }
  [[nodiscard]] kube::ObjectKey key(const std::string& name) const { return {ns(), name}; }
  kube::Client& client() { return server_.client(); }

  Json config_map(const std::string& name, Json values, Json labels = Json::object()) const {
    Json out{{"apiVersion", "v1"},
             {"kind", "ConfigMap"},
             {"data", std::move(values)},
             {"metadata", {{"name", name}, {"namespace", ns()}}}};
    if (!labels.empty()) out["metadata"]["labels"] = std::move(labels);
    return out;
  }
  Answer create(const Json& object) {
    return ask(kube::create(kConfigMaps, ns(), object.dump(), {.field_manager = "poster"}));
  }
  Answer apply(const kube::Resource& resource, const Json& object, const std::string& manager, bool force = false) {
    return ask(
        kube::apply(resource, key(object["metadata"]["name"]), object.dump(), {.field_manager = manager}, force));
  }
  Answer get(const kube::Resource& resource, const std::string& name) { return ask(kube::get(resource, key(name))); }

 private:
  Server& server_;
};

inline void on_each(const std::function<void(Place&)>& rule) {
  fakes::on_each_server([&](Server& server) {
    Place place(server);
    rule(place);
  });
}

}  // namespace haetae::fakes::testing
