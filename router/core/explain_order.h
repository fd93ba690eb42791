// Which waiting contacts come before a given one, for whom?

#pragma once

#include <cstddef>
#include <cstdint>
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

struct Ahead {
  std::uint32_t contacts = 0;
  std::vector<ContactRef> first;  // in order, at most as many as were asked for
};

// Contacts that wait, precede `contact` as of `now` and can be served by one of `servers`. Those of the
// contact's own ageing rate are counted by class; of other rates each is looked at.
Ahead contacts_ahead(const State& state, Time now, const Contact& contact, const Servers& servers,
                     std::size_t show);

}  // namespace cordboard::explain
