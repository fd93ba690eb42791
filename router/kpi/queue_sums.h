// All of a queue that its KPIs are computed from, as of one instant: what history keeps.
//
// Sums since the tenant exists. Those of an interval are the difference of its end and its beginning.

#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "router/core/state.h"

namespace cordboard {

struct QueueSums {
  QueueCounters counters;
  std::uint64_t waiting = 0;       // unanswered contacts
  std::uint64_t waiting_late = 0;  // of those: longer than the service level time

  friend bool operator==(const QueueSums& left, const QueueSums& right) {
    static_assert(std::has_unique_object_representations_v<QueueSums>);
    return std::memcmp(&left, &right, sizeof left) == 0;
  }
};

// `at` is not before the last command. As fast as count_late.
QueueSums queue_sums(const State& state, QueueRef queue, Time at);

// What came to `begin` until `end`. The longest wait is no sum: it is 0 here.
QueueCounters counters_between(const QueueCounters& begin, const QueueCounters& end);

}  // namespace cordboard
