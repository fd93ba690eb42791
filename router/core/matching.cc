#include "router/core/matching.h"

#include <algorithm>
#include <span>

#include "router/core/assignments.h"
#include "router/core/mutation.h"
#include "router/core/preference.h"

namespace cordboard::matching {
namespace {

constexpr MatchIndex::ChannelMask bit(ChannelRef channel) {
  return MatchIndex::ChannelMask{1} << channel.value;
}

AgentRef agent_for(const State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  const auto allowed = [&](AgentRef agent) { return !kept_apart(state, ref, agent); };
  const std::span<const AgentRef> targets = preference::targets_of(state, contact);
  if (targets.empty()) return state.match.best_agent(contact.requirement_class, allowed);
  const auto free = std::find_if(targets.begin(), targets.end(), [&](AgentRef agent) {
    return (state[agent].available_channels & bit(contact.channel)) != 0 && allowed(agent);
  });
  return free != targets.end() ? *free : AgentRef::none();
}

// Who is to be offered to this agent, and how it comes to that.
struct Candidate {
  ContactRef contact;
  bool rings = false;  // elsewhere already
};

bool may_take(const State& state, AgentRef ref, ContactRef candidate) {
  const Contact& contact = state[candidate];
  return (state[ref].available_channels & bit(contact.channel)) != 0 && !kept_apart(state, candidate, ref) &&
         (!contact.plan || preference::wants(state, contact, ref));
}

Candidate candidate_for(const State& state, AgentRef ref, Time now) {
  const Agent& agent = state[ref];
  const auto allowed = [&](ContactRef candidate) { return may_take(state, ref, candidate); };
  const ContactRef waiting =
      state.match.best_contact(ref, agent.profile_class, agent.available_channels, now, allowed);
  if (waiting || !state.match.anybody_rings()) return {waiting, false};
  return {state.match.best_ringing(agent.profile_class, agent.available_channels, now, allowed), true};
}

// Has a contact that is not in the index the better claim?
bool goes_first(const State& state, ContactRef ref, const Candidate& other, Time now) {
  const bool rings = state[ref].state == ContactState::Offered;
  if (mutated("newcomer_goes_first")) return true;
  if (rings != other.rings) return other.rings;
  return precedes(key_of(state, state[ref]), key_of(state, state[other.contact]), now);
}

// One from the index, to which it goes back while it wants more.
void give(Step& step, ContactRef ref, AgentRef agent) {
  withdraw(step.state, ref);
  assignments::offer(step, ref, agent);
  const bool alone = step.state[step.state[ref].queue].config.ring <= 1;
  if (!alone && wants_more(step.state, ref)) keep(step.state, ref);
}

}  // namespace

ContactKey key_of(const State& state, const Contact& contact) {
  const QueueConfig& queue = state[contact.queue].config;
  const std::int64_t priority = contact.own_priority + queue.priority;
  const AgeingRate ageing = mutated("ageing_is_ignored") ? kAgeingOne : queue.ageing;
  const bool at_once = mutated("callback_goes_first") && contact.is_callback();
  const Time place_at = at_once ? contact.place_at - 1h : contact.place_at;
  const std::int32_t tier = key_tier(contact.tier) + (preference::goes_first(state, contact) ? 1 : 0);
  return {tier, ageing, rank_of(place_at, priority, state.config.priority_point, ageing), contact.sequence};
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

bool wants_more(const State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  const std::uint32_t ring = state[contact.queue].config.ring;
  if (ring <= 1 || contact.state != ContactState::Offered || contact.held()) return false;
  if (!preference::targets_of(state, contact).empty()) return false;  // one of them at a time
  return assignments::live_offers(state, ref) < ring;
}

ContactRef next_for(const State& state, Time now, AgentRef ref,
                    const std::function<bool(ContactRef)>& allowed) {
  const Agent& agent = state[ref];
  const auto may_have = [&](ContactRef candidate) {
    return may_take(state, ref, candidate) && allowed(candidate);
  };
  return state.match.best_contact(ref, agent.profile_class, agent.available_channels, now, may_have);
}

void keep(State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  if (contact.held()) return;
  if (contact.state == ContactState::Offered) {
    state.match.add_ringing(ref, contact.requirement_class, key_of(state, contact));
  } else if (const auto targets = preference::targets_of(state, contact); !targets.empty()) {
    state.match.add_targeted(ref, targets, key_of(state, contact));
  } else {
    state.match.add_contact(ref, contact.requirement_class, key_of(state, contact));
  }
}

void withdraw(State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  if (contact.held()) return;
  if (contact.state == ContactState::Offered) {
    state.match.remove_ringing(ref, contact.requirement_class);
  } else if (!preference::targets_of(state, contact).empty()) {
    state.match.remove_targeted(ref, preference::targets_of(state, contact));
  } else {
    state.match.remove_contact(ref, contact.requirement_class);
  }
}

void place(Step& step, ContactRef ref) {
  State& state = step.state;
  if (state[ref].held()) return;
  preference::strike_absent(step, ref);
  const bool alone = state[state[ref].queue].config.ring <= 1;
  while (state[ref].state == ContactState::Waiting || (!alone && wants_more(state, ref))) {
    const AgentRef agent = agent_for(state, ref);
    if (!agent) {
      if (preference::end_if_due(step, ref)) continue;
      return keep(state, ref);
    }
    // When the agent became free in this same step, others may wait for them with a better claim.
    const Candidate other = candidate_for(state, agent, step.now);
    if (!other.contact || goes_first(state, ref, other, step.now)) {
      assignments::offer(step, ref, agent);
      const AgentRef other_agent = mutated("one_agent_more_is_asked") ? agent_for(state, ref) : AgentRef{};
      if (other_agent) assignments::offer(step, ref, other_agent);
    } else {
      give(step, other.contact, agent);
    }
  }
}

void take_work(Step& step, AgentRef agent) {
  while (step.state[agent].available_channels != 0) {
    const ContactRef contact = candidate_for(step.state, agent, step.now).contact;
    if (!contact) return;
    give(step, contact, agent);
  }
}

void rematch_all(Step& step) {
  State& state = step.state;
  std::vector<std::pair<ContactKey, ContactRef>> wanting;
  const auto add = [&](ContactRef ref) { wanting.emplace_back(key_of(state, state[ref]), ref); };
  const auto sort_from = [&](std::size_t first) {
    std::sort(wanting.begin() + static_cast<std::ptrdiff_t>(first), wanting.end(),
              [&](const auto& a, const auto& b) { return precedes(a.first, b.first, step.now); });
  };
  state.match.for_each_waiting(add);
  const std::size_t waiting = wanting.size();
  sort_from(0);
  state.match.for_each_ringing(add);
  sort_from(waiting);
  for (const auto& [key, ref] : wanting) {
    if (!state.match.contains(ref)) continue;  // served in the turn of another one
    withdraw(state, ref);
    place(step, ref);
  }
}

}  // namespace cordboard::matching
