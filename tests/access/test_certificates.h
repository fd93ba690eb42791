// An authority for tests: it signs certificates that are good for an hour, or as long as asked.

#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace cordboard::testing {

struct KeyAndCertificate {
  std::string key;  // both in PEM
  std::string certificate;
};

class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  // The authority's own certificate, in PEM.
  std::string certificate() const;
  // `names` as OpenSSL writes subject alternative names: "DNS:localhost,IP:127.0.0.1", "URI:spiffe://a/b".
  KeyAndCertificate issue(const std::string& names, long seconds = 3600);

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  long serial_ = 1;
};

}  // namespace cordboard::testing
