#pragma once
// An API server in memory, behind kube::Transport, with faults to order. What it does with objects is
// object_store.hpp; here are connections, watches and what can go wrong with them.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fakes/object_store.hpp"
#include "kube/reactor.hpp"
#include "kube/transport.hpp"

namespace haetae::fakes {

/// What befalls one request.
struct Fault {
  enum class Kind {
    Refuse,     ///< no connection: the server never saw it
    Answer,     ///< the server answers `with` and does nothing
    LoseAnswer, ///< the server does it, the answer is lost
    Hang        ///< no answer before the deadline; the server does nothing
  } kind{Kind::Refuse};
  kube::HttpResponse with{};
};

/// One request as the server saw it.
struct SeenRequest {
  kube::Verb verb;
  std::string target;
  std::string content_type;
  std::string body;
  int status{0};  ///< 0 = it got no answer
  [[nodiscard]] bool writes() const {
    return verb != kube::Verb::Get && target.find("dryRun=All") == std::string::npos;
  }
};

/// Deterministic with FakeReactor. Thread: any; one lock inside.
class FakeApiServer {
 public:
  FakeApiServer();
  ~FakeApiServer();

  /// Posted: requests are taken and answered on the reactor, in order, as over a network.
  /// AtOnce: send() answers before it returns, so that blocking calls work on one thread; streams are still posted.
  enum class Answers { Posted, AtOnce };
  /// Requires: server and reactor outlive the transport.
  [[nodiscard]] std::unique_ptr<kube::Transport> connect(kube::Reactor& reactor, Answers answers = Answers::Posted);

  // The test's own hands: no fault, not in the log. Kinds are those of the store, and what serve() adds.
  void serve(const kube::Resource& resource, bool has_status = true);
  void stop_serving(const kube::Resource& resource);
  kube::HttpResponse perform(const kube::HttpRequest& request);
  /// Creates, or replaces what is there (as `manager`). Returns what is stored. Requires: the server accepts it.
  Json put(const kube::Resource& resource, Json object, const std::string& manager = "kubectl");
  [[nodiscard]] std::optional<Json> get(const kube::Resource& resource, const kube::ObjectKey& key);
  [[nodiscard]] std::vector<Json> all(const kube::Resource& resource);
  void remove(const kube::Resource& resource, const kube::ObjectKey& key);
  void admission(std::function<Json(const Json& object)> refuse);
  void hold_namespaces(bool hold);

  // What was asked, in order, watches included.
  [[nodiscard]] std::vector<SeenRequest> requests() const;
  [[nodiscard]] std::size_t writes() const;  ///< requests of the log that are no reads and no dry runs
  void forget_requests();

  // Faults.
  /// Asked for each request with its number since the start (0, 1, …); nullopt = none. Watches count too.
  void on_request(std::function<std::optional<Fault>(const kube::HttpRequest&, std::size_t number)> fault);
  void refuse_connections(bool refuse);
  /// Ends every open watch: in order, as after timeoutSeconds, or cut.
  void end_streams();
  void cut_streams();
  /// Open watches hear nothing more, and no end either: the other side of a dead link.
  void mute_streams();
  /// As cut_streams(), after `bytes` more bytes of each.
  void cut_streams_after(std::size_t bytes);
  void bookmark();     ///< sends one to every watch that asked for bookmarks
  void compact();      ///< every older resourceVersion and continue token is gone
  void lift_version(); ///< the version rises by writes to other kinds
  /// An open watch gets an ERROR event with this Status.
  void error_event(const Json& status);
  /// How often an event is delivered: 0 drops it, 2 doubles it.
  void copies(std::function<int(const Json& object)> how_often);
  void watch_list(bool offered);        ///< default on
  void gone_as_event(bool as_event);    ///< 410 as an ERROR event inside 200; default on, as the watch cache does
  void chunk(std::size_t bytes);        ///< streams come in pieces of this size; 0 = an event a piece
  [[nodiscard]] std::size_t open_streams() const;

 private:
  struct Impl;
  class Connection;
  std::shared_ptr<Impl> impl_;
};

}  // namespace haetae::fakes
