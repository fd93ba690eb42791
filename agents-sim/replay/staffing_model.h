// Who was at work in a recording, from who served when.
//
// An agent of a day serves the queues of which he or she took at least two calls that day (and at least one
// in fifty of all), and is on duty from the first call to the end of the last. Between two calls the agent is
// away while it shows: from the first to the last moment at which a caller waited whom this agent could have
// served, when these are more than kShortestAbsence apart. Shorter gaps are wrap-up: how long an agent takes
// for the next caller who already waits is measured over all agents.
//
// So whoever waited in the recording waited because of this staffing, breaks included; what a replay can show
// is whether the rules of the router lead to the same waits from there. Each day's agents are agents of their
// own, because what they do changes from day to day.

#pragma once

#include <vector>

#include "agents-sim/replay/recording.h"
#include "agents-sim/scenario/scenario.h"

namespace cordboard::sim {

inline constexpr Duration kShortestAbsence = std::chrono::seconds{60};

struct StaffingModel {
  std::vector<AgentGroup> agents;  // one per agent and day, skills named as the queues
  Distribution wrap_up;
  Duration on_duty{};  // in all
  Duration handling{};
};

StaffingModel estimate_staffing(const Recording& recording);

}  // namespace cordboard::sim
