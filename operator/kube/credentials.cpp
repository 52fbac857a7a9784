#include "kube/credentials.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "kube/small_file.hpp"

namespace haetae::kube {

namespace {

constexpr std::chrono::minutes kReadAgain{1};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string trimmed(std::string text) {
  constexpr const char* kBlank = " \t\r\n";
  text.erase(text.find_last_not_of(kBlank) + 1);
  text.erase(0, std::min(text.find_first_not_of(kBlank), text.size()));
  return text;
}

}  // namespace

TokenFile::TokenFile(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

std::string TokenFile::token() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  if (ever_read_ && now - read_at_ < kReadAgain) return last_;
  auto text = trimmed(small_file(path_).value_or(""));
  if (text.empty()) return last_;  // and the next request tries again
  last_ = std::move(text);
  read_at_ = now;
  ever_read_ = true;
  return last_;
}

PodFiles pod_files() {
  PodFiles files;
  files.host = environment("KUBERNETES_SERVICE_HOST");
  files.port = environment("KUBERNETES_SERVICE_PORT");
  return files;
}

Result<Endpoint> in_cluster(const PodFiles& files, const Clock& clock) {
  if (files.host.empty() || files.port.empty()) {
    return Error{Code::NotFound, "cannot enter the cluster of this pod: KUBERNETES_SERVICE_HOST or _PORT is not set"};
  }
  Endpoint endpoint;
  endpoint.host = files.host;
  endpoint.port = files.port;
  endpoint.ca_pem = small_file(files.directory + "/ca.crt").value_or("");
  if (endpoint.ca_pem.empty())
    return Error{Code::Malformed, "cannot enter the cluster of this pod: no readable ca.crt"};
  const auto file = std::make_shared<TokenFile>(files.directory + "/token", clock);
  if (file->token().empty()) return Error{Code::Malformed, "cannot enter the cluster of this pod: no readable token"};
  endpoint.bearer_token = [file] { return file->token(); };
  return endpoint;
}

bool same_way(const Endpoint& a, const Endpoint& b) {
  return a.host == b.host && a.port == b.port && a.tls == b.tls && a.server_name == b.server_name &&
         a.ca_pem == b.ca_pem && a.client_cert_pem == b.client_cert_pem && a.client_key_pem == b.client_key_pem;
}

}  // namespace haetae::kube
