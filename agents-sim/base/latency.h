// How long something took, many times, in milliseconds.

#pragma once

#include <algorithm>
#include <string>

#include "agents-sim/base/wait_histogram.h"
#include "router/core/types.h"

namespace cordboard::sim {

class Latency {
 public:
  void add(Duration duration) {
    histogram_.add(duration);
    longest_ = std::max(longest_, duration);
    total_ += std::max(duration, Duration::zero());  // clocks that differ
  }

  std::uint64_t count() const { return histogram_.count(); }
  double quantile_ms(double p) const { return histogram_.quantile_s(p) * 1e3; }
  double mean_ms() const {
    return count() == 0 ? 0 : static_cast<double>(total_.count()) * 1e-3 / static_cast<double>(count());
  }
  double max_ms() const { return static_cast<double>(longest_.count()) * 1e-3; }
  // {"count":n,"mean":ms,"p50":ms,"p99":ms,"p999":ms,"max":ms}
  std::string json() const;

 private:
  WaitHistogram histogram_;
  Duration longest_{};
  Duration total_{};
};

}  // namespace cordboard::sim
