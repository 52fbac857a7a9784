#pragma once
// What an API server's answer to a write means, beyond its status code.

#include "base/result.hpp"
#include "kube/transport.hpp"

namespace haetae::runtime {

/// The Error of an answer that is no success. Rejected names the causes ("422 Invalid: spec.x: Required value"), at most
/// five; a body that the kind cannot have is Rejected, too, and a uid that is another by now a Conflict.
[[nodiscard]] Error write_error(const kube::HttpResponse& answer);

/// The answer to a dry run, or Rejected where it warns that pod security would refuse the pods. A dry run makes no pod,
/// so a success alone says nothing of that: the rollout would stop pods that run and start none.
/// Source: kubernetes.io/docs/concepts/security/pod-security-admission "Workload resources and Pod templates".
[[nodiscard]] Result<kube::HttpResponse> rehearsed(Result<kube::HttpResponse> answer);

}  // namespace haetae::runtime
