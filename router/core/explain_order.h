// Which waiting contacts come before a given one, for whom?

#pragma once

#include <set>
#include <utility>
#include <vector>

#include "router/core/state.h"

namespace cordboard::explain {

// What decides whom an agent can serve. Agents alike in this are counted once.
struct Servers {
  std::set<std::pair<ProfileClass, MatchIndex::ChannelMask>> abilities;
  std::vector<AgentRef> agents;  // for contacts that wait for one of them
};

// Contacts that wait, precede `contact` as of `now` and can be served by one of `servers`; in order.
std::vector<ContactRef> contacts_ahead(const State& state, Time now, const Contact& contact,
                                       const Servers& servers);

}  // namespace cordboard::explain
