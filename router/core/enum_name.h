// The text of an enum whose values are 0, 1, 2, ...

#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "router/core/assert.h"

namespace cordboard {

template <class Enum, std::size_t N>
std::string_view look_up(const std::array<std::string_view, N>& names, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  CB_ASSERT(index < N, "enum value %zu has no name", index);
  return names[index];
}

}  // namespace cordboard
