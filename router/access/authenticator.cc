#include "router/access/authenticator.h"

#include <optional>
#include <utility>

#include "router/access/token.h"

namespace cordboard {
namespace {

// The token of "Bearer TOKEN"; nullopt when it is something else. The scheme's case does not matter.
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if (('A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return std::nullopt;
  }
  return authorization.substr(kScheme.size());
}

// The epoch when there is no such file.
std::filesystem::file_time_type written_at(const std::filesystem::path& file) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(file, error);
  return error ? std::filesystem::file_time_type{} : time;
}

bool sees_customer_data(const AccessConfig& config, Roles roles) {
  if (roles.any_of({Role::Gateway, Role::Admin})) return true;
  return config.supervisors_see_customer_data && roles.has(Role::Supervisor);
}

Identity identity_of(const CertificateGrant& grant) {
  Identity identity;
  identity.name = grant.name;
  identity.tenant = grant.tenant;
  for (const Role role : grant.roles) identity.roles.add(role);
  identity.agent_id = grant.agent_id.empty() ? grant.name : grant.agent_id;
  return identity;
}

}  // namespace

Authenticator::Authenticator(AccessConfig config, Report report)
    : config_(std::move(config)), report_(std::move(report)) {
  for (const CertificateGrant& grant : config_.certificates) {
    Identity identity = identity_of(grant);
    identity.sees_customer_data = sees_customer_data(config_, identity.roles);
    certificates_.emplace(grant.san, std::make_shared<const Identity>(std::move(identity)));
  }
}

std::variant<std::unique_ptr<Authenticator>, std::string> Authenticator::create(AccessConfig config,
                                                                                Report report) {
  std::unique_ptr<Authenticator> made(new Authenticator(std::move(config), std::move(report)));
  const TokenConfig& tokens = made->config_.tokens;
  if (!tokens.enabled()) return made;
  made->keys_written_ = written_at(tokens.jwks);
  auto loaded = load_key_set(tokens.jwks);
  if (const auto* wrong = std::get_if<std::string>(&loaded)) {
    return "server.access.tokens.jwks " + tokens.jwks + ": " + *wrong;
  }
  made->keys_ = std::make_shared<const KeySet>(std::move(std::get<KeySet>(loaded)));
  return made;
}

std::variant<std::shared_ptr<const Identity>, std::string> Authenticator::authenticate(
    const Credentials& credentials, Time now) {
  if (!credentials.authorization.empty() && config_.tokens.enabled()) {
    const auto token = bearer_token(credentials.authorization);
    if (!token) return "the authorization is not a bearer token";
    return by_token(*token, now);
  }
  if (auto identity = by_certificate(credentials.certificate_names)) return identity;
  if (!credentials.certificate_names.empty()) {
    return "no name of the client's certificate is in server.access.certificates";
  }
  return config_.tokens.enabled() ? "send `authorization: Bearer TOKEN`" : "show a client certificate";
}

std::shared_ptr<const Identity> Authenticator::by_certificate(
    const std::vector<std::string_view>& names) const {
  for (const std::string_view name : names) {
    const auto found = certificates_.find(std::string(name));
    if (found != certificates_.end()) return found->second;
  }
  return nullptr;
}

std::variant<std::shared_ptr<const Identity>, std::string> Authenticator::by_token(std::string_view token,
                                                                                   Time now) {
  std::shared_ptr<const KeySet> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = this->keys(now);
    const auto known = tokens_.find(std::string(token));
    if (known != tokens_.end()) {
      if (now < known->second->expires_at) return known->second;
      tokens_.erase(known);
    }
  }
  auto verified = verify_token(token, *keys, config_.tokens, now);  // a fraction of a millisecond
  if (auto* wrong = std::get_if<std::string>(&verified)) return "the token is refused: " + *wrong;
  Identity& caller = std::get<Identity>(verified);
  caller.sees_customer_data = sees_customer_data(config_, caller.roles);
  auto identity = std::make_shared<const Identity>(std::move(caller));
  const std::lock_guard lock(mutex_);
  if (keys != keys_) return identity;  // good for this call; the next is checked by the new keys
  if (tokens_.size() >= kMaxRememberedTokens) tokens_.clear();
  tokens_.insert_or_assign(std::string(token), identity);
  return identity;
}

std::shared_ptr<const KeySet> Authenticator::keys(Time now) {
  if (now < next_look_) return keys_;
  next_look_ = now + kKeyFileCheck;
  const std::filesystem::path file = config_.tokens.jwks;
  const auto written = written_at(file);
  if (written == keys_written_) return keys_;
  keys_written_ = written;
  auto loaded = load_key_set(file);
  if (const auto* wrong = std::get_if<std::string>(&loaded)) {
    report_("server.access.tokens.jwks " + file.string() + ": " + *wrong + "; the keys before stay in force");
    return keys_;
  }
  keys_ = std::make_shared<const KeySet>(std::move(std::get<KeySet>(loaded)));
  tokens_.clear();
  return keys_;
}

}  // namespace cordboard
