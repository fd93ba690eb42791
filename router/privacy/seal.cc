#include "router/privacy/seal.h"

#include <openssl/rand.h>

#include <cstring>

#include "router/core/assert.h"
#include "router/core/hash.h"

namespace cordboard {
namespace {

// slot (4), id (8), then what AES-GCM makes of: length of the customer (1), customer, attributes; tag (16).
constexpr std::size_t kPlaceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kOverhead = kPlaceBytes + 1 + kTagBytes;
constexpr std::size_t kMostCustomer = 255;
constexpr std::size_t kBlockBytes = 64;  // of SHA-256
constexpr std::array<unsigned char, 12> kNonce{};

void must(int result) { CB_ASSERT(result > 0, "OpenSSL answered %d", result); }

struct FreeCipherContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
struct FreeDigestContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_CIPHER* aes() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  CB_ASSERT(cipher != nullptr, "OpenSSL has no %s", "AES-256-GCM");
  return cipher;
}

const EVP_MD* sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CB_ASSERT(digest != nullptr, "OpenSSL has no %s", "SHA256");
  return digest;
}

// Kept for its memory.
EVP_CIPHER_CTX* cipher_context() {
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeCipherContext> context(EVP_CIPHER_CTX_new());
  return context.get();
}
EVP_MD_CTX* digest_context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigestContext> context(EVP_MD_CTX_new());
  return context.get();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void encrypt(EVP_CIPHER_CTX* context, std::string_view text, std::string& to) {
  if (text.empty()) return;
  const std::size_t begin = to.size();
  to.resize(begin + text.size());
  int written = 0;
  must(EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(to.data()) + begin, &written,
                         bytes_of(text), static_cast<int>(text.size())));
}

template <class Number>
void put(std::string& to, std::size_t position, Number value) {
  for (std::size_t i = 0; i < sizeof(value); ++i) to[position + i] = static_cast<char>(value >> (8 * i));
}

}  // namespace

KeyBytes random_key() {
  KeyBytes key;
  must(RAND_priv_bytes(key.data(), static_cast<int>(key.size())));
  return key;
}

std::string seal(const KeyBytes& key, std::string_view contact, std::string_view customer,
                 std::string_view attributes) {
  CB_ASSERT(customer.size() <= kMostCustomer, "a customer id of %zu bytes", customer.size());
  EVP_CIPHER_CTX* const context = cipher_context();
  must(EVP_EncryptInit_ex2(context, aes(), key.data(), kNonce.data(), nullptr));
  int written = 0;
  must(EVP_EncryptUpdate(context, nullptr, &written, bytes_of(contact), static_cast<int>(contact.size())));

  std::string sealed;
  sealed.reserve(kOverhead + customer.size() + attributes.size());
  sealed.resize(kPlaceBytes);
  const char length = static_cast<char>(customer.size());
  encrypt(context, {&length, 1}, sealed);
  encrypt(context, customer, sealed);
  encrypt(context, attributes, sealed);
  std::array<unsigned char, kTagBytes> tag;
  must(EVP_EncryptFinal_ex(context, tag.data(), &written));
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag.data()));
  sealed.append(reinterpret_cast<const char*>(tag.data()), tag.size());
  return sealed;
}

std::optional<PersonalText> unseal(const KeyBytes& key, std::string_view contact, std::string_view sealed) {
  if (sealed.size() < kOverhead) return std::nullopt;
  const std::string_view text = sealed.substr(kPlaceBytes, sealed.size() - kPlaceBytes - kTagBytes);
  std::array<unsigned char, kTagBytes> tag;
  std::memcpy(tag.data(), sealed.data() + sealed.size() - kTagBytes, kTagBytes);

  EVP_CIPHER_CTX* const context = cipher_context();
  must(EVP_DecryptInit_ex2(context, aes(), key.data(), kNonce.data(), nullptr));
  int written = 0;
  must(EVP_DecryptUpdate(context, nullptr, &written, bytes_of(contact), static_cast<int>(contact.size())));
  std::string plain(text.size(), '\0');
  auto* const out = reinterpret_cast<unsigned char*>(plain.data());
  must(EVP_DecryptUpdate(context, out, &written, bytes_of(text), static_cast<int>(text.size())));
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()));
  std::array<unsigned char, kTagBytes> rest;
  if (EVP_DecryptFinal_ex(context, rest.data(), &written) <= 0) return std::nullopt;

  const std::size_t length = static_cast<unsigned char>(plain[0]);
  if (length + 1 > plain.size()) return std::nullopt;
  return PersonalText{plain.substr(1, length), plain.substr(1 + length)};
}

void set_place(std::string& sealed, const KeyPlace& place) {
  CB_ASSERT(sealed.size() >= kOverhead, "%zu bytes are no sealed text", sealed.size());
  put(sealed, 0, place.slot);
  put(sealed, 4, place.id);
}

KeyPlace place_of(std::string_view sealed) {
  if (sealed.size() < kOverhead) return {};
  return {static_cast<std::uint32_t>(little_endian(sealed.substr(0, 4))), little_endian(sealed.substr(4, 8))};
}

Pseudonyms::Pseudonyms(const KeyBytes& secret) : inner_(EVP_MD_CTX_new()), outer_(EVP_MD_CTX_new()) {
  std::array<unsigned char, kBlockBytes> block{};
  const auto begin = [&](EVP_MD_CTX* context, unsigned char pad) {
    for (std::size_t i = 0; i < block.size(); ++i) {
      block[i] = static_cast<unsigned char>((i < secret.size() ? secret[i] : 0) ^ pad);
    }
    must(EVP_DigestInit_ex2(context, sha256(), nullptr));
    must(EVP_DigestUpdate(context, block.data(), block.size()));
  };
  begin(inner_.get(), 0x36);
  begin(outer_.get(), 0x5c);
}

std::array<unsigned char, 32> Pseudonyms::hmac(char kind, std::string_view text) const {
  EVP_MD_CTX* const context = digest_context();
  std::array<unsigned char, 32> digest;
  must(EVP_MD_CTX_copy_ex(context, inner_.get()));
  must(EVP_DigestUpdate(context, &kind, 1));
  must(EVP_DigestUpdate(context, text.data(), text.size()));
  must(EVP_DigestFinal_ex(context, digest.data(), nullptr));
  must(EVP_MD_CTX_copy_ex(context, outer_.get()));
  must(EVP_DigestUpdate(context, digest.data(), digest.size()));
  must(EVP_DigestFinal_ex(context, digest.data(), nullptr));
  return digest;
}

std::string Pseudonyms::of_customer(std::string_view customer) const {
  const auto digest = hmac('c', customer);
  return {reinterpret_cast<const char*>(digest.data()), kPseudonymBytes};
}

std::uint64_t Pseudonyms::of_text(std::string_view text) const {
  const auto digest = hmac('t', text);
  return little_endian({reinterpret_cast<const char*>(digest.data()), sizeof(std::uint64_t)});
}

}  // namespace cordboard
