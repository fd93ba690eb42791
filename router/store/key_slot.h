// A place for one key in the store's key table.

#pragma once

#include <array>
#include <cstdint>

namespace cordboard {

using KeyBytes = std::array<unsigned char, 32>;

struct KeySlot {
  std::uint32_t slot = 0;
  std::uint64_t id = 0;  // 0: empty
  KeyBytes key{};

  friend bool operator==(const KeySlot&, const KeySlot&) = default;
};

}  // namespace cordboard
