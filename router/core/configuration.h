// Puts a configuration into force, all of it or nothing, and rebuilds what is derived from it.

#pragma once

#include "router/core/step.h"

namespace cordboard::configuration {

Outcome apply(Step& step, const ApplyConfig& command);

// Rebuilds every index from the entities: after a configuration change and after a restore.
void rebuild_indexes(State& state);

}  // namespace cordboard::configuration
