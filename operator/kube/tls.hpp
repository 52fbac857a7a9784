#pragma once
// Trust and identity of an Endpoint in OpenSSL's terms. Both transports use it, so both verify in the same way.

#include <string>

#include "base/result.hpp"
#include "kube/transport.hpp"

struct ssl_ctx_st;  // SSL_CTX
struct ssl_st;      // SSL
struct X509_VERIFY_PARAM_st;

namespace haetae::kube {

/// Loads the endpoint's CA as the *only* trust (the system's is never read), its client certificate and key, TLS 1.2
/// as the least, and buffers that are freed while a connection is quiet. A CA certificate that is not self-signed is
/// an anchor too, as Go clients treat it.
/// Errors: Malformed (no CA, a PEM unreadable, an encrypted key, a key of another certificate); the message names
/// which of the three it was and never holds their text.
[[nodiscard]] Status equip(ssl_ctx_st* context, const Endpoint& endpoint);

/// Makes verification demand `name`: an IP literal among the IP SANs, else a host among the DNS SANs. Subject common
/// names do not count. False where OpenSSL has no memory.
[[nodiscard]] bool expect_name(X509_VERIFY_PARAM_st* verification, const std::string& name);

/// True for an IPv4 or IPv6 literal, which is never sent as SNI.
[[nodiscard]] bool is_ip_literal(const std::string& name);

/// Why the last call on `ssl` failed: "certificate verify failed: hostname mismatch", "tlsv13 alert certificate
/// required", "wrong version number". Empties this thread's OpenSSL error queue.
[[nodiscard]] std::string tls_failure(const ssl_st* ssl);

}  // namespace haetae::kube
