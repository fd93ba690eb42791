// Customers' data, sealed so that only a key opens it: a router keeps the key apart from what it sealed.
//
// AES-256-GCM. Each text gets a fresh key, which seals nothing else, so the nonce is constant. The id of the
// contact is authenticated with it: what was sealed for one contact does not open as another's.
//
// What must be compared without being read becomes a keyed hash (HMAC-SHA-256 under the tenant's secret,
// cut): the customer's id a pseudonym, the attributes 64 bits. Who has that secret can try whether a
// pseudonym belongs to an id that they know.
//
// Thread-safe. A failure of the cryptographic library is a bug: it aborts.

#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "router/store/key_slot.h"

namespace cordboard {

// Short enough for a string without memory of its own.
inline constexpr std::size_t kPseudonymBytes = 15;

KeyBytes random_key();

// Where the key of a sealed text is kept: its place in the key table, and the number that the key has there.
struct KeyPlace {
  std::uint32_t slot = 0;
  std::uint64_t id = 0;

  friend bool operator==(const KeyPlace&, const KeyPlace&) = default;
};

struct PersonalText {
  std::string customer;  // at most 255 bytes
  std::string attributes;
};

// The place is not known yet: {0, 0}.
std::string seal(const KeyBytes& key, std::string_view contact, std::string_view customer,
                 std::string_view attributes);
// No value when `key` or `contact` is another one, or the bytes are no sealed text.
std::optional<PersonalText> unseal(const KeyBytes& key, std::string_view contact, std::string_view sealed);

// REQUIRES: what seal() made.
void set_place(std::string& sealed, const KeyPlace& place);
// {0, 0} when the bytes are no sealed text.
KeyPlace place_of(std::string_view sealed);

// Keyed hashes under the secret of a tenant.
class Pseudonyms {
 public:
  explicit Pseudonyms(const KeyBytes& secret);

  std::string of_customer(std::string_view customer) const;
  std::uint64_t of_text(std::string_view text) const;

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  using Digest = std::unique_ptr<EVP_MD_CTX, Free>;

  std::array<unsigned char, 32> hmac(char kind, std::string_view text) const;

  Digest inner_;  // both with the padded secret in them already
  Digest outer_;
};

}  // namespace cordboard
