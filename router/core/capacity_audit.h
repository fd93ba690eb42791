// What an agent has and has room for, by adding up what the configuration says: for check_invariants and
// tests.
//
// Deliberately naive, as invariants.cc is.

#pragma once

#include <string>
#include <vector>

#include "router/core/state.h"

namespace cordboard::capacity_audit {

// Rules about what the agent has that do not hold.
std::vector<std::string> broken_rules(const State& state, const Agent& agent);

// May the agent be offered a contact of the channel, as far as what they have decides it?
bool has_room(const State& state, const Agent& agent, ChannelRef channel);
// The same, and nothing has to give way.
bool has_free_room(const State& state, const Agent& agent, ChannelRef channel);

}  // namespace cordboard::capacity_audit
