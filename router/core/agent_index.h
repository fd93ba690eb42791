// What does the match index know of an agent: on which channels there is capacity, who is at work, and which
// classes somebody who is logged in could serve?
//
// All of it is derived; whoever changes an agent does so within an agents::Change, which calls these.

#pragma once

#include "router/core/state.h"

namespace cordboard::agents {

// What the strategies sort the agent by. While the agent is in the match index, it is known there by these.
AgentKeys keys_of(const Agent& agent);
// Contacts of the channel that an agent takes at once when there is nothing else to do; 0 when not served.
std::uint32_t slots_of(const AgentChannel& channel);
// The agent is logged in with its profile and channels. REQUIRES: it has no profile class.
void join_profile(State& state, Agent& agent);
// Puts the agent into the match index when it has capacity, and counts who is at work. REQUIRES: it is not in
// it.
void enter_index(State& state, AgentRef agent);
// Puts those with capacity on the channel into the match index for it. O(agents), once per channel.
void open_channel(State& state, ChannelRef channel);

// Takes it out again. Also for one that is not in it.
void leave_index(State& state, AgentRef agent);
// The agent counts no longer as at work. Before its profile or its channels change.
void leave_staff(State& state, Agent& agent);
// The agent is logged out: undoes join_profile. Also for one that has no profile class.
void leave_profile(State& state, Agent& agent);

}  // namespace cordboard::agents
