// Puts a configuration into force, all of it or nothing, and rebuilds what is derived from it.

#pragma once

#include "router/core/step.h"

namespace cordboard::configuration {

Outcome apply(Step& step, const ApplyConfig& command);

// Queues that were drained and have served their last contact are gone. O(queues).
void retire_drained(Step& step);

// Rebuilds every index from the entities: after a configuration change and after a restore.
void rebuild_indexes(State& state);

}  // namespace cordboard::configuration
