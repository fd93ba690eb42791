// Counts durations in buckets that are narrow near zero and wide far out, to answer quantiles of millions of
// waits in fixed memory.
//
// Exact below 256 us; above, every power of two is cut into 128 buckets, so a quantile is within 0.8 % of
// the true one. At most about 6,000 buckets, whatever comes. Adding and merging only count, so the order
// does not matter.

#pragma once

#include <cstdint>
#include <vector>

#include "router/core/types.h"

namespace cordboard::sim {

class WaitHistogram {
 public:
  // Negative durations count as zero.
  void add(Duration wait);
  void merge(const WaitHistogram& other);

  std::uint64_t count() const { return count_; }

  // The wait in seconds that a share `p` of the waits does not exceed; interpolated inside its bucket, 0 when
  // there are none. REQUIRES: 0 < p < 1.
  double quantile_s(double p) const;

 private:
  std::vector<std::uint64_t> buckets_;  // up to the highest used
  std::uint64_t count_ = 0;
};

}  // namespace cordboard::sim
