// Any header, claims and signature as a token. The keys are new in each process and never written down, so
// whatever is taken without a signature by the fuzzer itself is a forgery; and what is taken must say all
// that a token has to say.
//
//   KIND \n HEADER \n CLAIMS      signed, and more, by KIND:
//     e, r   by the EC or the RSA key        h   with the public keys as a secret
//     o      for another token               c   one byte too few
//     n      not at all
//   anything else                 the token itself

#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <string_view>
#include <variant>

#include "router/access/json.h"
#include "router/access/token.h"
#include "tests/access/token_issuer.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;
using namespace cordboard::testing;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string number_of(const Key& key, const char* name, std::size_t size) {
  BIGNUM* number = nullptr;
  CB_ASSERT(EVP_PKEY_get_bn_param(key.get(), name, &number) == 1, "a key without %s", name);
  std::string bytes(size, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size));
  BN_free(number);
  return encode_base64url(bytes);
}

class Signer {
 public:
  Signer() : ec_(EVP_EC_gen("P-256"), EVP_PKEY_free), rsa_(EVP_RSA_gen(2048), EVP_PKEY_free) {
    key_set_ = R"({"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":")" + number_of(ec_, "qx", 32) +
               R"(","y":")" + number_of(ec_, "qy", 32) + R"("},{"kty":"RSA","kid":"r","e":"AQAB","n":")" +
               number_of(rsa_, "n", 256) + R"("}]})";
    auto parsed = parse_key_set(key_set_);
    CB_ASSERT(parsed.index() == 0, "%s", std::get<std::string>(parsed).c_str());
    keys_ = std::move(std::get<KeySet>(parsed));
  }

  const KeySet& keys() const { return keys_; }

  std::string by_ec(const std::string& text) const {
    const std::string der = sign(ec_, text);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string bytes(64, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32);
    ECDSA_SIG_free(pair);
    return bytes;
  }
  std::string by_rsa(const std::string& text) const { return sign(rsa_, text); }
  std::string by_public_keys(const std::string& text) const {
    std::string bytes(32, '\0');
    unsigned int size = 0;
    HMAC(EVP_sha256(), key_set_.data(), static_cast<int>(key_set_.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(bytes.data()), &size);
    return bytes;
  }

 private:
  static std::string sign(const Key& key, const std::string& text) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string bytes(512, '\0');
    std::size_t size = bytes.size();
    const bool signed_it =
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
    CB_ASSERT(signed_it, "cannot sign");
    bytes.resize(size);
    return bytes;
  }

  Key ec_;
  Key rsa_;
  std::string key_set_;
  KeySet keys_;
};

std::string signature(const Signer& signer, char kind, const std::string& text) {
  switch (kind) {
    case 'e':
      return signer.by_ec(text);
    case 'r':
      return signer.by_rsa(text);
    case 'h':
      return signer.by_public_keys(text);
    case 'o':
      return signer.by_ec(text + "x");
    case 'c':
      return signer.by_ec(text).substr(1);
    default:
      return {};
  }
}

bool has_text(const json_t* list, const std::string& text) {
  if (json_is_string(list)) return text == json_string_value(list);
  std::size_t i = 0;
  const json_t* item = nullptr;
  json_array_foreach(list, i, item) {
    if (json_is_string(item) && text == json_string_value(item)) return true;
  }
  return false;
}

// Whoever is taken by these must be what they say.
void check_identity(const Identity& identity, std::string_view header_text, std::string_view claims_text,
                    char kind) {
  const Json header = parse_json(header_text);
  const Json claims = parse_json(claims_text);
  CB_ASSERT(header != nullptr && claims != nullptr, "taken, and no JSON");
  CB_ASSERT(text_member(header.get(), "alg") == (kind == 'e' ? "ES256" : "RS256"), "another algorithm");
  CB_ASSERT(json_object_get(header.get(), "crit") == nullptr, "a critical extension");
  CB_ASSERT(text_member(claims.get(), "iss") == kIssuer, "another issuer");
  CB_ASSERT(has_text(json_object_get(claims.get(), "aud"), kAudience), "for somebody else");
  const double now = static_cast<double>(to_us(kNow)) / 1e6;
  CB_ASSERT(json_number_value(json_object_get(claims.get(), "exp")) > now, "expired");
  CB_ASSERT(json_number_value(json_object_get(claims.get(), "nbf")) <= now + 31, "not valid yet");
  CB_ASSERT(identity.expires_at > kNow, "expired");
  CB_ASSERT(identity.name == text_member(claims.get(), "sub") && !identity.name.empty(), "another name");
  CB_ASSERT(!identity.tenant.empty() && !identity.agent_id.empty() && !identity.roles.empty(), "for nobody");
  for (const Role role : kAllRoles) {
    const bool claimed =
        has_text(json_object_get(claims.get(), "cordboard_roles"), std::string(to_string(role)));
    CB_ASSERT(identity.roles.has(role) == claimed, "a role that was not claimed");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Signer signer;
  static const TokenConfig config{.issuer = kIssuer, .audience = kAudience};
  std::string_view rest = text_of(data, size);
  const bool built = rest.size() > 1 && rest[1] == '\n';
  const char kind = built ? rest[0] : 'x';
  std::string token(rest);
  std::string_view header;
  if (built) {
    rest.remove_prefix(2);
    header = take_until(rest, "\n");
    token = encode_base64url(std::string(header)) + "." + encode_base64url(std::string(rest));
    token += "." + encode_base64url(signature(signer, kind, token));
  }
  const auto result = verify_token(token, signer.keys(), config, kNow);
  if (const auto* wrong = std::get_if<std::string>(&result)) {
    CB_ASSERT(!wrong->empty(), "refused without a reason");
    return 0;
  }
  CB_ASSERT(kind == 'e' || kind == 'r', "a forged token is taken");
  check_identity(std::get<Identity>(result), header, rest, kind);
  return 0;
}
