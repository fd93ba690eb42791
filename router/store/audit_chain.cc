#include "router/store/audit_chain.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace cordboard {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int digit_of(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

}  // namespace

AuditLink next_link(const AuditLink& link, std::string_view entry) {
  AuditLink next{link.number + 1, {}};
  std::string bytes(link.hash.begin(), link.hash.end());
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(next.number >> shift);
  bytes += entry;
  next.hash = sha256_of(bytes);
  return next;
}

AuditHash sha256_of(std::string_view bytes) {
  AuditHash hash;
  // Fails only when the library is broken.
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1) std::abort();
  return hash;
}

std::string to_hex(const AuditHash& hash) {
  std::string text;
  for (const unsigned char byte : hash) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<AuditHash> audit_hash_from_hex(std::string_view text) {
  AuditHash hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (size_t i = 0; i < hash.size(); ++i) {
    const int high = digit_of(text[2 * i]);
    const int low = digit_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return hash;
}

}  // namespace cordboard
