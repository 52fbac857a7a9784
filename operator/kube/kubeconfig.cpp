#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "api/yaml.hpp"
#include "kube/credentials.hpp"
#include "kube/small_file.hpp"
#include "kube/tls.hpp"

namespace haetae::kube {

namespace {

using Tree = nlohmann::ordered_json;

constexpr api::Limits kLimits{1U << 20U, 64, 20'000};

Error unusable(const std::string& why) { return {Code::Malformed, "cannot use the kubeconfig: " + why}; }

// What a parser says may quote the text: only the line is told.
Error unreadable(const Error& error) {
  static constexpr std::string_view kAtLine = " at line ";
  const auto at = error.message.rfind(kAtLine);
  const auto line = at == std::string::npos ? "" : error.message.substr(at + kAtLine.size());
  const bool number = !line.empty() && line.find_first_not_of("0123456789") == std::string::npos;
  return unusable("it is no YAML or JSON that can be read" + (number ? std::string(kAtLine) + line : ""));
}

// What a kubeconfig may reach outside its own text.
struct Reach {
  const Clock* clock{nullptr};  // null: nothing outside
  std::string directory{};
  [[nodiscard]] bool files() const { return clock != nullptr; }
  [[nodiscard]] std::string path(const std::string& named) const {
    return named.starts_with('/') || directory.empty() ? named : directory + "/" + named;
  }
};

// The member's text; "" where it is absent, nothing where it is something else than text.
std::optional<std::string> text_at(const Tree& tree, const char* key) {
  const auto found = tree.find(key);
  if (found == tree.end() || found->is_null()) return "";
  if (!found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

bool says_something(const Tree& tree, const char* key) {
  const auto found = tree.find(key);
  if (found == tree.end() || found->is_null()) return false;
  if (found->is_boolean()) return found->get<bool>();
  if (found->is_string()) return !found->get_ref<const std::string&>().empty();
  return true;
}

// Of `clusters`, `users` or `contexts`: the `inner` object of the entry with that name.
Result<Tree> named(const Tree& config, const char* list, const char* inner, const std::string& name) {
  const std::string what = std::string("the ") + inner + " that it means ";
  const Tree* found = nullptr;
  const auto entries = config.find(list);
  if (entries != config.end() && entries->is_array()) {
    for (const auto& entry : *entries) {
      if (!entry.is_object() || text_at(entry, "name") != name) continue;
      if (found != nullptr) return unusable(what + "is in it twice");
      const auto at = entry.find(inner);
      if (at == entry.end() || !at->is_object()) return unusable(what + "is no object");
      found = &*at;
    }
  }
  if (found == nullptr) return unusable(what + "is not in it");
  return *found;
}

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Standard base64 with padding; line breaks are skipped. Source: RFC 4648 §4.
std::optional<std::string> from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  std::size_t padding = 0;
  std::size_t seen = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    ++seen;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int six = sextet(c);
    if (six < 0 || padding > 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(six);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>((bits >> have) & 0xFF);
  }
  if (seen % 4 != 0 || padding > 2) return std::nullopt;
  return out;
}

// The PEM of `<what>-data`, or of the file that `<what>` names.
Result<std::string> pem_at(const Tree& tree, const std::string& what, const Reach& reach) {
  const bool names_file = says_something(tree, what.c_str());
  if (names_file && !reach.files()) return unusable(what + " names a file: only " + what + "-data is allowed here");
  const auto inlined = text_at(tree, (what + "-data").c_str());
  if (!inlined) return unusable(what + "-data is not text");
  if (!inlined->empty()) {
    auto pem = from_base64(*inlined);
    if (!pem) return unusable(what + "-data is not base64");
    return *std::move(pem);
  }
  if (!names_file) return std::string();
  const auto path = text_at(tree, what.c_str());
  auto pem = path ? small_file(reach.path(*path)) : std::nullopt;
  if (!pem || pem->empty()) return unusable("the file of " + what + " cannot be read");
  return *std::move(pem);
}

// 127.evil.example is a name, and leads anywhere.
bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_ip_literal(host));
}

bool is_port(const std::string& text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string::npos &&
         std::stoi(text) > 0 && std::stoi(text) <= 65535;
}

// A name that begins with a dot would be taken for every name below it. Source: OpenSSL, X509_check_host(3).
bool is_host(const std::string& text) {
  static constexpr std::string_view kOthers = "-.:_";
  return !text.empty() && text.size() <= 253 && text[0] != '.' && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kOthers.find(c) != std::string_view::npos;
  });
}

// "https://host:port", "https://[v6]:port".
Status read_server(std::string url, Endpoint& into) {
  into.tls = url.starts_with("https://");
  if (!into.tls && !url.starts_with("http://")) return unusable("its server is no https URL");
  url.erase(0, into.tls ? 8 : 7);
  while (url.ends_with('/')) url.pop_back();
  if (url.find_first_of("/?#@") != std::string::npos) {
    return unusable("its server URL has more than a host and a port, which is not supported");
  }
  const bool v6 = url.starts_with('[');
  const auto host_end = v6 ? url.find(']') : url.find(':');
  into.host = url.substr(v6 ? 1 : 0, host_end == std::string::npos ? host_end : host_end - (v6 ? 1 : 0));
  std::string rest = host_end == std::string::npos ? "" : url.substr(host_end + (v6 ? 1 : 0));
  into.port = into.tls ? "443" : "80";
  if (!rest.empty()) into.port = rest.substr(1);
  if ((v6 && host_end == std::string::npos) || (!rest.empty() && rest[0] != ':') || !is_host(into.host) ||
      !is_port(into.port)) {
    return unusable("its server URL cannot be read");
  }
  if (!into.tls && !is_loopback(into.host)) return unusable("its server has no TLS, which is allowed on loopback only");
  return Done{};
}

Status read_cluster(const Tree& cluster, const Reach& reach, Endpoint& into) {
  if (says_something(cluster, "insecure-skip-tls-verify")) return unusable("insecure-skip-tls-verify is not allowed");
  if (says_something(cluster, "proxy-url")) return unusable("proxy-url is not supported");
  const auto server = text_at(cluster, "server");
  const auto name = text_at(cluster, "tls-server-name");
  if (!server || !name) return unusable("server or tls-server-name is not text");
  if (auto read = read_server(*server, into); !read) return read;
  if (!name->empty() && !is_host(*name)) return unusable("tls-server-name is no name");
  into.server_name = *name;
  auto ca = pem_at(cluster, "certificate-authority", reach);
  if (!ca) return std::move(ca).error();
  into.ca_pem = std::move(ca).value();
  if (into.tls && into.ca_pem.empty()) {
    return unusable("it has no certificate-authority-data: the system's authorities are not trusted here");
  }
  return Done{};
}

Status refuse_other_ways(const Tree& user, const Reach& reach) {
  struct Way {
    const char* key;
    const char* why;
  };
  static constexpr std::array<Way, 8> kRefused{{{"exec", "exec is not allowed"},
                                                {"auth-provider", "auth-provider is not allowed"},
                                                {"username", "username and password are not supported"},
                                                {"password", "username and password are not supported"},
                                                {"as", "impersonation is not supported"},
                                                {"as-uid", "impersonation is not supported"},
                                                {"as-groups", "impersonation is not supported"},
                                                {"as-user-extra", "impersonation is not supported"}}};
  for (const auto& [key, why] : kRefused) {
    if (says_something(user, key)) return unusable(why);
  }
  if (says_something(user, "tokenFile") && !reach.files()) {
    return unusable("tokenFile names a file: only token is allowed here");
  }
  return Done{};
}

Status read_token(const Tree& user, const Reach& reach, Endpoint& into) {
  const auto token = text_at(user, "token");
  const auto file = text_at(user, "tokenFile");
  if (!token || !file) return unusable("token or tokenFile is not text; quote it");
  if (!file->empty()) {  // it wins over an inline token, as in kubectl
    const auto source = std::make_shared<TokenFile>(reach.path(*file), *reach.clock);
    if (source->token().empty()) return unusable("the file of tokenFile cannot be read");
    into.bearer_token = [source] { return source->token(); };
  } else if (!token->empty()) {
    const bool sound = std::all_of(token->begin(), token->end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!sound) return unusable("its token holds characters that tokens do not have");
    into.bearer_token = [kept = *token] { return kept; };
  }
  return Done{};
}

Status read_user(const Tree& user, const Reach& reach, Endpoint& into) {
  if (auto fit = refuse_other_ways(user, reach); !fit) return fit;
  if (auto read = read_token(user, reach, into); !read) return read;
  auto cert = pem_at(user, "client-certificate", reach);
  if (!cert) return std::move(cert).error();
  auto key = pem_at(user, "client-key", reach);
  if (!key) return std::move(key).error();
  into.client_cert_pem = std::move(cert).value();
  into.client_key_pem = std::move(key).value();
  if (into.client_cert_pem.empty() != into.client_key_pem.empty()) {
    return unusable("it has a client certificate without key, or a key without certificate");
  }
  if (into.tls && into.client_cert_pem.empty() && !into.bearer_token)
    return unusable("it has no token and no client certificate");
  return Done{};
}

Result<Endpoint> read(std::string_view text, const Reach& reach) {
  auto documents = api::read_documents(text, kLimits);
  if (!documents) return unreadable(documents.error());
  if (documents->size() != 1 || !(*documents)[0].value.is_object()) return unusable("it is not one YAML object");
  const Tree& config = (*documents)[0].value;
  const auto current = text_at(config, "current-context");
  if (!current || current->empty()) return unusable("it has no current-context");
  const auto context = named(config, "contexts", "context", *current);
  if (!context) return context.error();
  const auto cluster = named(config, "clusters", "cluster", text_at(*context, "cluster").value_or(""));
  if (!cluster) return cluster.error();
  const auto user = named(config, "users", "user", text_at(*context, "user").value_or(""));
  if (!user) return user.error();
  Endpoint endpoint;
  if (auto done = read_cluster(*cluster, reach, endpoint); !done) return std::move(done).error();
  if (auto done = read_user(*user, reach, endpoint); !done) return std::move(done).error();
  return endpoint;
}

}  // namespace

Result<Endpoint> from_kubeconfig(std::string_view text) { return read(text, {}); }

Result<Endpoint> from_kubeconfig_file(const std::string& path, const Clock& clock) {
  const auto text = small_file(path);
  if (!text) return Error{Code::NotFound, "cannot read the kubeconfig " + path};
  const auto slash = path.rfind('/');
  return read(*text, {&clock, slash == std::string::npos ? "" : path.substr(0, slash)});
}

}  // namespace haetae::kube
