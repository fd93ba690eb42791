// Stands for an identity provider: it has keys, publishes the public halves and signs tokens.

#pragma once

#include <cjose/cjose.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "router/access/access_config.h"
#include "router/access/key_set.h"
#include "router/core/types.h"

namespace cordboard::testing {

class TokenIssuer {
 public:
  enum class Kind : std::uint8_t { Ec, Rsa, Secret };

  // Adds a key; it signs from now on.
  void add_key(const std::string& id, Kind kind = Kind::Ec);
  void remove_key(const std::string& id);

  // The JSON Web Key Set. Keys of the kind Secret are in it as they are.
  std::string key_set() const;

  // A token with these claims, a JSON object. `algorithm` and `id` go into the header as they are given.
  std::string sign(const std::string& claims, const std::string& algorithm = "ES256") const;
  std::string sign(const std::string& claims, const std::string& algorithm, const std::string& id) const;

 private:
  std::vector<SigningKey> keys_;
};

// One with a key, whose key set is in a file of a folder of its own.
class PublishedIssuer : public TokenIssuer {
 public:
  PublishedIssuer();
  ~PublishedIssuer();
  PublishedIssuer(const PublishedIssuer&) = delete;
  PublishedIssuer& operator=(const PublishedIssuer&) = delete;

  // For a router that takes its tokens.
  TokenConfig config() const;
  // Other files may be put there; it goes with the issuer.
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

// Claims of a good token; `more` is appended, for example R"(,"cordboard_tenant":"acme")".
std::string claims(const std::string& subject, const std::string& roles, Time expires_at,
                   const std::string& more = "");
inline constexpr Time kNow = time_from_us(1'700'000'000'000'000);
inline constexpr Time kLater = kNow + std::chrono::hours(1);
inline constexpr const char* kIssuer = "https://id.test";
inline constexpr const char* kAudience = "cordboard";

// base64url without padding.
std::string encode_base64url(const std::string& bytes);

}  // namespace cordboard::testing
