#include "router/codec/api_agent.h"

#include "router/codec/api_enums.h"
#include "router/codec/api_time.h"

namespace cordboard {
namespace {

void fill_profile(const AgentProfile& profile, v1::AgentProfile* row) {
  for (const SkillLevel& skill : profile.skills) {
    v1::SkillLevel* level = row->add_skills();
    level->set_skill(skill.skill);
    level->set_level(skill.level);
  }
  for (const ChannelConfig& channel : profile.channels) {
    v1::ChannelCapacity* capacity = row->add_channels();
    capacity->set_channel(channel.name);
    capacity->set_units(channel.units);
    capacity->set_max_contacts(channel.max_contacts);
  }
}

void fill_loads(const State& state, const Agent& agent, v1::Agent* row) {
  for (std::size_t i = 0; i < agent.channels.size(); ++i) {
    const AgentChannel& channel = agent.channels[i];
    if (channel.max_contacts == 0 && channel.contacts == 0) continue;
    v1::ChannelLoad* load = row->add_channels();
    load->set_channel(state.channels[i].config.name);
    load->set_units(channel.units);
    load->set_max_contacts(channel.max_contacts);
    load->set_contacts(channel.contacts);
  }
}

void fill_in_hand(const State& state, const Assignment& assignment, v1::ContactInHand* row) {
  row->set_contact_id(state[assignment.contact].id);
  row->set_offer_id(assignment.offer.value);
  row->set_queue(state[assignment.queue].config.name);
  row->set_channel(state[assignment.channel].config.name);
  row->set_phase(to_api(assignment.phase));
  fill_time(assignment.since, row->mutable_since());
  fill_time(assignment.expires_at, row->mutable_expires_at());
  row->set_units(assignment.units);
  row->set_interrupted(assignment.interrupted);
}

void fill_counters(const Agent& agent, v1::AgentCounters* row) {
  const AgentCounters& counters = agent.counters;
  row->set_offers(counters.offers);
  row->set_accepted(counters.accepted);
  row->set_declined(counters.declined);
  row->set_expired(counters.expired);
  row->set_rescinded(counters.rescinded);
  row->set_handled(counters.handled);
  fill_duration_us(counters.logged_in_us, row->mutable_logged_in());
  fill_duration_us(counters.ready_idle_us, row->mutable_ready_idle());
  fill_duration_us(counters.busy_us, row->mutable_busy());
  fill_duration_us(counters.not_ready_us, row->mutable_not_ready());
  fill_time(agent.accounted_at, row->mutable_complete_until());
}

}  // namespace

void fill_agent(const State& state, AgentRef ref, v1::Agent* row) {
  const Agent& agent = state[ref];
  row->set_agent_id(agent.id);
  row->set_declared(agent.declared);
  row->set_state(to_api(agent.state));
  if (agent.state == AgentState::NotReady) row->set_not_ready_reason(agent.not_ready_reason);
  fill_time(agent.state_since, row->mutable_state_since());
  row->set_activity(to_api(agent.activity));
  fill_time(agent.activity_since, row->mutable_activity_since());
  row->set_connected(agent.connected);
  if (agent.logged_in_at != Time{}) fill_time(agent.logged_in_at, row->mutable_logged_in_at());
  fill_profile(agent.profile, row->mutable_profile());
  row->set_held_units(agent.held_units);
  fill_loads(state, agent, row);
  for (const AssignmentRef assignment : agent.assignments) {
    fill_in_hand(state, state[assignment], row->add_contacts());
  }
  row->set_contacts_since_login(agent.contacts_since_login);
  fill_counters(agent, row->mutable_counters());
}

}  // namespace cordboard
