// Acts of supervisors on a random tape: each that was accepted is told and listed once, and did what it says.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "router/core/command.h"
#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard::testing {

// What is wrong after `command` was accepted, or nullopt. `next_act` is that of the state before it.
std::optional<std::string> check_act(const State& state, const std::vector<Event>& events,
                                     const Command& command, std::uint64_t next_act);

}  // namespace cordboard::testing
