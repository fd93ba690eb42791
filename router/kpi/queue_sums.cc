#include "router/kpi/queue_sums.h"

#include <array>
#include <bit>

#include "router/kpi/late_waiting.h"

namespace cordboard {

QueueSums queue_sums(const State& state, QueueRef queue, Time at) {
  return {state[queue].counters, state[queue].waiting, count_late(state, queue, at)};
}

QueueCounters counters_between(const QueueCounters& begin, const QueueCounters& end) {
  using Numbers = std::array<std::uint64_t, sizeof(QueueCounters) / sizeof(std::uint64_t)>;
  const auto from = std::bit_cast<Numbers>(begin);
  auto between = std::bit_cast<Numbers>(end);
  for (std::size_t i = 0; i < between.size(); ++i) between[i] -= from[i];
  auto counters = std::bit_cast<QueueCounters>(between);
  counters.longest_wait_us = 0;
  return counters;
}

}  // namespace cordboard
