// How the gRPC listener proves itself, and what it asks of clients.

#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "router/access/access_config.h"

namespace cordboard {

// TLS 1.3 with the files of `tls`, which are read again when they change; without TLS when it is not
// configured. Clients may show a certificate of `client_ca`; one that is shown must be good.
std::shared_ptr<grpc::ServerCredentials> server_credentials(const TlsConfig& tls);

}  // namespace cordboard
