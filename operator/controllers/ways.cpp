#include "controllers/ways.hpp"

#include <openssl/evp.h>

#include <optional>

#include "base/text.hpp"
#include "controllers/hub_writes.hpp"
#include "controllers/resources.hpp"
#include "kube/credentials.hpp"
#include "kube/request.hpp"
#include "runtime/projection.hpp"

namespace haetae::controllers {

namespace {

constexpr std::uint64_t kLocal = 1;

// Standard base64 with padding, as the API server writes it. Source: RFC 4648 §4.
std::optional<std::string> from_base64(const std::string& text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), in, static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  out.resize(static_cast<std::size_t>(length));
  for (auto end = text.rbegin(); end != text.rend() && *end == '='; ++end) out.pop_back();
  return out;
}

// The kubeconfig's text. Nothing of it may reach a message.
Result<std::string> kubeconfig_in_secret(const WayFinder& finder, const api::KubeconfigSecret& at) {
  const std::string name = "Secret " + finder.ns + "/" + at.name;
  auto body = finder.hub.ask(kube::get(secrets(), {finder.ns, at.name}));
  if (!body) return explained(body.error(), "read " + name);
  const auto secret = runtime::project(*body, {"data"});
  if (!secret) return Error{Code::Malformed, "cannot read " + name + ": the answer is no Secret", {}};
  const auto encoded = runtime::text_at(secret->kept, {"data", at.key});
  if (encoded.empty()) return Error{Code::NotFound, "cannot read " + name + ": it has no key " + at.key, {}};
  auto text = from_base64(encoded);
  if (!text) return Error{Code::Malformed, "cannot read " + name + ": key " + at.key + " is not base64", {}};
  return std::move(*text);
}

}  // namespace

FindWay find_way(WayFinder finder) {
  return [finder = std::move(finder)](const api::MemberCluster& cluster) -> Result<Way> {
    const ClusterName name(cluster.metadata.name);
    const auto& connection = cluster.spec.connection;
    if (connection.local)
      return Way{kLocal, [finder, name]() -> Result<std::unique_ptr<kube::Client>> {
                   auto endpoint = finder.hub_endpoint();
                   if (!endpoint) return std::move(endpoint).error();
                   return finder.connect(name, std::move(*endpoint));
                 }};
    if (!connection.kubeconfig_secret) return Error{Code::Malformed, "spec.connection names no way to the cluster", {}};
    auto text = kubeconfig_in_secret(finder, *connection.kubeconfig_secret);
    if (!text) return std::move(text).error();
    auto endpoint = kube::from_kubeconfig(*text);
    if (!endpoint) return std::move(endpoint).error();
    return Way{fnv1a(*text), [finder, name, endpoint = std::move(*endpoint)] { return finder.connect(name, endpoint); }};
  };
}

}  // namespace haetae::controllers
