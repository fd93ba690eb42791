// The rules of what the configuration names besides queues (splits, calendars, destinations), for
// Engine::check_invariants.

#pragma once

#include <string>
#include <vector>

#include "router/core/state.h"

namespace cordboard {

// Adds what is broken, as "rule: subject". Scans plain data.
void check_configured(const State& state, std::vector<std::string>& broken);

}  // namespace cordboard
