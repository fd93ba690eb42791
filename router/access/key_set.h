// The public keys that tokens are signed with: a JSON Web Key Set (RFC 7517) in a file.

#pragma once

#include <cjose/cjose.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cordboard {

struct ReleaseKey {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};

struct SigningKey {
  std::string id;         // `kid`; may be empty
  std::string algorithm;  // `alg`; empty = any of its kind
  std::unique_ptr<cjose_jwk_t, ReleaseKey> key;

  // Whether it may check a signature of this algorithm: RS* and PS* by RSA keys, ES* by EC keys.
  bool fits(std::string_view signed_with) const;
};

using KeySet = std::vector<SigningKey>;

// Keys for encryption and secret ("oct") keys are left out. Or what is wrong, for people.
std::variant<KeySet, std::string> parse_key_set(std::string_view json);
std::variant<KeySet, std::string> load_key_set(const std::filesystem::path& file);

// The key for a token's `kid` and `alg`. Without a `kid` there must be exactly one that fits. nullptr = none.
const SigningKey* find_key(const KeySet& keys, std::string_view id, std::string_view algorithm);

}  // namespace cordboard
