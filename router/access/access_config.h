// Who may call, and how they prove it: the blocks `server.tls` and `server.access` of the configuration.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/access/identity.h"

namespace cordboard {

// Files in PEM, read again when they change. Empty `certificate` = no TLS.
struct TlsConfig {
  std::string certificate;  // the server's, followed by those between it and its authority
  std::string key;
  std::string client_ca;  // authorities of clients' certificates; empty = clients are not asked for one

  bool enabled() const { return !certificate.empty(); }
};

// Tokens: JSON Web Tokens (RFC 7519) signed by a key of `jwks` (RFC 7517).
struct TokenConfig {
  std::string jwks;      // a file, read again when it changes; empty = no tokens are taken
  std::string issuer;    // must equal `iss`
  std::string audience;  // must be among `aud`
  std::vector<std::string> algorithms = {"ES256", "RS256"};

  bool enabled() const { return !jwks.empty(); }
};

// Signature algorithms that may be allowed: asymmetric ones only, so that no public key is taken for a
// secret.
std::span<const std::string_view> token_algorithms();
bool is_token_algorithm(std::string_view name);

// One client that shows a certificate of `tls.client_ca`.
struct CertificateGrant {
  std::string san;   // a subject alternative name of the certificate (DNS or URI), whole
  std::string name;  // who it speaks of
  std::string tenant = "default";
  std::vector<Role> roles;
  std::string agent_id;  // as in a token; empty = `name`
};

struct AccessConfig {
  TokenConfig tokens;
  std::vector<CertificateGrant> certificates;
  bool supervisors_see_customer_data = false;  // gateways and admins do anyway

  // Otherwise nobody is asked who they are, and everybody may do everything.
  bool enabled() const { return tokens.enabled() || !certificates.empty(); }
};

}  // namespace cordboard
