#include "tests/access/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>

namespace cordboard::testing {
namespace {

void check(bool good) {
  if (!good) std::abort();
}

template <class Write>
std::string to_pem(Write write) {
  BIO* const out = BIO_new(BIO_s_mem());
  check(write(out) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(out);
  return text;
}

std::string to_pem(X509* certificate) {
  return to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

void extend(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// Not signed yet. An issuer of nullptr = itself.
X509* begin_certificate(const char* name, EVP_PKEY* key, X509* issuer, long serial, long seconds) {
  X509* const made = X509_new();
  check(made != nullptr && X509_set_version(made, X509_VERSION_3) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  X509_gmtime_adj(X509_getm_notBefore(made), -60);
  X509_gmtime_adj(X509_getm_notAfter(made), seconds);
  X509_NAME* const subject = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1,
                             -1, 0);
  X509_set_issuer_name(made, issuer == nullptr ? subject : X509_get_subject_name(issuer));
  check(X509_set_pubkey(made, key) == 1);
  return made;
}

}  // namespace

TestAuthority::TestAuthority() : key_(EVP_EC_gen("P-256")) {
  certificate_ = begin_certificate("test authority", key_, nullptr, serial_++, 3600);
  extend(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate_, certificate_, NID_key_usage, "critical,keyCertSign");
  check(X509_sign(certificate_, key_, EVP_sha256()) > 0);
}

TestAuthority::~TestAuthority() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

std::string TestAuthority::certificate() const { return to_pem(certificate_); }

KeyAndCertificate TestAuthority::issue(const std::string& names, long seconds) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const made = begin_certificate("test", key, certificate_, serial_++, seconds);
  extend(made, certificate_, NID_subject_alt_name, names.c_str());
  check(X509_sign(made, key_, EVP_sha256()) > 0);
  KeyAndCertificate issued;
  issued.certificate = to_pem(made);
  issued.key = to_pem(
      [&](BIO* out) { return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(made);
  EVP_PKEY_free(key);
  return issued;
}

}  // namespace cordboard::testing
