#pragma once
// What an API server does with its objects, without network or threads: routes, verbs, server-side apply,
// preconditions, finalizers, history. Each rule names its page; tests/runtime/api_contract*_test.cpp hold the rules
// against a real server.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fakes/field_sets.hpp"
#include "kube/request.hpp"
#include "kube/transport.hpp"

namespace haetae::fakes {

using ObjectName = std::pair<std::string, std::string>;  ///< namespace, name

/// One change of one object. `before` or `after` is null where it was created or removed.
struct Change {
  std::uint64_t version{0};
  Json before{}, after{};
};

struct Collection {
  kube::Resource resource{};
  bool has_status{true};  ///< the status subresource is served
  bool served{true};
  std::map<ObjectName, Json> objects{};
  std::deque<Change> history{};
};

/// Where a request goes.
struct Route {
  Collection* collection{nullptr};
  std::string ns{}, name{}, subresource{};
  std::map<std::string, std::string> query{};
  [[nodiscard]] std::string param(const std::string& key) const;
  [[nodiscard]] bool flag(const std::string& key) const { return param(key) == "true" || param(key) == "1"; }
};

/// Thread: one at a time.
class ObjectStore {
 public:
  ObjectStore();  ///< serves the built-in kinds that we use

  void serve(const kube::Resource& resource, bool has_status);
  void stop_serving(const kube::Resource& resource);

  /// Every request but a watch.
  [[nodiscard]] kube::HttpResponse answer(const kube::HttpRequest& request);
  /// Nullopt where nothing is served there.
  [[nodiscard]] std::optional<Route> route(const std::string& target);
  [[nodiscard]] static bool selected(const Json& object, const Route& route);

  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] std::uint64_t oldest() const { return oldest_; }  ///< an older resourceVersion is gone
  void compact();                                                 ///< forgets all history and continue tokens
  void lift(std::uint64_t by) { version_ += by; }                 ///< writes elsewhere in the cluster

  std::function<void(Collection&, const Change&)> on_change{};
  /// Admission: a non-null answer refuses the object; its members are those of a metav1.Status.
  std::function<Json(const Json& object)> admission{};
  /// A deleted namespace stays Terminating instead of going with all that it holds.
  bool hold_namespaces{false};

 private:
  struct Write {
    std::string manager;
    std::string operation;  ///< "Apply" or "Update"
    bool dry_run{false};
    bool creates{false};
  };
  std::map<std::string, Collection> collections_;  ///< by "<group>/<version>/<plural>"
  std::map<std::string, std::pair<Json, std::vector<Json>>> pages_;  ///< what is left of a list, by token
  std::uint64_t version_{100}, oldest_{0}, made_{0};

  using Answer = kube::HttpResponse;
  [[nodiscard]] Answer discovery(bool core) const;  ///< aggregated
  Answer list(const Route& route, bool metadata_only);
  Answer create(const Route& route, const kube::HttpRequest& request);
  Answer replace(const Route& route, const kube::HttpRequest& request);
  Answer patch(const Route& route, const kube::HttpRequest& request, const std::string& type);
  Answer apply(const Route& route, const kube::HttpRequest& request);
  Answer remove(const Route& route, const kube::HttpRequest& request);

  std::optional<Answer> namespace_refuses(const Route& route, const std::string& ns);
  std::optional<Answer> refused(const Json& object);
  /// An Update by `write.manager`: fields that changed become its own and nobody else's.
  Answer update(const Route& route, const Json& live, Json next, const Write& write);
  Answer commit(const Route& route, const Json& live, Json next, const Write& write);
  void store(Collection& collection, const ObjectName& name, Json before, Json after);
  void drop(Collection& collection, const ObjectName& name);
  void finish_namespace(const std::string& name);
};

/// A metav1.Status as the answer.
[[nodiscard]] kube::HttpResponse status_answer(int code, const std::string& reason, const std::string& message,
                                               Json details = nullptr);
[[nodiscard]] kube::HttpResponse object_answer(int code, const Json& object);

/// What the server states where nobody does. Source: the defaults in k8s.io/api of the kinds that we write.
void set_defaults(Json& object);

}  // namespace haetae::fakes
