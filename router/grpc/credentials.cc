#include "router/grpc/credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <cstdlib>

namespace cordboard {
namespace {

constexpr unsigned kReadAgainSeconds = 1;

// gRPC 1.51 has no option for the version. It gives this list to OpenSSL for TLS 1.2 and below only; with
// suites that need a shared key, which nobody has, nothing but TLS 1.3 is left. Read once by gRPC, at the
// first use of TLS in the process.
void allow_only_tls13() { setenv("GRPC_SSL_CIPHER_SUITES", "PSK", 1); }

}  // namespace

std::shared_ptr<grpc::ServerCredentials> server_credentials(const TlsConfig& tls) {
  if (!tls.enabled()) return grpc::InsecureServerCredentials();
  allow_only_tls13();
  using Files = grpc::experimental::FileWatcherCertificateProvider;
  const bool asks = !tls.client_ca.empty();
  const auto files = asks
                         ? std::make_shared<Files>(tls.key, tls.certificate, tls.client_ca, kReadAgainSeconds)
                         : std::make_shared<Files>(tls.key, tls.certificate, kReadAgainSeconds);
  grpc::experimental::TlsServerCredentialsOptions options(files);
  options.watch_identity_key_cert_pairs();
  if (asks) options.watch_root_certs();
  options.set_cert_request_type(asks ? GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY
                                     : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace cordboard
