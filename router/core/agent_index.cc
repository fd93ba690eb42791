#include "router/core/agent_index.h"

#include <algorithm>
#include <utility>

#include "router/core/interruptions.h"
#include "router/core/mutation.h"

namespace cordboard::agents {
namespace {

// Takes contacts, now or when the hands are free.
bool works(const Agent& agent) {
  return agent.state == AgentState::Ready && agent.connected && !agent.not_responding;
}

interruptions::Room room_of(const State& state, const Agent& agent) {
  if (!works(agent)) return {};
  if (state.channels_interfere) return interruptions::room_of(state, agent);
  MatchIndex::ChannelMask mask = 0;
  for (std::size_t i = 0; i < agent.channels.size(); ++i) {
    const AgentChannel& channel = agent.channels[i];
    const bool fits = agent.held_units + channel.units <= kAgentCapacityUnits;
    if (fits && channel.contacts < channel.max_contacts) mask |= MatchIndex::ChannelMask{1} << i;
  }
  return {.open = mask};
}

std::uint64_t occupancy_ppm(const Agent& agent) {
  const std::uint64_t logged_in = agent.counters.logged_in_us - agent.logged_in_us_at_login;
  if (logged_in == 0) return 0;
  // 213 days of work in parts per million exceed 64 bits.
  const auto busy = static_cast<unsigned __int128>(agent.busy_since_login_us);
  return static_cast<std::uint64_t>(busy * 1'000'000 / logged_in);
}

void enter_staff(State& state, Agent& agent) {
  if (std::exchange(agent.on_staff, true)) return;
  for (std::size_t i = 0; i < agent.channels.size(); ++i) {
    if (const std::uint32_t slots = slots_of(agent.channels[i])) {
      state.match.add_staff(agent.profile_class, ChannelRef{static_cast<std::uint8_t>(i)}, slots);
    }
  }
}

}  // namespace

AgentKeys keys_of(const Agent& agent) {
  return {agent.idle_since,
          agent.idle_sequence,
          occupancy_ppm(agent),
          agent.contacts_since_login,
          agent.last_offer_sequence,
          agent.random_draw >> 1,
          mutated("who_is_busy_is_interrupted") ? 0u : agent.interrupting_channels};
}

std::uint32_t slots_of(const AgentChannel& channel) {
  if (channel.max_contacts == 0) return 0;
  return std::min(channel.max_contacts, kAgentCapacityUnits / std::max(1u, channel.units));
}

void leave_staff(State& state, Agent& agent) {
  if (!std::exchange(agent.on_staff, false)) return;
  for (std::size_t i = 0; i < agent.channels.size(); ++i) {
    if (const std::uint32_t slots = slots_of(agent.channels[i])) {
      state.match.remove_staff(agent.profile_class, ChannelRef{static_cast<std::uint8_t>(i)}, slots);
    }
  }
}

void enter_index(State& state, AgentRef ref) {
  Agent& agent = state[ref];
  works(agent) ? enter_staff(state, agent) : leave_staff(state, agent);
  const interruptions::Room room = room_of(state, agent);
  agent.available_channels = room.open;
  agent.interrupting_channels = room.interrupting;
  if (agent.available_channels == 0) return;
  state.match.add_agent(ref, agent.profile_class, agent.available_channels, keys_of(agent));
}

void join_profile(State& state, Agent& agent) {
  agent.profile_class = state.match.acquire_profile(agent.profile.skills);
  agent.served_channels = 0;
  for (std::size_t i = 0; i < agent.channels.size(); ++i) {
    if (agent.channels[i].max_contacts > 0) agent.served_channels |= MatchIndex::ChannelMask{1} << i;
  }
  state.match.begin_serving(agent.profile_class, agent.served_channels);
}

void open_channel(State& state, ChannelRef channel) {
  const MatchIndex::ChannelMask mask = MatchIndex::ChannelMask{1} << channel.value;
  state.match.open(channel);
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) {
    const Agent& agent = state.agents[i];
    if ((agent.available_channels & mask) == 0) continue;
    state.match.add_agent(AgentRef{i}, agent.profile_class, mask, keys_of(agent));
  }
}

void leave_index(State& state, AgentRef ref) {
  Agent& agent = state[ref];
  if (agent.available_channels == 0) return;
  state.match.remove_agent(ref, agent.profile_class, agent.available_channels);
  agent.available_channels = 0;
}

void leave_profile(State& state, Agent& agent) {
  if (!agent.profile_class) return;
  state.match.stop_serving(agent.profile_class, agent.served_channels);
  state.match.release_profile(agent.profile_class);
  agent.profile_class = ProfileClass::none();
}

}  // namespace cordboard::agents
