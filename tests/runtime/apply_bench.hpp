#pragma once
// What the tests of Applier share: one cluster, its writer, and the two objects that are written most.

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fakes/fake_api_server.hpp"
#include "fakes/fake_reactor.hpp"
#include "runtime/apply.hpp"
#include "runtime/projection.hpp"

namespace haetae::runtime::testing {

using fakes::Fault;
using fakes::Json;
using nlohmann::ordered_json;

inline const kube::Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
inline const kube::Resource kDeployments{"apps", "v1", "deployments", "Deployment"};
inline const kube::Resource kServices{"", "v1", "services", "Service"};

/// One cluster, its writer, and a cache that follows the cluster only when told.
struct ApplyBench {
  fakes::FakeReactor reactor;
  fakes::FakeApiServer server;
  kube::Client client{server.connect(reactor, fakes::FakeApiServer::Answers::AtOnce), {}};
  std::map<api::ObjectId, Sighting> cache;
  Applier applier{client, "haetae",
                  [this](const api::ObjectId& id) {
                    const auto found = cache.find(id);
                    return found == cache.end() ? std::nullopt : std::optional(found->second);
                  },
                  [](const api::ObjectId& id) { return resource_of(id); }, "daejeon-a"};

  static kube::Resource resource_of(const api::ObjectId& id) {
    return id.kind == "Namespace" ? kNamespaces : id.kind == "Deployment" ? kDeployments : kServices;
  }
  /// The cache sees what is there now.
  void see() {
    cache.clear();
    for (const auto& resource : {kNamespaces, kDeployments, kServices})
      for (auto object : server.all(resource)) {
        auto seen = owned_object(object.dump(), resource.api_version(), resource.kind);
        REQUIRE(seen);
        cache[seen->id] = sighting(*seen);
      }
  }
  Json live(const api::Manifest& manifest) {
    const auto found = server.get(resource_of(manifest.id), {manifest.id.ns, manifest.id.name});
    return found ? *found : Json();
  }
  Applied applied(const api::Manifest& manifest, ApplyOptions options = {}) {
    const auto done = applier.apply(manifest, options);
    REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
    return *done;
  }
  std::size_t requests() const { return server.requests().size(); }
};

inline api::Manifest namespace_of(const std::string& system = "mois/gov24") {
  return {{"v1", "Namespace", "", "ts"},
          {{"apiVersion", "v1"},
           {"kind", "Namespace"},
           {"metadata",
            {{"name", "ts"},
             {"labels", {{"haetae.io/system", "mois.gov24"}}},
             {"annotations", {{"haetae.io/system-ref", system}}}}}}};
}

inline api::Manifest deployment(std::optional<int> replicas = 3, const std::string& image = "web:1") {
  ordered_json spec;
  if (replicas) spec["replicas"] = *replicas;
  spec["selector"] = {{"matchLabels", {{"app", "web"}}}};
  spec["template"] = {{"metadata", {{"labels", {{"app", "web"}}}}},
                      {"spec",
                       {{"containers",
                         ordered_json::array({{{"name", "web"},
                                               {"image", image},
                                               {"ports", ordered_json::array({{{"containerPort", 8080}}})},
                                               {"resources", {{"requests", {{"cpu", "1000m"}}}}}}})}}}};
  return {{"apps/v1", "Deployment", "default", "web"},
          {{"apiVersion", "apps/v1"},
           {"kind", "Deployment"},
           {"metadata", {{"name", "web"}, {"namespace", "default"}, {"labels", {{"haetae.io/system", "mois.gov24"}}}}},
           {"spec", std::move(spec)}}};
}

inline std::vector<std::string> owners(const Json& object) {
  std::vector<std::string> out;
  for (const auto& entry : object["metadata"]["managedFields"])
    out.push_back(entry["manager"].get<std::string>() + " " + entry["operation"].get<std::string>());
  return out;
}

}  // namespace haetae::runtime::testing
