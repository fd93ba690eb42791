#include "router/store/checksum.h"

#include <xxhash.h>

#include <array>
#include <cstdlib>

namespace cordboard {

uint64_t checksum(std::initializer_list<uint64_t> numbers, std::string_view bytes) {
  std::array<unsigned char, 64> words;
  size_t size = 0;
  if (numbers.size() * 8 > words.size()) std::abort();
  for (uint64_t number : numbers) {
    for (int shift = 0; shift < 64; shift += 8) words[size++] = static_cast<unsigned char>(number >> shift);
  }
  uint64_t seed = XXH3_64bits(words.data(), size);
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace cordboard
