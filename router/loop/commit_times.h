// How long each batch takes from the loop to the disk.

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

#include "router/loop/stats.h"

namespace cordboard {

class CommitTimes {
 public:
  // The batch that ends with `sequence` leaves the loop. In ascending order.
  void handed_over(std::uint64_t sequence) {
    under_way_.push_back({sequence, std::chrono::steady_clock::now()});
  }

  // Everything up to `sequence` is on the disk.
  void durable(std::uint64_t sequence) {
    const auto now = std::chrono::steady_clock::now();
    for (; !under_way_.empty() && under_way_.front().sequence <= sequence; under_way_.pop_front()) {
      us_.add_us(now - under_way_.front().since);
    }
  }

  const Log2Histogram& us() const { return us_; }

 private:
  struct Batch {
    std::uint64_t sequence;  // of its last command
    std::chrono::steady_clock::time_point since;
  };
  std::deque<Batch> under_way_;
  Log2Histogram us_;
};

}  // namespace cordboard
