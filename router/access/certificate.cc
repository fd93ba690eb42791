#include "router/access/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

namespace cordboard {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using File = std::unique_ptr<BIO, Release<BIO_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;

// A router cannot ask anybody for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

Certificate read_certificate(const std::filesystem::path& file) {
  const File in(BIO_new_file(file.c_str(), "r"));
  Certificate certificate(in == nullptr ? nullptr
                                        : PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  return certificate;
}

PrivateKey read_key(const std::filesystem::path& file) {
  const File in(BIO_new_file(file.c_str(), "r"));
  PrivateKey key(in == nullptr ? nullptr
                               : PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  return key;
}

}  // namespace

std::optional<std::string> check_tls_files(const TlsConfig& tls) {
  const Certificate certificate = read_certificate(tls.certificate);
  if (certificate == nullptr)
    return "server.tls.certificate " + tls.certificate + ": no certificate in PEM can be read there";
  const PrivateKey key = read_key(tls.key);
  if (key == nullptr)
    return "server.tls.key " + tls.key + ": no private key in PEM without a passphrase can be read there";
  const bool fits = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!fits) return "server.tls.key " + tls.key + ": it is not the key of server.tls.certificate";
  if (!tls.client_ca.empty() && read_certificate(tls.client_ca) == nullptr) {
    return "server.tls.client_ca " + tls.client_ca + ": no certificate in PEM can be read there";
  }
  return std::nullopt;
}

std::optional<Time> certificate_expiry(const std::filesystem::path& file) {
  const Certificate certificate = read_certificate(file);
  if (certificate == nullptr) return std::nullopt;
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) return std::nullopt;
  return time_from_us(static_cast<std::int64_t>(timegm(&end)) * 1'000'000);
}

}  // namespace cordboard
