// Customers who will call again: what their next call is like, kept until it comes.

#pragma once

#include <cstdint>
#include <vector>

#include "agents-sim/scenario/arrival_source.h"

namespace cordboard::sim {

struct RepeatCall {
  std::uint32_t stream = 0;
  Arrival arrival;
};

class RepeatCalls {
 public:
  // The number to take it back with. Numbers are used again.
  std::uint32_t keep(const RepeatCall& call) {
    if (free_.empty()) {
      calls_.push_back(call);
      return static_cast<std::uint32_t>(calls_.size() - 1);
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    calls_[number] = call;
    return number;
  }

  // REQUIRES: kept and not taken since.
  RepeatCall take(std::uint32_t number) {
    free_.push_back(number);
    return calls_[number];
  }

 private:
  std::vector<RepeatCall> calls_;
  std::vector<std::uint32_t> free_;
};

}  // namespace cordboard::sim
