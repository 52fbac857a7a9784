#pragma once
// The inside of FakeApiServer: what its connections, watches and faults share, behind one lock.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fakes/fake_api_server.hpp"

namespace haetae::fakes {

/// One open watch. Thread: under the server's lock, but the calls to its owner, which are posted.
struct Stream {
  kube::Reactor* reactor{nullptr};
  kube::StreamEvents events{};
  kube::StreamLimits limits{};
  Route route{};
  bool metadata_only{false}, bookmarks{false};
  bool open{true}, muted{false};
  std::optional<std::size_t> bytes_left{};
  std::function<void()> cancel_silence{}, cancel_timeout{};
};
using StreamRef = std::shared_ptr<Stream>;

/// One line of a watch.
[[nodiscard]] std::string event_line(const char* type, const Json& object);

struct FakeApiServer::Impl : std::enable_shared_from_this<Impl> {
  mutable std::mutex mutex;
  ObjectStore store;
  std::vector<StreamRef> streams;
  std::vector<SeenRequest> log;
  std::size_t numbers{0};
  std::function<std::optional<Fault>(const kube::HttpRequest&, std::size_t)> fault;
  std::function<int(const Json&)> how_often;
  bool refuse{false}, offers_watch_list{true}, gone_as_event{true};
  std::size_t chunk{0};

  // Requires of all below: the lock is held.

  std::optional<Fault> befalls(const kube::HttpRequest& request);
  void note(const kube::HttpRequest& request, int status);
  /// The answer, or why there is none; "hang" is told by an empty message.
  Result<kube::HttpResponse> serve(const kube::HttpRequest& request);
  /// To its owner, in pieces, as far as the cut that was ordered.
  void post_bytes(const StreamRef& stream, std::string bytes);
  void finish(const StreamRef& stream, Status how);
  /// Starts its time of silence anew.
  void heard(const StreamRef& stream);
  [[nodiscard]] static Json shown(const Stream& stream, const Json& object);
  /// What a watcher of `route` hears of a change. Source: api-concepts "Efficient detection of changes": an object
  /// that leaves the selection is DELETED, one that enters it ADDED.
  std::string told(const Stream& stream, const Change& change) const;
  [[nodiscard]] Json bookmark_of(const Stream& stream) const;
  void changed(const Collection& collection, const Change& change);
  void answer_stream(const StreamRef& stream, const kube::HttpRequest& request, const kube::HttpResponse& answer);
  /// A stream as it was asked for: the fault that befalls it, an answer, or a watch that stays.
  void open(const StreamRef& stream, const kube::HttpRequest& request);
  void watch(const StreamRef& stream, const kube::HttpRequest& request);
};

}  // namespace haetae::fakes
