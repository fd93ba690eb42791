// Agents as clients see them. For the thread that owns the engine.

#pragma once

#include "cordboard/v1/agent.pb.h"
#include "router/core/state.h"

namespace cordboard {

// Fills an empty row. It has no running ages, so it needs no time.
void fill_agent(const State& state, AgentRef agent, v1::Agent* row);

}  // namespace cordboard
