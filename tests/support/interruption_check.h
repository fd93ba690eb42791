// Was an agent interrupted for a contact although somebody was free for it?

#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard::testing {

// What is wrong with the offers among the events of one command, after it, or nullopt. `apart`: contacts and
// agents who were kept apart before it. Judges only agents whom the command has not touched: the others may
// have become free later in it.
std::optional<std::string> needless_interruption(const State& state, const std::vector<Event>& events,
                                                 const std::set<std::pair<ContactRef, AgentRef>>& apart);

}  // namespace cordboard::testing
