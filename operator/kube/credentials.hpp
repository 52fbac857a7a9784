#pragma once
// From a pod's mounted files or a kubeconfig to an Endpoint. Nothing here connects.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "kube/transport.hpp"

namespace haetae::kube {

/// A bearer token in a file that somebody rotates, as kubelet does. Thread: any.
class TokenFile {
 public:
  /// Requires: `clock` outlives it.
  TokenFile(std::string path, const Clock& clock);
  /// The token; read again once the last read is a minute old. While the file cannot be read, the last token stays,
  /// for it may well be valid still; "" where there never was one. Source: client-go, operators.md §2.9.
  [[nodiscard]] std::string token();

 private:
  const std::string path_;
  const Clock& clock_;
  std::mutex mutex_;
  std::string last_;
  std::chrono::steady_clock::time_point read_at_{};
  bool ever_read_{false};
};

/// Where a pod finds its service account. Source: kubernetes.io/docs/tasks/run-application/access-api-from-pod
struct PodFiles {
  std::string directory{"/var/run/secrets/kubernetes.io/serviceaccount"};
  std::string host{};  ///< $KUBERNETES_SERVICE_HOST
  std::string port{};  ///< $KUBERNETES_SERVICE_PORT
};
/// The same, with host and port from the environment.
[[nodiscard]] PodFiles pod_files();

/// The cluster that this pod runs in. The token follows its file by itself; the CA is what the file holds now: call
/// again each minute, and make a new Transport where the answer leads elsewhere (same_way).
/// Errors: NotFound (not in a pod), Malformed (files unreadable or empty). Requires: `clock` outlives the endpoint.
[[nodiscard]] Result<Endpoint> in_cluster(const PodFiles& files, const Clock& clock);

/// True where both lead to the same server with the same trust and client certificate; tokens are not compared.
[[nodiscard]] bool same_way(const Endpoint& a, const Endpoint& b);

/// The current context of a kubeconfig that somebody handed to us, in a Secret. Only inline data counts: a file path
/// would read the operator's own files, exec would run a program in its name.
/// Errors: Malformed, "cannot use the kubeconfig: <why>", for anything that would be ignored or is not allowed: exec,
/// auth-provider, tokenFile, file paths (also beside inline data), username and password, impersonation, proxy-url,
/// insecure-skip-tls-verify, a server without TLS unless on loopback, a server URL with a path, a name that is there
/// twice. The message holds no value of the text.
/// Limits: 1 MiB, 64 levels, 20,000 nodes. Thread: any.
[[nodiscard]] Result<Endpoint> from_kubeconfig(std::string_view text);

/// The operator's own --kubeconfig: file paths (relative to the file) and tokenFile are allowed too, exec is not.
/// Errors: NotFound (no such file), else as above. Requires: `clock` outlives the endpoint.
[[nodiscard]] Result<Endpoint> from_kubeconfig_file(const std::string& path, const Clock& clock);

}  // namespace haetae::kube
