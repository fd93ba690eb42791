#include "agents-sim/virtual/agent_clock.h"

#include <algorithm>

namespace cordboard::sim {
namespace {

bool has_work(const State& state, const Agent& agent) {
  return std::any_of(agent.assignments.begin(), agent.assignments.end(),
                     [&](AssignmentRef ref) { return state[ref].phase != AssignmentPhase::Offered; });
}

// The engine's counters reach up to the agent's last change; the time since then is added here.
AgentTally total_of(const State& state, const Agent& agent, Time now) {
  const AgentCounters& counters = agent.counters;
  AgentTally tally{counters.busy_us,  counters.ready_idle_us, counters.offers, counters.accepted,
                   counters.declined, counters.expired,       counters.handled};
  const auto open_us = static_cast<std::uint64_t>((now - agent.accounted_at).count());
  if (has_work(state, agent)) {
    tally.busy_us += open_us;
  } else if (agent.activity == AgentActivity::Idle && agent.state == AgentState::Ready) {
    tally.ready_idle_us += open_us;
  }
  return tally;
}

}  // namespace

std::vector<AgentTally> AgentClock::since_last(const State& state, Time now) {
  std::vector<AgentTally> totals(crew_->group_count());
  for (std::uint32_t agent = 0; agent < refs_.size(); ++agent) {
    sim::add(totals[crew_->group_of(agent)], total_of(state, state[refs_[agent]], now));
  }
  std::vector<AgentTally> passed = totals;
  for (std::size_t group = 0; group < passed.size(); ++group) subtract(passed[group], last_[group]);
  last_ = std::move(totals);
  return passed;
}

}  // namespace cordboard::sim
