#pragma once
// Certificates made on the spot: no key lies in the repository, none expires in it.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace haetae::test {

struct Identity {
  std::string cert_pem;
  std::string key_pem;
};

/// How long a certificate has been and will be valid, in seconds from now.
struct Validity {
  long from{-3600};
  long to{3600};
};

/// A certificate authority for one test. Aborts where OpenSSL fails: then no test can mean anything.
class Authority {
 public:
  explicit Authority(const std::string& name = "test CA")
      : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), cert_(make(name, key_.get(), nullptr, {}, {}), X509_free) {}

  [[nodiscard]] std::string pem() const {
    return text_of([this](BIO* out) { PEM_write_bio_X509(out, cert_.get()); });
  }

  /// `names` in OpenSSL's form: "DNS:localhost,IP:127.0.0.1".
  [[nodiscard]] Identity issue(const std::string& common_name, const std::string& names, Validity validity = {}) const {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> cert(make(common_name, key.get(), this, names, validity),
                                                           X509_free);
    return {text_of([&](BIO* out) { PEM_write_bio_X509(out, cert.get()); }), text_of([&](BIO* out) {
              PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
  }

 private:
  template <class Write>
  static std::string text_of(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    write(out.get());
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }

  static void extend(X509* cert, int nid, const std::string& value) {
    X509_EXTENSION* one = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    if (one == nullptr || X509_add_ext(cert, one, -1) != 1) std::abort();
    X509_EXTENSION_free(one);
  }

  static X509* make(const std::string& common_name, EVP_PKEY* key, const Authority* issuer, const std::string& names,
                    Validity validity) {
    static long serial = 0;
    X509* cert = X509_new();
    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(cert), validity.from);
    X509_gmtime_adj(X509_getm_notAfter(cert), validity.to);
    X509_set_pubkey(cert, key);
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(issuer == nullptr ? cert : issuer->cert_.get()));
    extend(cert, NID_basic_constraints, issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
    if (!names.empty()) extend(cert, NID_subject_alt_name, names);
    if (X509_sign(cert, issuer == nullptr ? key : issuer->key_.get(), EVP_sha256()) == 0) std::abort();
    return cert;
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> cert_;
};

}  // namespace haetae::test
