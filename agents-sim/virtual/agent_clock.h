// How the time of each group of agents was spent between two moments of a run, from the engine's own books.

#pragma once

#include <vector>

#include "agents-sim/virtual/crew.h"
#include "agents-sim/virtual/tally.h"
#include "router/core/state.h"

namespace cordboard::sim {

class AgentClock {
 public:
  // `crew` must outlive the clock.
  explicit AgentClock(const Crew& crew) : crew_(&crew), last_(crew.group_count()) {}

  // The next agent of the crew, in order.
  void add(AgentRef agent) { refs_.push_back(agent); }

  // By group, what has come since the last call (or since the start).
  std::vector<AgentTally> since_last(const State& state, Time now);

 private:
  const Crew* crew_;
  std::vector<AgentRef> refs_;
  std::vector<AgentTally> last_;
};

}  // namespace cordboard::sim
