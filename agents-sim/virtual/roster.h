// When one agent is on duty: disjoint spans of time, once or repeated.

#pragma once

#include <cstdint>
#include <vector>

#include "agents-sim/scenario/scenario.h"

namespace cordboard::sim {

class Roster {
 public:
  // Of agent `member` (from 0) of a group with this plan.
  Roster(const DutyPlan& plan, std::uint32_t member);

  // `at` is the time since the start of the run.
  bool on_duty(Duration at) const;
  // The first instant after `at` at which on_duty changes; kForever when it never does again.
  Duration next_change(Duration at) const;

 private:
  struct Span {
    Duration from{};
    Duration to{};
  };

  void add(Duration from, Duration to);
  void merge();
  // Index of the first span that ends after the time within the pattern.
  std::size_t find(Duration phase) const;
  Duration phase_of(Duration at) const { return repeat_ == kForever ? at : at % repeat_; }

  std::vector<Span> spans_;  // sorted, none touches the next
  Duration repeat_;
};

}  // namespace cordboard::sim
