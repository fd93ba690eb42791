// Ties each row of the audit trail to all rows before it.
//
//   hash of row n = SHA-256(hash of row n - 1, n as 8 little-endian bytes, the bytes of row n)
//
// Row 1 follows kAuditBeginning. Both parts before the row's bytes have a fixed length, so no two rows are
// hashed from the same text, and the bytes are hashed as they are stored.
//
// Who changes, removes, inserts or moves a row has to make every later hash anew, and so shows to whoever
// kept a later one. Who can write the whole file can do that: the chain alone proves nothing against them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cordboard {

using AuditHash = std::array<unsigned char, 32>;
inline constexpr AuditHash kAuditBeginning{};

// The largest row.
inline constexpr uint64_t kMaxAuditBytes = 4096;

// One row as read back. `entry` lives until the visitor returns.
struct AuditRow {
  uint64_t number = 0;  // from 1, gap-free
  AuditHash hash{};
  std::string_view entry;
};

// Where the chain stands after a row.
struct AuditLink {
  uint64_t number = 0;
  AuditHash hash = kAuditBeginning;

  friend bool operator==(const AuditLink&, const AuditLink&) = default;
};

// Gets the rows in order.
using AuditVisitor = std::function<void(const AuditRow&)>;

// The link after a row with the bytes `entry` that follows `link`.
AuditLink next_link(const AuditLink& link, std::string_view entry);

AuditHash sha256_of(std::string_view bytes);

// 64 lower-case hexadecimal digits.
std::string to_hex(const AuditHash& hash);
// Takes capitals as well; nothing when it is no hash.
std::optional<AuditHash> audit_hash_from_hex(std::string_view text);

}  // namespace cordboard
