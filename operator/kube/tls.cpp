#include "kube/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <vector>

#include "kube/http1.hpp"

namespace haetae::kube {

namespace {

template <auto free_it>
struct Freed {
  template <class T>
  void operator()(T* it) const {
    free_it(it);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

// An encrypted PEM must fail, not ask at a terminal.
int no_password(char*, int, int, void*) { return 0; }

Bio over(const std::string& pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

Error unreadable(const std::string& what) {
  ERR_clear_error();
  return {Code::Malformed, "cannot use the " + what};
}

// Every certificate of a PEM bundle; empty where one of them is broken.
std::vector<Certificate> certificates(const std::string& pem) {
  std::vector<Certificate> all;
  const Bio bio = over(pem);
  while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) all.push_back(std::move(next));
  const auto last = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) all.clear();
  return all;
}

Status trust(SSL_CTX* context, const std::string& pem) {
  const auto anchors = certificates(pem);
  if (anchors.empty()) return unreadable("certificate authority: no readable PEM certificate in it");
  X509_STORE* store = X509_STORE_new();
  if (store == nullptr) return unreadable("certificate authority: out of memory");
  SSL_CTX_set_cert_store(context, store);  // takes it over, and drops the one there was
  for (const auto& anchor : anchors) X509_STORE_add_cert(store, anchor.get());
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return Done{};
}

Status identify(SSL_CTX* context, const Endpoint& endpoint) {
  auto chain = certificates(endpoint.client_cert_pem);
  if (chain.empty()) return unreadable("client certificate: no readable PEM certificate in it");
  if (SSL_CTX_use_certificate(context, chain[0].get()) != 1) return unreadable("client certificate: TLS refuses it");
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return unreadable("client certificate's chain");
  }
  const Bio bio = over(endpoint.client_key_pem);
  const Key key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)};
  if (!key) return unreadable("client key: no readable, unencrypted PEM key in it");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return unreadable("client key: it does not belong to the client certificate");
  }
  return Done{};
}

/// A session ticket that comes after the request makes OpenSSL hold a buffer for a record of ours until the next write.
/// A watch never writes again, so the buffer stays: at the default of 16 KiB, more than all else of a quiet connection.
constexpr int kLongestRecord = 2048;

}  // namespace

Status equip(SSL_CTX* context, const Endpoint& endpoint) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_max_send_fragment(context, kLongestRecord);
  if (auto trusted = trust(context, endpoint.ca_pem); !trusted) return trusted;
  if (endpoint.client_cert_pem.empty() && endpoint.client_key_pem.empty()) return Done{};
  return identify(context, endpoint);
}

bool is_ip_literal(const std::string& name) {
  unsigned char room[sizeof(in6_addr)];
  return inet_pton(AF_INET, name.c_str(), room) == 1 || inet_pton(AF_INET6, name.c_str(), room) == 1;
}

bool expect_name(X509_VERIFY_PARAM* verification, const std::string& name) {
  if (is_ip_literal(name)) return X509_VERIFY_PARAM_set1_ip_asc(verification, name.c_str()) == 1;
  X509_VERIFY_PARAM_set_hostflags(verification,
                                  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return X509_VERIFY_PARAM_set1_host(verification, name.c_str(), name.size()) == 1;
}

std::string tls_failure(const SSL* ssl) {
  const auto queued = ERR_peek_error();
  const char* reason = ERR_reason_error_string(queued);
  ERR_clear_error();
  const auto verdict = SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK) return "certificate verify failed: " + in_grammar(X509_verify_cert_error_string(verdict));
  return reason != nullptr ? in_grammar(reason) : "connection closed during the handshake";
}

}  // namespace haetae::kube
