// A busy hour for any configuration: how many contacts come to each queue, and how people behave.

#pragma once

#include "agents-sim/live/live_plan.h"
#include "router/core/config.h"

namespace cordboard::sim {

// All declared agents work (and up to `agents` in all, where others are allowed). Contacts get more until the
// middle of the hour, when there are a few more than the agents can take, and then fewer. `hour` is how long
// that takes in the time of the plan.
LivePlan demo_plan(const TenantConfig& config, std::size_t agents, Duration hour);

}  // namespace cordboard::sim
