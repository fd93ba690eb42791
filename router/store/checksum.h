// One 64-bit checksum (XXH3) over some numbers and some bytes, for every kind of row that the store keeps.
//
// The numbers come first, as little-endian words, so that a row's place (its sequence, its epoch, the
// checksum before it) is covered together with its content. Detects damage; it does not authenticate.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace cordboard {

// REQUIRES: at most 8 numbers.
uint64_t checksum(std::initializer_list<uint64_t> numbers, std::string_view bytes);

}  // namespace cordboard
