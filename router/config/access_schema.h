// The keys of `server.tls` and `server.access`, and whether they make sense together.

#pragma once

#include "router/access/access_config.h"
#include "router/config/schema.h"
#include "router/config/server_config.h"

namespace cordboard {

inline constexpr std::size_t kMaxCertificateGrants = 10'000;

// Texts of other systems: file names, names of issuers.
const TextRule& foreign_text_rule();

const Schema<TlsConfig>& tls_schema();
const Schema<AccessConfig>& access_schema();
const Schema<TokenConfig>& token_schema();
const Schema<CertificateGrant>& certificate_grant_schema();

// Reports at the `server` mapping what is missing or contradicts.
void check_access(const Reader& reader, const ServerConfig& server);

}  // namespace cordboard
