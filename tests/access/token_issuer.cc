#include "tests/access/token_issuer.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "router/access/json.h"

namespace cordboard::testing {
namespace {

struct ReleaseHeader {
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
struct ReleaseJws {
  void operator()(cjose_jws_t* token) const { cjose_jws_release(token); }
};

cjose_jwk_t* create(TokenIssuer::Kind kind) {
  cjose_err error{};
  static const std::uint8_t kExponent[] = {1, 0, 1};
  switch (kind) {
    case TokenIssuer::Kind::Ec:
      return cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error);
    case TokenIssuer::Kind::Rsa:
      return cjose_jwk_create_RSA_random(2048, kExponent, sizeof kExponent, &error);
    case TokenIssuer::Kind::Secret:
      return cjose_jwk_create_oct_random(256, &error);
  }
  return nullptr;
}

}  // namespace

void TokenIssuer::add_key(const std::string& id, Kind kind) {
  cjose_err error{};
  SigningKey key{id, "", std::unique_ptr<cjose_jwk_t, ReleaseKey>(create(kind))};
  cjose_jwk_set_kid(key.key.get(), id.data(), id.size(), &error);
  keys_.push_back(std::move(key));
}

void TokenIssuer::remove_key(const std::string& id) {
  std::erase_if(keys_, [&](const SigningKey& key) { return key.id == id; });
}

std::string TokenIssuer::key_set() const {
  std::string keys;
  for (const SigningKey& key : keys_) {
    cjose_err error{};
    const bool secret = cjose_jwk_get_kty(key.key.get(), &error) == CJOSE_JWK_KTY_OCT;
    const std::unique_ptr<char, ReleaseText> text(cjose_jwk_to_json(key.key.get(), secret, &error));
    keys += (keys.empty() ? "" : ",") + std::string(text.get());
  }
  return R"({"keys":[)" + keys + "]}";
}

std::string TokenIssuer::sign(const std::string& claims, const std::string& algorithm) const {
  return sign(claims, algorithm, keys_.back().id);
}

std::string TokenIssuer::sign(const std::string& claims, const std::string& algorithm,
                              const std::string& id) const {
  cjose_err error{};
  const std::unique_ptr<cjose_header_t, ReleaseHeader> header(cjose_header_new(&error));
  cjose_header_set(header.get(), "alg", algorithm.c_str(), &error);
  if (!id.empty()) cjose_header_set(header.get(), "kid", id.c_str(), &error);
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(claims.data());
  const std::unique_ptr<cjose_jws_t, ReleaseJws> token(
      cjose_jws_sign(keys_.back().key.get(), header.get(), bytes, claims.size(), &error));
  const char* text = nullptr;
  if (token == nullptr || !cjose_jws_export(token.get(), &text, &error)) return {};
  return text;
}

PublishedIssuer::PublishedIssuer() {
  std::string pattern = (std::filesystem::temp_directory_path() / "cordboard-issuer-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
  add_key("one");
  std::ofstream(folder_ / "jwks.json") << key_set();
}

PublishedIssuer::~PublishedIssuer() { std::filesystem::remove_all(folder_); }

TokenConfig PublishedIssuer::config() const {
  return {(folder_ / "jwks.json").string(), kIssuer, kAudience, {"ES256"}};
}

std::string claims(const std::string& subject, const std::string& roles, Time expires_at,
                   const std::string& more) {
  return R"({"iss":")" + std::string(kIssuer) + R"(","aud":")" + kAudience + R"(","sub":")" + subject +
         R"(","cordboard_roles":)" + roles + R"(,"exp":)" + std::to_string(to_us(expires_at) / 1'000'000) +
         more + "}";
}

std::string encode_base64url(const std::string& bytes) {
  cjose_err error{};
  char* text = nullptr;
  std::size_t size = 0;
  cjose_base64url_encode(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &text, &size,
                         &error);
  const std::unique_ptr<char, ReleaseText> owner(text);
  return {text, size};
}

}  // namespace cordboard::testing
