#include "router/config/access_schema.h"

#include <set>

#include "router/config/names.h"

namespace cordboard {
namespace {

constexpr std::size_t kMaxCertificateName = 256;

std::string role_names() {
  std::string names;
  for (const Role role : kAllRoles) names += (names.empty() ? "" : ", ") + std::string(to_string(role));
  return names;
}

std::string algorithm_names() {
  std::string names;
  for (const std::string_view name : token_algorithms())
    names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

void read_roles(const Reader& reader, std::vector<Role>& roles) {
  for (const Reader& item : reader.items()) {
    const auto name = item.text();
    if (!name) continue;
    if (const auto role = role_named(*name)) {
      roles.push_back(*role);
    } else {
      item.expected("a role: " + role_names());
    }
  }
  if (reader.is_list() && reader.items().empty()) reader.error("name at least one role");
}

void read_algorithms(const Reader& reader, std::vector<std::string>& algorithms) {
  algorithms.clear();
  for (const Reader& item : reader.items()) {
    const auto name = item.text();
    if (!name) continue;
    if (is_token_algorithm(*name)) {
      algorithms.push_back(*name);
    } else {
      item.expected("one of " + algorithm_names());
    }
  }
  if (reader.is_list() && reader.items().empty()) reader.error("name at least one algorithm");
}

void read_grants(const Reader& reader, std::vector<CertificateGrant>& grants) {
  std::set<std::string> sans;
  for (const Reader& item : reader.items()) {
    CertificateGrant& grant = grants.emplace_back();
    certificate_grant_schema().read(item, grant);
    if (!sans.insert(grant.san).second)
      item.error("there is an entry for " + printable(grant.san) + " already");
  }
  if (grants.size() > kMaxCertificateGrants) {
    reader.error("more than " + std::to_string(kMaxCertificateGrants) + " certificates");
  }
}

const TextRule& certificate_name_rule() {
  static const TextRule rule{
      "1 to " + std::to_string(kMaxCertificateName) + " printable characters without spaces",
      [](const std::string& text) {
        bool good = !text.empty() && text.size() <= kMaxCertificateName;
        for (const char c : text) good = good && '!' <= c && c <= '~';
        return good ? TextProblem{}
                    : TextProblem{"is no name of a certificate: 1 to 256 printable characters", ""};
      }};
  return rule;
}

const TextRule& agent_scope_rule() {
  static const TextRule rule{"as an agent's id, or \"*\"", [](const std::string& text) {
                               return text == kAnyAgent ? TextProblem{} : agent_id_rule().check(text);
                             }};
  return rule;
}

}  // namespace

const TextRule& foreign_text_rule() {
  static const TextRule rule{"not empty", [](const std::string& text) {
                               return text.empty() ? TextProblem{"must not be empty", ""} : TextProblem{};
                             }};
  return rule;
}

const Schema<TlsConfig>& tls_schema() {
  using T = TlsConfig;
  static const Schema<T> schema({
      text_key<T>(
          "certificate", &T::certificate, foreign_text_rule(),
          "PEM file: the router's certificate, then those up to its authority. Read again when it changes.")
          .require(),
      text_key<T>("key", &T::key, foreign_text_rule(), "PEM file: the private key of it.").require(),
      text_key<T>(
          "client_ca", &T::client_ca, foreign_text_rule(),
          "PEM file: authorities of clients' certificates. Without it clients are not asked for one."),
  });
  return schema;
}

const Schema<AccessConfig>& access_schema() {
  using T = AccessConfig;
  static const Schema<T> schema({
      custom_key<T>({"tokens", "mapping", "none", "", "Bearer tokens that are taken; see below."},
                    [](const Reader& reader, T& access) { token_schema().read(reader, access.tokens); }),
      custom_key<T>({"certificates", "list", "[]", "at most " + std::to_string(kMaxCertificateGrants),
                     "Clients that show a certificate, and what they may do; see below."},
                    [](const Reader& reader, T& access) { read_grants(reader, access.certificates); }),
      bool_key<T>(
          "supervisors_see_customer_data", &T::supervisors_see_customer_data,
          "Whether supervisors may ask for customers' ids and attributes in lists and watches. Gateways "
          "and admins may, and agents have them in their offers; observers never do."),
  });
  return schema;
}

const Schema<TokenConfig>& token_schema() {
  using T = TokenConfig;
  static const Schema<T> schema({
      text_key<T>("jwks", &T::jwks, foreign_text_rule(),
                  "JSON file: the JSON Web Key Set of the issuer. Read again when it changes.")
          .require(),
      text_key<T>("issuer", &T::issuer, foreign_text_rule(), "What `iss` of a token has to be.").require(),
      text_key<T>("audience", &T::audience, foreign_text_rule(), "What has to be in `aud` of a token.")
          .require(),
      custom_key<T>({"algorithms", "list", "[ES256, RS256]", algorithm_names(),
                     "Algorithms of signatures that are taken, and no others."},
                    [](const Reader& reader, T& tokens) { read_algorithms(reader, tokens.algorithms); }),
  });
  return schema;
}

const Schema<CertificateGrant>& certificate_grant_schema() {
  using T = CertificateGrant;
  static const Schema<T> schema({
      text_key<T>("san", &T::san, certificate_name_rule(),
                  "A subject alternative name of the certificate: a DNS name or a URI, whole.")
          .require(),
      text_key<T>("name", &T::name, agent_id_rule(), "Who it speaks of; the audit has it.").require(),
      text_key<T>("tenant", &T::tenant, name_rule(), "The tenant that it may call."),
      custom_key<T>({"roles", "list", "", role_names(), "What it may do there."},
                    [](const Reader& reader, T& grant) { read_roles(reader, grant.roles); })
          .require(),
      text_key<T>("agent_id", &T::agent_id, agent_scope_rule(),
                  "For the role `agent`: whom it speaks for; `name` when absent, \"*\" for everybody."),
  });
  return schema;
}

void check_access(const Reader& reader, const ServerConfig& server) {
  const auto access = reader.find("access");
  if (!access || !access->is_mapping()) return;
  if (access->fields().empty() || (access->find("certificates") && !server.access.enabled())) {
    access->error("nobody may call",
                  "give tokens or certificates; leave access out to let everybody do everything");
  }
  if (!server.access.certificates.empty() && server.tls.client_ca.empty()) {
    access->error("certificates are granted something and nobody is asked for one",
                  "set server.tls.client_ca");
  }
}

}  // namespace cordboard
