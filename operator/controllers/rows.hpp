#pragma once
// What is kept of the objects of a member cluster: a few words each, read straight from the stream.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "api/object.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "controllers/words.hpp"
#include "kube/request.hpp"
#include "runtime/apply.hpp"
#include "runtime/watch.hpp"

namespace haetae::controllers {

/// One pod. Words are never null.
struct PodRow {
  Word ns;
  Word component;   ///< label haetae.io/component; "" for a pod that is not of our making
  Word node;        ///< "" while it is not bound
  std::shared_ptr<const Resources> requests;
  bool ready{false};
  bool deleting{false};
  bool over{false};  ///< Succeeded or Failed: it takes no room any more

  /// Whether the two differ in what anybody reads of them.
  [[nodiscard]] bool operator==(const PodRow& other) const;
};

/// One node.
struct NodeRow {
  std::string name;
  std::string room;      ///< label topology.kubernetes.io/zone
  api::Labels labels;
  Resources allocatable;
  /// New pods may land here: Ready, schedulable, no NoSchedule or NoExecute taint.
  bool usable{false};
  bool operator==(const NodeRow&) const = default;
};

/// One object of ours. There are as many as of pods, so what they share is kept once. Words and `of` are never null.
struct OwnedRow {
  const kube::Resource* of{nullptr};  ///< its kind, which outlives the row
  Word ns;                            ///< "" for a namespace
  Word name;
  Word system;                        ///< label haetae.io/system
  Word role;                          ///< label haetae.io/role
  Word mark;                          ///< annotation haetae.io/system-ref (namespaces)
  runtime::Sighting seen{};
  std::optional<std::int32_t> replicas{};  ///< spec.replicas
  /// The workload's controller has seen its spec, and every pod is of its present template.
  bool rolled_out{true};
  /// By its controller's word, as many of a workload's pods are Ready as it states.
  bool all_ready{true};

  [[nodiscard]] api::ObjectId id() const { return {of->api_version(), of->kind, *ns, *name}; }
};

/// Reads pods and objects of ours; equal requests and words are kept once. Thread: any.
class RowReader {
 public:
  explicit RowReader(Words& words) : words_(words) {}
  /// Errors: Malformed.
  [[nodiscard]] Result<runtime::Projected<PodRow>> pod(std::string_view object_json);
  /// Requires: `resource` outlives the row. Errors: Malformed.
  [[nodiscard]] Result<runtime::Projected<OwnedRow>> owned(std::string_view object_json, const kube::Resource& resource);

 private:
  Words& words_;
  std::mutex mutex_;
  std::map<Resources, std::weak_ptr<const Resources>> requests_;
  std::size_t clean_at_{64};
  std::shared_ptr<const Resources> shared(Resources requests);
};

/// Errors: Malformed.
[[nodiscard]] Result<runtime::Projected<NodeRow>> read_node(std::string_view object_json);

/// Whether the labels hold every pair of the selector.
[[nodiscard]] bool selects(const api::Labels& selector, const api::Labels& labels);

}  // namespace haetae::controllers
