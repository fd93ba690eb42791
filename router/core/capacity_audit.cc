#include "router/core/capacity_audit.h"

#include <algorithm>

namespace cordboard::capacity_audit {
namespace {

bool gives_way(const State& state, const Assignment& held, const Channel& channel) {
  const Channel& own = state[held.channel];
  if (!held.is_answered() || own.removed || channel.removed) return false;
  const std::vector<std::string>& by = own.config.interruptible_by;
  return std::find(by.begin(), by.end(), channel.config.name) != by.end();
}

// Without what gives way to the channel, if `interrupts`.
bool has_room(const State& state, const Agent& agent, ChannelRef ref, bool interrupts) {
  if (agent.state != AgentState::Ready || !agent.connected || agent.not_responding) return false;
  const AgentChannel& mine = agent.channels[ref.value];
  const Channel& channel = state[ref];
  std::uint32_t units = mine.units;
  for (const AssignmentRef held : agent.assignments) {
    if (state[held].exclusive) return false;
    if (interrupts && gives_way(state, state[held], channel)) continue;
    if (channel.config.exclusive) return false;
    units += state[held].units;
  }
  return mine.contacts < mine.max_contacts && units <= kAgentCapacityUnits;
}

}  // namespace

std::vector<std::string> broken_rules(const State& state, const Agent& agent) {
  std::vector<std::string> broken;
  const auto expect = [&](bool holds, const char* rule) {
    if (!holds) broken.emplace_back(rule);
  };
  std::uint32_t units = 0;
  bool exclusive = false;
  for (const AssignmentRef held : agent.assignments) {
    units += state[held].interrupted ? 0 : state[held].units;
    exclusive = exclusive || state[held].exclusive;
  }
  expect(units == agent.held_units, "held units are the sum over assignments that go on");
  expect(units <= kAgentCapacityUnits, "held load never exceeds capacity");
  for (const AssignmentRef held : agent.assignments) {
    const Assignment& h = state[held];
    expect(!exclusive || h.exclusive || h.interrupted, "nothing goes on beside an exclusive contact");
    expect(exclusive || !h.interrupted || units + h.units > kAgentCapacityUnits,
           "what fits is not interrupted");
  }
  return broken;
}

bool has_room(const State& state, const Agent& agent, ChannelRef channel) {
  return has_room(state, agent, channel, true);
}

bool has_free_room(const State& state, const Agent& agent, ChannelRef channel) {
  return has_room(state, agent, channel, false);
}

}  // namespace cordboard::capacity_audit
