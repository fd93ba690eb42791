// Reads when the agents of a group work: `on_duty`, `shifts` and `breaks`.

#pragma once

#include <cstddef>
#include <string>

#include "agents-sim/scenario/mapping.h"
#include "agents-sim/scenario/scenario.h"

namespace cordboard::sim {

// Sets duty, breaks and, unless `count` is given, the number of agents. What is wrong has been reported.
void read_duty(Mapping& mapping, const std::string& directory, std::size_t first_day, AgentGroup& group);

}  // namespace cordboard::sim
