// The engine's own random numbers: splitmix64. The state is part of the snapshot, so a replay draws the same.

#pragma once

#include <cstdint>

#include "router/core/hash.h"

namespace cordboard {

struct Rng {
  std::uint64_t state = 1;

  std::uint64_t next() {
    state += 0x9e3779b97f4a7c15ULL;
    return mix(state);
  }
};

}  // namespace cordboard
