// A small 64-bit hash that is the same on every machine and compiler. For tables, fingerprints and
// digests of our own data; not for security.

#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cordboard {

// The finaliser of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
constexpr std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// At most 8 bytes, as a number.
inline std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes.data(), bytes.size());
  } else {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
  }
  return word;
}

class Hasher {
 public:
  // A folded multiply: both halves of the product, one over the other. mix() at the end does the rest.
  void add(std::uint64_t value) {
    const auto product = static_cast<unsigned __int128>(state_ ^ value) * 0x9e3779b97f4a7c15ULL;
    state_ = (static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64)) + kStep;
  }

  void add(std::string_view bytes) {
    add(static_cast<std::uint64_t>(bytes.size()));
    while (!bytes.empty()) {
      const std::size_t taken = bytes.size() < 8 ? bytes.size() : 8;
      add(little_endian(bytes.substr(0, taken)));
      bytes.remove_prefix(taken);
    }
  }

  std::uint64_t result() const { return mix(state_); }

 private:
  static constexpr std::uint64_t kStep =
      0xa0761d6478bd642fULL;  // odd: no run of zeros leaves the state as it is

  std::uint64_t state_ = 0x243f6a8885a308d3ULL;
};

inline std::uint64_t hash_bytes(std::string_view bytes) {
  Hasher hasher;
  hasher.add(bytes);
  return hasher.result();
}

}  // namespace cordboard
