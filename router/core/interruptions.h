// How the channels of an agent get on with each other: which work gives way to what, and what stands alone?
//
// A channel may say which others interrupt it (`interruptible_by`). For those its contacts, once answered,
// count as free capacity: a call can be offered to an agent whose hands are full of e-mails. From the offer
// of the call until it leaves the agent as much of that work is interrupted as is needed, so that what goes
// on never exceeds the capacity. While an agent has a contact of an exclusive channel, nothing else goes on
// or is offered.
//
// Who gives way first: what is interrupted by others that are interrupted themselves (depth), then the
// newest. What fits goes on, in the opposite order. An offer that is pending, or a dial, never gives way.
//
// Interrupted work stays with the agent. Its clock stands still: neither max_handling nor the wrap-up timeout
// runs. It needs no deadline of its own, as what interrupts it has one.

#pragma once

#include <optional>

#include "router/core/reject_reason.h"
#include "router/core/step.h"

namespace cordboard::interruptions {

// What is wrong with the channels of a configuration. REQUIRES: their names are unique.
std::optional<Rejection> check(const TenantConfig& config);

// Whether a contact of `channel` may interrupt this assignment.
bool gives_way(const State& state, const Assignment& assignment, ChannelRef channel);
// The exclusive contact that the agent has, or none().
AssignmentRef exclusive_of(const State& state, const Agent& agent);

// The channels on which what the agent has leaves room, and those of them where something would have to give
// way.
struct Room {
  MatchIndex::ChannelMask open = 0;
  MatchIndex::ChannelMask interrupting = 0;
};
Room room_of(const State& state, const Agent& agent);

// Interrupts and resumes, after a change of what the agent has. REQUIRES: within an agents::Change.
void settle(Step& step, AgentRef agent);

// What is derived from the configuration: Channel::interrupts and depth, State::channels_interfere.
void resolve(State& state);

}  // namespace cordboard::interruptions
