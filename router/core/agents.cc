#include "router/core/agents.h"

#include <algorithm>

#include "router/core/agent_index.h"
#include "router/core/assignments.h"
#include "router/core/callbacks.h"
#include "router/core/contacts.h"
#include "router/core/escalation.h"
#include "router/core/ids.h"
#include "router/core/interruptions.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/opening.h"
#include "router/core/preference.h"

namespace cordboard::agents {
namespace {

// A set of phases.
constexpr unsigned bit(AssignmentPhase phase) { return 1u << static_cast<unsigned>(phase); }
unsigned phases_of(const State& state, const Agent& agent) {
  unsigned phases = 0;
  for (const AssignmentRef ref : agent.assignments) phases |= bit(state[ref].phase);
  return phases;
}

// Completes the sums up to now.
void close_books(const Step& step, Agent& agent) {
  const std::uint64_t busy_before = agent.counters.busy_us;
  account(step.state, agent, step.now - agent.accounted_at, agent.counters);
  agent.accounted_at = step.now;
  agent.busy_since_login_us += agent.counters.busy_us - busy_before;
}

// REQUIRES: within a Change.
void set_state(Step& step, AgentRef ref, AgentState to) {
  Agent& agent = step.state[ref];
  CB_ASSERT(agent.changing, "the state of agent %u outside a change", ref.value);
  if (agent.state == to) return;
  const AgentState from = std::exchange(agent.state, to);
  agent.state_since = step.now;
  step.emit(AgentStateChanged{ref, from, to});
}

// REQUIRES: within a Change.
void stop_not_responding(Step& step, Agent& agent) {
  agent.not_responding = false;
  step.state.deadlines.cancel(agent.return_deadline);
}

void rescind_offers(Step& step, AgentRef ref, Cause cause) {
  const std::vector<AssignmentRef> held = step.state[ref].assignments;
  for (const AssignmentRef assignment : held) {
    if (step.state[assignment].phase == AssignmentPhase::Offered) {
      assignments::requeue(step, assignment, OfferState::Rescinded, cause);
    }
  }
}

// Nobody would speak with the customers who answer.
void give_up_dials(Step& step, AgentRef ref, Cause cause) {
  const std::vector<AssignmentRef> held = step.state[ref].assignments;
  for (const AssignmentRef assignment : held) {
    if (step.state[assignment].phase == AssignmentPhase::Dialing)
      callbacks::give_up(step, step.state[assignment].contact, cause);
  }
}

void end_wrap_ups(Step& step, AgentRef ref, Cause cause) {
  const std::vector<AssignmentRef> held = step.state[ref].assignments;
  for (const AssignmentRef assignment : held) {
    if (step.state[assignment].phase == AssignmentPhase::WrapUp)
      assignments::end_wrap_up(step, assignment, cause);
  }
}

// Contacts that wait for this agent, and for which `leaves` is true, wait for the others whom they prefer, or
// for anybody in their queue.
void release_targeted(Step& step, AgentRef ref, Cause cause, auto leaves) {
  std::vector<ContactRef> released = step.state.match.targeted_at(ref, step.now);
  std::erase_if(released, [&](ContactRef contact) { return !leaves(step.state[contact]); });
  for (const ContactRef contact : released) {
    if (!step.state.match.contains(contact)) continue;  // served in the turn of another one
    const bool had_target = static_cast<bool>(step.state[contact].target);
    matching::withdraw(step.state, contact);
    if (preference::strike(step, contact, ref)) {
      step.emit(ContactRequeued{contact, step.state[contact].queue, cause});
    }
    if (!had_target || !opening::stops_untargeted(step, contact)) matching::place(step, contact);
  }
  for (const ContactRef contact : released) escalation::look(step, contact, escalation::Instant::Unservable);
}
void release_all_targeted(Step& step, AgentRef ref, Cause cause) {
  release_targeted(step, ref, cause, [](const Contact&) { return true; });
}

void log_out(Step& step, AgentRef ref, Cause cause) {
  State& state = step.state;
  {
    const Change change(step, ref, cause);
    Agent& agent = state[ref];
    set_state(step, ref, AgentState::LoggedOut);
    agent.connected = false;
    stop_not_responding(step, agent);
    state.deadlines.cancel(agent.grace_deadline);
  }
  rescind_offers(step, ref, cause);
  end_wrap_ups(step, ref, cause);
  release_all_targeted(step, ref, cause);
  leave_profile(state, state[ref]);
  if (state.match.has_unsettled()) escalation::on_agent_gone(step);
}

void start_grace(Step& step, AgentRef ref, Cause cause) {
  const Change change(step, ref, cause);
  Agent& agent = step.state[ref];
  agent.connected = false;
  agent.grace_deadline = step.state.deadlines.schedule(step.now + step.state.config.disconnect_grace,
                                                       DeadlineKind::AgentGrace, ref.value);
}

// The agent, when logged in; else why not.
struct Found {
  AgentRef agent;
  Outcome refused;
};
Found find_logged_in(const State& state, const std::string& id) {
  Found found;
  const AgentRef ref = state.find_agent(id);
  if (!ref) {
    found.refused = rejected(RejectReason::UnknownAgent, "no agent '" + id + "'");
  } else if (state[ref].state == AgentState::LoggedOut) {
    found.refused =
        rejected(RejectReason::AgentNotLoggedIn, "agent '" + id + "' is logged out; log in first");
  } else {
    found.agent = ref;
  }
  return found;
}

// The profile a login brings in: the given one, else the one already known.
std::optional<Rejection> check_login(const State& state, const Login& command, AgentProfile& profile) {
  if (!is_client_id(command.agent)) {
    return Rejection{RejectReason::InvalidId, std::string("agent id: ") + kClientIdRule};
  }
  const AgentRef known = state.find_agent(command.agent);
  const bool declared = known && state[known].declared;
  if (!declared && !state.config.undeclared_agents) {
    return Rejection{
        RejectReason::AgentNotDeclared,
        "agent '" + command.agent + "' is not in the configuration and undeclared_agents is false"};
  }
  if (!known && state.agents.size() >= state.config.limits.agents) {
    return Rejection{RejectReason::TooManyAgents,
                     "limits.agents is " + std::to_string(state.config.limits.agents)};
  }
  if (known) profile = state[known].profile;
  if (command.profile && !declared) {
    if (auto wrong = check_profile(state, *command.profile)) return wrong;
    profile = normalised(*command.profile);
  }
  if (!state.match.find_profile(profile.skills) &&
      state.match.profile_count() >= state.config.limits.profile_classes) {
    return Rejection{RejectReason::TooManyProfiles,
                     "limits.profile_classes is " + std::to_string(state.config.limits.profile_classes)};
  }
  return std::nullopt;
}

void begin_session(Step& step, Agent& agent) {
  agent.logged_in_at = step.now;
  agent.idle_since = step.now;
  agent.idle_sequence = step.state.next_idle_sequence++;
  agent.contacts_since_login = 0;
  agent.busy_since_login_us = 0;
  agent.logged_in_us_at_login = agent.counters.logged_in_us;
}

}  // namespace

Change::Change(Step& step, AgentRef agent, Cause cause) : step_(step), agent_(agent), cause_(cause) {
  CB_ASSERT(!step.state[agent].changing, "two changes of agent %u at a time", agent.value);
  leave_index(step.state, agent);
  close_books(step, step.state[agent]);
  step.state[agent].changing = true;
}

Change::~Change() {
  State& state = step_.state;
  Agent& agent = state[agent_];
  if (state.channels_interfere) interruptions::settle(step_, agent_);
  const AgentActivity activity = derive_activity(state, agent);
  if (activity != agent.activity) {
    step_.emit(AgentActivityChanged{agent_, agent.activity, activity, cause_});
    agent.activity = activity;
    agent.activity_since = step_.now;
  }
  if (state.match.uses(AgentStrategy::Random)) agent.random_draw = state.rng.next();
  agent.changing = false;
  enter_index(state, agent_);
}

void account(const State& state, const Agent& agent, Duration elapsed, AgentCounters& into) {
  const auto us = static_cast<std::uint64_t>(to_us(elapsed));
  if (us == 0) return;
  const bool busy =
      (phases_of(state, agent) &
       (bit(AssignmentPhase::Dialing) | bit(AssignmentPhase::Connected) | bit(AssignmentPhase::WrapUp))) != 0;
  if (agent.state != AgentState::LoggedOut) into.logged_in_us += us;
  if (busy) {
    into.busy_us += us;
  } else if (agent.activity == AgentActivity::Idle) {
    if (agent.state == AgentState::Ready) into.ready_idle_us += us;
    if (agent.state == AgentState::NotReady) into.not_ready_us += us;
  }
}

AgentActivity derive_activity(const State& state, const Agent& agent) {
  if (agent.state != AgentState::LoggedOut && !agent.connected) return AgentActivity::Disconnected;
  if (agent.not_responding) return AgentActivity::NotResponding;
  const unsigned phases = phases_of(state, agent);
  if ((phases & bit(AssignmentPhase::Offered)) != 0) return AgentActivity::Offered;
  if ((phases & (bit(AssignmentPhase::Connected) | bit(AssignmentPhase::Dialing))) != 0)
    return AgentActivity::Handling;
  if ((phases & bit(AssignmentPhase::WrapUp)) != 0) return AgentActivity::WrapUp;
  return AgentActivity::Idle;
}

void resolve_channels(State& state, Agent& agent) {
  agent.channels.resize(state.channels.size());
  for (std::size_t i = 0; i < state.channels.size(); ++i) {
    AgentChannel& mine = agent.channels[i];
    mine.units = mine.max_contacts = 0;
    const Channel& channel = state.channels[i];
    const std::vector<ChannelConfig>& own = agent.profile.channels;
    const auto named = std::find_if(own.begin(), own.end(),
                                    [&](const ChannelConfig& c) { return c.name == channel.config.name; });
    if (channel.removed || (!own.empty() && named == own.end())) continue;
    const ChannelConfig& cost = own.empty() ? channel.config : *named;
    mine.units = cost.units;
    mine.max_contacts = cost.max_contacts;
  }
}

AgentProfile normalised(AgentProfile profile) {
  std::sort(profile.skills.begin(), profile.skills.end());
  return profile;
}

std::optional<Rejection> check_profile(const State& state, const AgentProfile& given) {
  const AgentProfile profile = normalised(given);
  const auto wrong = [](std::string detail) {
    return Rejection{RejectReason::InvalidProfile, std::move(detail)};
  };
  if (profile.skills.size() > kMaxSkillsPerAgent) {
    return wrong(std::to_string(profile.skills.size()) + " skills; at most " +
                 std::to_string(kMaxSkillsPerAgent) + " are allowed");
  }
  for (std::size_t i = 0; i < profile.skills.size(); ++i) {
    const SkillLevel& skill = profile.skills[i];
    if (!is_skill_name(skill.skill)) return wrong("'" + skill.skill + "' is no skill name");
    if (skill.level < 1 || skill.level > 100)
      return wrong("the level of '" + skill.skill + "' must be from 1 to 100");
    if (i > 0 && profile.skills[i - 1].skill == skill.skill)
      return wrong("'" + skill.skill + "' is given twice");
  }
  for (const ChannelConfig& channel : profile.channels) {
    if (!state.find_channel(channel.name))
      return wrong("no channel '" + channel.name + "' in the configuration");
    if (channel.units < 1 || channel.units > kAgentCapacityUnits || channel.max_contacts < 1) {
      return wrong("channel '" + channel.name + "': units must be from 1 to 100 and max_contacts at least 1");
    }
    const auto same = [&](const ChannelConfig& other) { return other.name == channel.name; };
    if (std::count_if(profile.channels.begin(), profile.channels.end(), same) > 1)
      return wrong("channel '" + channel.name + "' is given twice");
  }
  return std::nullopt;
}

AgentRef add(State& state, const std::string& id) {
  const AgentRef ref{static_cast<std::uint32_t>(state.agents.size())};
  Agent& agent = state.agents.emplace_back();
  agent.id = id;
  agent.state_since = agent.activity_since = agent.accounted_at = state.now;
  state.agent_names.insert(id, ref.value);
  return ref;
}

void release_unserved(Step& step, AgentRef ref) {
  const Agent& agent = step.state[ref];
  release_targeted(step, ref, Cause::ProfileChanged, [&](const Contact& contact) {
    return !agent.serves(contact.channel) || !preference::wants(step.state, contact, ref);
  });
}

Outcome login(Step& step, const Login& command) {
  State& state = step.state;
  AgentProfile profile;
  if (auto refused = check_login(state, command, profile)) {
    return rejected(refused->reason, std::move(refused->detail));
  }
  AgentRef ref = state.find_agent(command.agent);
  if (!ref) ref = add(state, command.agent);
  {
    const Change change(step, ref, Cause::Chosen);
    Agent& agent = state[ref];
    leave_staff(state, agent);
    const ProfileClass kept = state.match.acquire_profile(profile.skills);  // often the one it leaves
    leave_profile(state, agent);
    if (agent.profile != profile) step.emit(AgentProfileChanged{ref});
    agent.profile = std::move(profile);
    resolve_channels(state, agent);
    join_profile(state, agent);
    state.match.release_profile(kept);
    agent.connected = true;
    state.deadlines.cancel(agent.grace_deadline);
    if (agent.state == AgentState::LoggedOut) {
      begin_session(step, agent);
      agent.not_ready_reason = command.ready ? "" : "login";
      set_state(step, ref, command.ready ? AgentState::Ready : AgentState::NotReady);
    }
  }
  release_unserved(step, ref);
  matching::take_work(step, ref);
  if (state.match.has_unsettled()) escalation::on_agent_gone(step);
  return accepted();
}

Outcome logout(Step& step, const Logout& command) {
  const Found found = find_logged_in(step.state, command.agent);
  if (!found.agent) return found.refused;
  log_out(step, found.agent, Cause::AgentLoggedOut);
  return accepted();
}

Outcome set_ready(Step& step, const SetReady& command) {
  const Found found = find_logged_in(step.state, command.agent);
  if (!found.agent) return found.refused;
  {
    const Change change(step, found.agent, Cause::Chosen);
    Agent& agent = step.state[found.agent];
    if (agent.state != AgentState::Ready || agent.not_responding) {
      agent.idle_since = step.now;
      agent.idle_sequence = step.state.next_idle_sequence++;
    }
    stop_not_responding(step, agent);
    agent.not_ready_reason.clear();
    set_state(step, found.agent, AgentState::Ready);
  }
  matching::take_work(step, found.agent);
  return accepted();
}

Outcome set_not_ready(Step& step, const SetNotReady& command) {
  const Found found = find_logged_in(step.state, command.agent);
  if (!found.agent) return found.refused;
  if (command.reason.size() > kMaxReasonLength) {
    return rejected(RejectReason::InvalidId,
                    "the reason is longer than " + std::to_string(kMaxReasonLength) + " bytes");
  }
  {
    const Change change(step, found.agent, Cause::Chosen);
    Agent& agent = step.state[found.agent];
    stop_not_responding(step, agent);
    const bool other_reason = agent.state == AgentState::NotReady && agent.not_ready_reason != command.reason;
    agent.not_ready_reason = command.reason;
    set_state(step, found.agent, AgentState::NotReady);
    if (other_reason) step.emit(AgentStateChanged{found.agent, AgentState::NotReady, AgentState::NotReady});
  }
  rescind_offers(step, found.agent, Cause::AgentNotReady);
  return accepted();
}

Outcome finish_wrap_up(Step& step, const FinishWrapUp& command) {
  State& state = step.state;
  const AgentRef agent = state.find_agent(command.agent);
  if (!agent) return rejected(RejectReason::UnknownAgent, "no agent '" + command.agent + "'");
  const ContactRef contact = state.find_contact(command.contact);
  if (!contact) return rejected(RejectReason::UnknownContact, "no contact '" + command.contact + "'");
  const AssignmentRef assignment = assignments::find(state, agent, contact, AssignmentPhase::WrapUp);
  if (!assignment) {
    return rejected(RejectReason::ContactNotInWrapUp,
                    "agent '" + command.agent + "' is not in wrap-up for the contact");
  }
  assignments::end_wrap_up(step, assignment, Cause::Chosen);
  if (!mutated("free_agent_is_forgotten")) matching::take_work(step, agent);
  return accepted();
}

Outcome release(Step& step, const ReleaseAgent& command) {
  State& state = step.state;
  const AgentRef ref = state.find_agent(command.agent);
  if (!ref) return rejected(RejectReason::UnknownAgent, "no agent '" + command.agent + "'");
  {
    const Change change(step, ref, Cause::AgentReleased);
    stop_not_responding(step, state[ref]);
    if (state[ref].state == AgentState::Ready) {
      state[ref].not_ready_reason = "released";
      set_state(step, ref, AgentState::NotReady);
    }
  }
  rescind_offers(step, ref, Cause::AgentReleased);
  give_up_dials(step, ref, Cause::AgentReleased);
  if (command.end_contacts) {
    const std::vector<AssignmentRef> held = state[ref].assignments;
    for (const AssignmentRef assignment : held) {
      if (state[assignment].phase != AssignmentPhase::Connected) continue;
      contacts::hang_up(step, state[assignment].contact, Cause::AgentReleased);
    }
  }
  end_wrap_ups(step, ref, Cause::AgentReleased);
  release_all_targeted(step, ref, Cause::AgentReleased);
  return accepted();
}

Outcome disconnect(Step& step, const AgentDisconnected& command) {
  const AgentRef ref = step.state.find_agent(command.agent);
  if (!ref || !step.state[ref].connected) return repeated();
  start_grace(step, ref, Cause::AgentLost);
  rescind_offers(step, ref, Cause::AgentLost);
  return accepted();
}

void mark_not_responding(Step& step, AgentRef ref) {
  State& state = step.state;
  Agent& agent = state[ref];
  if (agent.not_responding) return;
  agent.not_responding = true;
  if (state.config.not_responding_return == Duration::zero()) return;
  agent.return_deadline = state.deadlines.schedule(step.now + state.config.not_responding_return,
                                                   DeadlineKind::AgentReturn, ref.value);
}

void on_return(Step& step, AgentRef ref) {
  {
    const Change change(step, ref, Cause::ReturnedByItself);
    Agent& agent = step.state[ref];
    agent.return_deadline = DeadlineRef::none();
    agent.not_responding = false;
    agent.idle_since = step.now;
    agent.idle_sequence = step.state.next_idle_sequence++;
  }
  matching::take_work(step, ref);
}

void on_grace_end(Step& step, AgentRef ref) {
  step.state[ref].grace_deadline = DeadlineRef::none();
  log_out(step, ref, Cause::AgentLost);
  give_up_dials(step, ref, Cause::AgentLost);
}

void disconnect_all(Step& step) {
  std::vector<AgentRef> lost;
  for (std::uint32_t i = 0; i < step.state.agents.size(); ++i) {
    if (step.state.agents[i].connected) lost.push_back(AgentRef{i});
  }
  for (const AgentRef ref : lost) start_grace(step, ref, Cause::RouterRestarted);
  for (const AgentRef ref : lost) rescind_offers(step, ref, Cause::RouterRestarted);
}

}  // namespace cordboard::agents
