#include "router/core/matching.h"

#include <algorithm>

#include "router/core/assignments.h"

namespace cordboard::matching {
namespace {

constexpr MatchIndex::ChannelMask bit(ChannelRef channel) {
  return MatchIndex::ChannelMask{1} << channel.value;
}

AgentRef agent_for(const State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  const auto allowed = [&](AgentRef agent) { return !kept_apart(state, ref, agent); };
  if (!contact.target) return state.match.best_agent(contact.requirement_class, allowed);
  const bool free = (state[contact.target].available_channels & bit(contact.channel)) != 0;
  return free && allowed(contact.target) ? contact.target : AgentRef::none();
}

ContactRef contact_for(const State& state, AgentRef ref, Time now) {
  const Agent& agent = state[ref];
  return state.match.best_contact(
      ref, agent.profile_class, agent.available_channels, now, [&](ContactRef candidate) {
        const Contact& contact = state[candidate];
        return (agent.available_channels & bit(contact.channel)) != 0 && !kept_apart(state, candidate, ref);
      });
}

}  // namespace

ContactKey key_of(const State& state, const Contact& contact) {
  const QueueConfig& queue = state[contact.queue].config;
  const std::int64_t priority = contact.own_priority + queue.priority;
  return {contact.tier, queue.ageing,
          rank_of(contact.place_at, priority, state.config.priority_point, queue.ageing), contact.sequence};
}

bool kept_apart(const State& state, ContactRef ref, AgentRef agent) {
  const Contact& contact = state[ref];
  if (contact.cooldowns.empty() && contact.assignments == 0) return false;
  const auto& held = state[agent].assignments;
  return std::any_of(contact.cooldowns.begin(), contact.cooldowns.end(),
                     [&](CooldownRef cooldown) { return state[cooldown].agent == agent; }) ||
         std::any_of(held.begin(), held.end(),
                     [&](AssignmentRef assignment) { return state[assignment].contact == ref; });
}

void keep(State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  if (contact.target) {
    state.match.add_targeted(ref, contact.target, key_of(state, contact));
  } else {
    state.match.add_contact(ref, contact.requirement_class, key_of(state, contact));
  }
}

void withdraw(State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  if (contact.target) {
    state.match.remove_targeted(ref, contact.target);
  } else {
    state.match.remove_contact(ref, contact.requirement_class);
  }
}

void place(Step& step, ContactRef ref) {
  State& state = step.state;
  for (;;) {
    const AgentRef agent = agent_for(state, ref);
    if (!agent) return keep(state, ref);
    // When the agent became free in this same step, others may wait for them with a better claim.
    const ContactRef first = contact_for(state, agent, step.now);
    if (!first || precedes(key_of(state, state[ref]), key_of(state, state[first]), step.now)) {
      return assignments::offer(step, ref, agent);
    }
    withdraw(state, first);
    assignments::offer(step, first, agent);
  }
}

void take_work(Step& step, AgentRef agent) {
  while (step.state[agent].available_channels != 0) {
    const ContactRef contact = contact_for(step.state, agent, step.now);
    if (!contact) return;
    withdraw(step.state, contact);
    assignments::offer(step, contact, agent);
  }
}

void rematch_all(Step& step) {
  std::vector<std::pair<ContactKey, ContactRef>> waiting;
  step.state.match.for_each_waiting(
      [&](ContactRef ref) { waiting.emplace_back(key_of(step.state, step.state[ref]), ref); });
  std::sort(waiting.begin(), waiting.end(),
            [&](const auto& a, const auto& b) { return precedes(a.first, b.first, step.now); });
  for (const auto& [key, ref] : waiting) {
    withdraw(step.state, ref);
    place(step, ref);
  }
}

}  // namespace cordboard::matching
