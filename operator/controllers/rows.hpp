#pragma once
// What is kept of the pods and nodes of a member cluster: a few words each, read straight from the stream.

#include <map>
#include <memory>
#include <mutex>
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

/// One object of ours. Workloads also say whether what they state has been carried out.
struct OwnedRow : runtime::OwnedObject {
  /// The workload's controller has seen its spec, and every pod is of its present template.
  bool rolled_out{true};
  /// By its controller's word, as many of its pods are Ready as it states.
  bool all_ready{true};
};

/// Reads pods; equal requests and words are kept once. Thread: any.
class PodReader {
 public:
  explicit PodReader(Words& words) : words_(words) {}
  /// Errors: Malformed.
  [[nodiscard]] Result<runtime::Projected<PodRow>> read(std::string_view object_json);

 private:
  Words& words_;
  std::mutex mutex_;
  std::map<Resources, std::weak_ptr<const Resources>> requests_;
  std::size_t clean_at_{64};
  std::shared_ptr<const Resources> shared(Resources requests);
};

/// Errors: Malformed.
[[nodiscard]] Result<runtime::Projected<NodeRow>> read_node(std::string_view object_json);

/// Errors: Malformed.
[[nodiscard]] Result<runtime::Projected<OwnedRow>> read_owned(std::string_view object_json, const kube::Resource& resource);

/// Whether the labels hold every pair of the selector.
[[nodiscard]] bool selects(const api::Labels& selector, const api::Labels& labels);

}  // namespace haetae::controllers
