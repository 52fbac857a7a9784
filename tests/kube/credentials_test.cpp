#include "kube/credentials.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

using namespace haetae;
using namespace haetae::kube;
using namespace std::chrono_literals;

namespace {

class SetClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return {}; }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return at; }
  std::chrono::steady_clock::time_point at{1h};
};

// A directory of this test alone.
struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "haetae-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& name, const std::string& text) const { std::ofstream(path + "/" + name) << text; }
  std::string path;
};

// Y2E=, Y2VydA== and a2V5 are "ca", "cert" and "key".
const std::string kCluster = "server: https://hub.example:6443, certificate-authority-data: Y2E=";

std::string config(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: here\ncontexts:\n- name: there\n  context: {cluster: x, user: "
         "z}\n"
         "- name: here\n  context: {cluster: c, user: u, namespace: here}\nclusters:\n- name: c\n  cluster: {" +
         cluster + "}\nusers:\n- name: u\n  user: {" + user + "}\n";
}

std::string why(const std::string& cluster, const std::string& user) {
  const auto read = from_kubeconfig(config(cluster, user));
  if (read) return "accepted";
  CHECK(read.error().code == Code::Malformed);
  return read.error().message;
}

bool tells(const std::string& message, const std::string& part) {
  const bool found = message.find(part) != std::string::npos;
  if (!found) MESSAGE(message);
  return found && message.starts_with("cannot use the kubeconfig: ") && message.find("hunter2") == std::string::npos;
}

}  // namespace

TEST_CASE("the current context of a kubeconfig becomes an endpoint") {
  const auto read = from_kubeconfig(config(kCluster + ", tls-server-name: kubernetes", "token: hunter2"));
  REQUIRE(read.has_value());
  CHECK(read->host == "hub.example");
  CHECK(read->port == "6443");
  CHECK(read->tls);
  CHECK(read->server_name == "kubernetes");
  CHECK(read->ca_pem == "ca");
  CHECK(read->bearer_token() == "hunter2");
  const auto certified = from_kubeconfig(config(kCluster, "client-certificate-data: Y2VydA==, client-key-data: a2V5"));
  REQUIRE(certified.has_value());
  CHECK(certified->client_cert_pem == "cert");
  CHECK(certified->client_key_pem == "key");
  CHECK_FALSE(certified->bearer_token);
}

TEST_CASE("a kubeconfig in JSON is one too, with base64 over several lines") {
  const auto read = from_kubeconfig(
      R"({"current-context":"x","contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],)"
      R"("clusters":[{"name":"c","cluster":{"server":"https://h","certificate-authority-data":"Y2\r\nE=\n"}}],)"
      R"("users":[{"name":"u","user":{"token":"t"}}]})");
  if (!read) FAIL(read.error().message);
  CHECK(read->ca_pem == "ca");
  CHECK(read->port == "443");
}

TEST_CASE("server URLs are a host and a port, and TLS may be missing on loopback only") {
  const auto at = [](const std::string& server) {
    return from_kubeconfig(config("server: \"" + server + "\", certificate-authority-data: Y2E=", "token: t"));
  };
  CHECK(at("https://[::1]:6443")->host == "::1");
  CHECK(at("https://[fd00::1]")->port == "443");
  CHECK(at("https://10.0.0.1/")->host == "10.0.0.1");
  CHECK(at("http://127.0.0.1:8001")->tls == false);
  CHECK(at("http://[::1]:8001")->tls == false);
  for (const char* bad :
       {"", "hub:6443", "ftp://hub", "https://", "https://:6443", "https://hub:", "https://hub:0", "https://hub:99999",
        "https://hub:12x", "https://[::1", "https://[::1]6443", "https://u:hunter2@hub", "https://hub/k8s/clusters/c",
        "https://hub?x=1", "http://hub", "http://10.0.0.1", "http://127.evil.example", "https://.hub", "https://hub name", "https://hub\\r\\nx"}) {
    CAPTURE(bad);
    const auto read = at(bad);
    REQUIRE_FALSE(read.has_value());
    CHECK(tells(read.error().message, "server"));
  }
}

TEST_CASE("a server URL with a user, a path or a query is refused for that") {
  for (const char* server : {"https://u:hunter2@hub", "https://hunter2@hub", "https://hub/hunter2", "https://hub?hunter2", "https://hub#hunter2"})
    CHECK(tells(why("server: \"" + std::string(server) + "\", certificate-authority-data: Y2E=", "token: t"), "more than a host and a port"));
}

TEST_CASE("what would be ignored or is not allowed is refused by name, without its value") {
  const std::pair<const char*, const char*> users[] = {
      {"exec: {command: hunter2}", "exec is not allowed"},
      {"auth-provider: {name: hunter2}", "auth-provider is not allowed"},
      {"tokenFile: /hunter2", "tokenFile names a file"},
      {"token: t, tokenFile: /hunter2", "tokenFile names a file"},
      {"client-certificate-data: Y2VydA==, client-key-data: a2V5, client-key: /hunter2", "client-key names a file"},
      {"client-certificate-data: Y2VydA==, client-key-data: a2V5, client-certificate: /hunter2", "client-certificate names a file"},
      {"token: t, exec: {command: hunter2}", "exec is not allowed"},
      {"token: t, auth-provider: {name: hunter2}", "auth-provider is not allowed"},
      {"token: t, password: hunter2", "username and password"},
      {"token: t, username: hunter2", "username and password"},
      {"client-certificate: /hunter2, client-key-data: a2V5", "client-certificate names a file"},
      {"client-certificate-data: Y2VydA==, client-key: /hunter2", "client-key names a file"},
      {"username: hunter2, password: hunter2", "username and password"},
      {"token: t, as: hunter2", "impersonation"},
      {"token: t, as-groups: [hunter2]", "impersonation"},
      {"client-certificate-data: Y2VydA==", "certificate without key"},
      {"client-key-data: a2V5", "key without certificate"},
      {"client-certificate-data: hunter2!, client-key-data: a2V5", "client-certificate-data is not base64"},
      {"client-key-data: [hunter2], client-certificate-data: Y2VydA==", "client-key-data is not text"},
      {"token: 12345", "token or tokenFile is not text"},
      {"token: \"hunter2\\r\\nX-Evil: 1\"", "token holds characters"},
      {"", "no token and no client certificate"}};
  for (const auto& [user, part] : users) {
    CAPTURE(user);
    CHECK(tells(why(kCluster, user), part));
  }
  const std::pair<std::string, const char*> clusters[] = {
      {kCluster + ", insecure-skip-tls-verify: true", "insecure-skip-tls-verify is not allowed"},
      {kCluster + ", proxy-url: http://hunter2", "proxy-url is not supported"},
      {kCluster + ", insecure-skip-tls-verify: \"hunter2\"", "insecure-skip-tls-verify is not allowed"},
      {kCluster + ", tls-server-name: \"hunter2 x\"", "tls-server-name"},
      {kCluster + ", tls-server-name: .hunter2", "tls-server-name"},
      {kCluster + ", tls-server-name: \"*.hunter2\"", "tls-server-name"},
      {kCluster + ", tls-server-name: [hunter2]", "tls-server-name"},
      {kCluster + ", certificate-authority: /hunter2", "certificate-authority names a file"},
      {"server: https://hub, certificate-authority: /hunter2", "certificate-authority names a file"},
      {"server: https://hub", "no certificate-authority-data"},
      {"server: https://hub, certificate-authority-data: hunter2", "certificate-authority-data is not base64"},
      {"server: 7", "server"}};
  for (const auto& [cluster, part] : clusters) {
    CAPTURE(cluster);
    CHECK(tells(why(cluster, "token: t"), part));
  }
}

TEST_CASE("what a parser says of a kubeconfig is not repeated, for it may quote it") {
  for (const char* broken : {"password: *hunter2", "hunter2: 1\nhunter2: 2", "password: !hunter2!x y", "token: \"\\hunter2\"", "hunter2: [",
                             "&hunter2 *hunter2", "%TAG hunter2\n---\nx", "token: yes\nhunter2"}) {
    CAPTURE(broken);
    const auto read = from_kubeconfig(broken);
    REQUIRE_FALSE(read.has_value());
    CHECK(tells(read.error().message, ""));
  }
  CHECK(tells(from_kubeconfig("a: 1\nb: *hunter2").error().message, "no YAML or JSON that can be read at line 2"));
}

TEST_CASE("two entries of the name that is meant are one too many") {
  auto text = config(kCluster, "token: t");
  CHECK(from_kubeconfig(text + "- name: other\n  user: {exec: {command: hunter2}}\n").has_value());
  CHECK(tells(from_kubeconfig(text + "- name: u\n  user: {token: hunter2}\n").error().message, "the user that it means is in it twice"));
}

TEST_CASE("settings that are off do not count as said") {
  CHECK(why(kCluster + ", insecure-skip-tls-verify: false, proxy-url: \"\"", "token: t, exec: null, username: \"\"") ==
        "accepted");
}

TEST_CASE("texts that are no kubeconfig are refused and cost little") {
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i < 30; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
            std::to_string(i - 1) + "]\n";
  }
  const std::string deep(100'000, '[');
  for (const std::string& text :
       {std::string(), std::string(","), std::string("x\n---\n,"), std::string("[]"), std::string("a: b\n---\nc: d\n"),
        std::string("\xff\xfe"), std::string("&a [*a]"), bomb, deep, std::string((1U << 20U) + 1, 'x'),
        std::string("current-context: x"), std::string("current-context: x\ncontexts: 7"),
        std::string("current-context: x\ncontexts: [{name: x}]")}) {
    const auto read = from_kubeconfig(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().message.starts_with("cannot use the kubeconfig: "));
    CHECK(read.error().message.size() < 300);
  }
}

TEST_CASE("the operator's own file may name files beside it, but no program") {
  const SetClock clock;
  const Folder folder;
  folder.write("ca.pem", "the ca");
  folder.write("token", "  from a file\n");
  folder.write("config",
               config("server: https://hub, certificate-authority: ca.pem", "tokenFile: " + folder.path + "/token"));
  const auto read = from_kubeconfig_file(folder.path + "/config", clock);
  if (!read) FAIL(read.error().message);
  CHECK(read->ca_pem == "the ca");
  CHECK(read->bearer_token() == "from a file");
  folder.write("config", config(kCluster, "exec: {command: hunter2}"));
  CHECK(tells(from_kubeconfig_file(folder.path + "/config", clock).error().message, "exec is not allowed"));
  folder.write("config", config("server: https://hub, certificate-authority: none.pem", "token: t"));
  CHECK(tells(from_kubeconfig_file(folder.path + "/config", clock).error().message,
              "certificate-authority cannot be read"));
  CHECK(from_kubeconfig_file(folder.path + "/none", clock).error().code == Code::NotFound);
  CHECK(from_kubeconfig_file(folder.path, clock).error().code == Code::NotFound);
}

TEST_CASE("a token file is read again each minute, and its last token survives its loss") {
  SetClock clock;
  const Folder folder;
  TokenFile file(folder.path + "/token", clock);
  CHECK(file.token().empty());
  folder.write("token", "one\n");
  CHECK(file.token() == "one");
  folder.write("token", "two\n");
  clock.at += 59s;
  CHECK(file.token() == "one");
  clock.at += 1s;
  CHECK(file.token() == "two");
  std::filesystem::remove(folder.path + "/token");
  clock.at += 10min;
  CHECK(file.token() == "two");
  folder.write("token", "three");
  CHECK(file.token() == "three");
}

TEST_CASE("a pod enters its own cluster by its mounted files") {
  const SetClock clock;
  const Folder folder;
  PodFiles files{folder.path, "10.0.0.1", "443"};
  CHECK(in_cluster({folder.path, "", ""}, clock).error().code == Code::NotFound);
  CHECK(in_cluster(files, clock).error().code == Code::Malformed);
  folder.write("ca.crt", "ca 1");
  CHECK(in_cluster(files, clock).error().code == Code::Malformed);
  folder.write("token", "t");
  const auto before = in_cluster(files, clock);
  REQUIRE(before.has_value());
  CHECK(before->host == "10.0.0.1");
  CHECK(before->bearer_token() == "t");
  CHECK(same_way(*before, *in_cluster(files, clock)));
  folder.write("ca.crt", "ca 2");
  CHECK_FALSE(same_way(*before, *in_cluster(files, clock)));
}
