#include "router/access/token.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "router/access/base64url.h"
#include "router/access/json.h"
#include "router/core/ids.h"

namespace cordboard {
namespace {

struct ReleaseToken {
  void operator()(cjose_jws_t* token) const { cjose_jws_release(token); }
};
using SignedToken = std::unique_ptr<cjose_jws_t, ReleaseToken>;

constexpr const char* kNotCompact = "it is not a JSON Web Token in compact form";

using Wrong = std::optional<std::string>;

// ---- Signature ----

// The size of the signature of a token in compact form; nullopt when it is none.
std::optional<std::size_t> signature_size(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = text.rfind('.');
  if (first == std::string_view::npos || first == second) return std::nullopt;
  if (!base64url_size(text.substr(0, first)) || !base64url_size(text.substr(first + 1, second - first - 1))) {
    return std::nullopt;
  }
  return base64url_size(text.substr(second + 1));
}

// RFC 7518, 3.4: two numbers of the size of the curve. cjose overlooks a byte too many.
bool has_size_of(std::string_view algorithm, std::size_t signature) {
  if (algorithm == "ES256") return signature == 64;
  if (algorithm == "ES384") return signature == 96;
  return algorithm != "ES512" || signature == 132;
}

// nullptr when it is no JSON object, or names something twice: cjose would take the last, and who looks at
// tokens before us perhaps the first (RFC 7515, 4).
Json header_of(std::string_view text) {
  const std::string_view encoded = text.substr(0, text.find('.'));
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  cjose_err error{};
  if (!cjose_base64url_decode(encoded.data(), encoded.size(), &bytes, &size, &error)) return nullptr;
  const std::unique_ptr<char, ReleaseText> decoded(reinterpret_cast<char*>(bytes));
  Json header = parse_json({decoded.get(), size});
  return json_is_object(header.get()) ? std::move(header) : nullptr;
}

// The claims of a token that one of the keys signed.
std::variant<Json, std::string> check_signature(std::string_view text, const KeySet& keys,
                                                const TokenConfig& config) {
  const auto signature = signature_size(text);
  if (!signature) return kNotCompact;
  const Json header = header_of(text);
  if (header == nullptr) return "its header is no JSON object, or names something twice";
  cjose_err error{};
  const SignedToken token(cjose_jws_import(text.data(), text.size(), &error));
  if (token == nullptr) return kNotCompact;
  const std::string algorithm = text_member(header.get(), "alg");
  const auto& allowed = config.algorithms;
  if (std::find(allowed.begin(), allowed.end(), algorithm) == allowed.end()) {
    return "its algorithm is not among server.access.tokens.algorithms";
  }
  if (json_object_get(header.get(), "crit") != nullptr)
    return "it has a critical extension (crit), and none is known";
  const SigningKey* const key = find_key(keys, text_member(header.get(), "kid"), algorithm);
  if (key == nullptr) return "no key of server.access.tokens.jwks fits its kid and alg";
  if (!has_size_of(algorithm, *signature)) return "its signature is wrong";
  if (!cjose_jws_verify(token.get(), key->key.get(), &error)) return "its signature is wrong";
  std::uint8_t* bytes = nullptr;  // the token's
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(token.get(), &bytes, &size, &error)) return "it has no claims";
  Json claims = parse_json({reinterpret_cast<const char*>(bytes), size});
  if (!json_is_object(claims.get())) return "its claims are no JSON object";
  return claims;
}

// ---- Claims ----

// A NumericDate; nullopt when it is absent or no number.
std::optional<Time> time_claim(const json_t* claims, const char* name) {
  constexpr double kLastSecond = 9e12;  // microseconds of it fit in 64 bits
  const json_t* const claim = json_object_get(claims, name);
  if (!json_is_number(claim)) return std::nullopt;
  const double seconds = json_number_value(claim);
  if (!(seconds >= 0 && seconds <= kLastSecond)) return std::nullopt;
  return time_from_us(static_cast<std::int64_t>(seconds * 1e6));
}

Wrong check_time(const json_t* claims, Time now, Time& expires_at) {
  const auto expires = time_claim(claims, "exp");
  if (!expires) return "it has no valid exp";
  if (*expires <= now) return "it has expired";
  expires_at = *expires;
  if (json_object_get(claims, "nbf") == nullptr) return std::nullopt;
  const auto begins = time_claim(claims, "nbf");
  if (!begins || *begins > now + kClockSkew) return "it is not valid yet (nbf)";
  return std::nullopt;
}

bool has_audience(const json_t* claims, const std::string& audience) {
  const json_t* const claim = json_object_get(claims, "aud");
  if (json_is_string(claim)) return text_member(claims, "aud") == audience;
  for (std::size_t i = 0; i < json_array_size(claim); ++i) {
    const json_t* const item = json_array_get(claim, i);
    if (json_is_string(item) && audience == json_string_value(item)) return true;
  }
  return false;
}

Wrong read_roles(const json_t* claims, Roles& roles) {
  const json_t* const list = json_object_get(claims, "cordboard_roles");
  for (std::size_t i = 0; i < json_array_size(list); ++i) {
    const json_t* const item = json_array_get(list, i);
    const auto role = json_is_string(item) ? role_named(json_string_value(item)) : std::nullopt;
    if (!role) return "cordboard_roles has something that is no role";
    roles.add(*role);
  }
  if (roles.empty()) return "cordboard_roles names no role";
  return std::nullopt;
}

// A claim that may be absent and is a text otherwise.
Wrong read_text(const json_t* claims, const char* name, std::string& into) {
  const json_t* const claim = json_object_get(claims, name);
  if (claim == nullptr) return std::nullopt;
  into = text_member(claims, name);
  if (into.empty()) return std::string(name) + " is no text, or empty";
  return std::nullopt;
}

Wrong read_identity(const json_t* claims, Identity& identity) {
  identity.name = text_member(claims, "sub");
  if (!is_client_id(identity.name)) return "sub: " + std::string(kClientIdRule);
  identity.tenant = "default";
  identity.agent_id = identity.name;
  if (Wrong wrong = read_roles(claims, identity.roles)) return wrong;
  if (Wrong wrong = read_text(claims, "cordboard_tenant", identity.tenant)) return wrong;
  return read_text(claims, "cordboard_agent", identity.agent_id);
}

}  // namespace

std::variant<Identity, std::string> verify_token(std::string_view token, const KeySet& keys,
                                                 const TokenConfig& config, Time now) {
  if (token.size() > kMaxTokenBytes) return "it is longer than " + std::to_string(kMaxTokenBytes) + " bytes";
  auto checked = check_signature(token, keys, config);
  if (auto* wrong = std::get_if<std::string>(&checked)) return *wrong;
  const json_t* const claims = std::get<Json>(checked).get();
  if (text_member(claims, "iss") != config.issuer) return "its iss is not server.access.tokens.issuer";
  if (!has_audience(claims, config.audience)) return "its aud does not name server.access.tokens.audience";
  Identity identity;
  if (Wrong wrong = check_time(claims, now, identity.expires_at)) return *wrong;
  if (Wrong wrong = read_identity(claims, identity)) return *wrong;
  return identity;
}

}  // namespace cordboard
