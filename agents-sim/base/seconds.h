// Durations as numbers for people.

#pragma once

#include <cstdint>

#include "router/core/types.h"

namespace cordboard::sim {

inline double seconds(Duration duration) { return static_cast<double>(duration.count()) * 1e-6; }

// 0 of none.
inline double mean_s(Duration sum, std::uint64_t count) {
  return count == 0 ? 0 : seconds(sum) / static_cast<double>(count);
}

}  // namespace cordboard::sim
