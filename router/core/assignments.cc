#include "router/core/assignments.h"

#include <algorithm>
#include <utility>

#include "router/core/agents.h"
#include "router/core/callbacks.h"
#include "router/core/contacts.h"
#include "router/core/escalation.h"
#include "router/core/explain_offer.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/opening.h"
#include "router/core/preference.h"

namespace cordboard::assignments {
namespace {

// The offer ended through no doing of the agent.
bool is_blameless(OfferState state, Cause cause) {
  if (state != OfferState::Rescinded) return false;
  switch (cause) {
    case Cause::AgentNotReady:
    case Cause::AgentLoggedOut:
    case Cause::AgentLost:
    case Cause::AgentReleased:
      return false;
    default:
      return true;
  }
}

void become_idle_now(Step& step, Agent& agent) {
  agent.idle_since = step.now;
  agent.idle_sequence = step.state.next_idle_sequence++;
}

void remember_offer(Agent& agent, OfferId offer, OfferState state) {
  agent.recent_offers[agent.next_recent_offer] = {offer, state};
  agent.next_recent_offer = (agent.next_recent_offer + 1) % Agent::kRecentOffers;
}

void count_end(QueueCounters& queue, AgentCounters& agent, OfferState state) {
  switch (state) {
    case OfferState::Accepted:
      ++queue.offers_accepted;
      ++agent.accepted;
      return;
    case OfferState::Declined:
      ++queue.offers_declined;
      ++agent.declined;
      return;
    case OfferState::Expired:
      ++queue.offers_expired;
      agent.expired += mutated("offer_ends_twice") ? 2 : 1;
      return;
    case OfferState::Rescinded:
      ++queue.offers_rescinded;
      ++agent.rescinded;
      return;
    case OfferState::Pending:
      break;
  }
  CB_ASSERT(false, "an offer ended as pending");
}

// Takes an assignment out of its contact's chain. One that is not in it (a wrap-up after a transfer) stays
// out.
void unlink(State& state, Contact& contact, AssignmentRef ref) {
  AssignmentRef* at = &contact.assignment;
  while (*at && *at != ref) at = &state[*at].next_offer;
  if (*at) *at = std::exchange(state[ref].next_offer, AssignmentRef::none());
}

void append(State& state, Contact& contact, AssignmentRef ref) {
  AssignmentRef* at = &contact.assignment;
  while (*at) at = &state[*at].next_offer;
  *at = ref;
}

// Frees the capacity and forgets the assignment. REQUIRES: within an agents::Change of its agent.
void release(Step& step, AssignmentRef ref) {
  State& state = step.state;
  Assignment& assignment = state[ref];
  Agent& agent = state[assignment.agent];
  Contact& contact = state[assignment.contact];
  CB_ASSERT(agent.changing, "assignment %u released outside a change of its agent", ref.value);
  if (!mutated("deadline_outlives_its_owner")) state.deadlines.cancel(assignment.deadline);
  if (!assignment.interrupted) agent.held_units -= assignment.units;
  --agent.channels[assignment.channel.value].contacts;
  if (!mutated("agent_forgets_an_assignment")) std::erase(agent.assignments, ref);
  --contact.assignments;
  unlink(state, contact, ref);
  state.assignments.erase(ref);
}

DeadlineKind limit_of(AssignmentPhase phase) {
  switch (phase) {
    case AssignmentPhase::Offered:
      return DeadlineKind::OfferTimeout;
    case AssignmentPhase::Dialing:
      return DeadlineKind::DialTimeout;
    case AssignmentPhase::Connected:
      return DeadlineKind::MaxHandling;
    case AssignmentPhase::WrapUp:
      return DeadlineKind::WrapUpTimeout;
  }
  CB_ASSERT(false, "phase %d", static_cast<int>(phase));
}

void enter_phase(Step& step, AssignmentRef ref, AssignmentPhase phase, Duration lasts) {
  Assignment& assignment = step.state[ref];
  step.state.deadlines.cancel(assignment.deadline);
  assignment.phase = phase;
  assignment.since = step.now;
  assignment.expires_at = step.now + lasts;
  if (assignment.interrupted) {
    assignment.interrupted_at = step.now;  // its time has not begun
    return;
  }
  assignment.deadline = step.state.deadlines.schedule(assignment.expires_at, limit_of(phase), ref.value);
}

// The pending offer with this id of this agent, or why there is none.
struct OfferLookup {
  AssignmentRef assignment;
  AgentRef agent;
  Outcome refused;
};

OfferLookup find_offer(const State& state, const std::string& agent_id, OfferId offer) {
  OfferLookup lookup;
  lookup.agent = state.find_agent(agent_id);
  if (!lookup.agent) {
    lookup.refused = rejected(RejectReason::UnknownAgent, "no agent '" + agent_id + "' has ever logged in");
    return lookup;
  }
  const Agent& agent = state[lookup.agent];
  for (const AssignmentRef ref : agent.assignments) {
    if (state[ref].offer != offer) continue;
    if (state[ref].phase == AssignmentPhase::Offered) {
      lookup.assignment = ref;
    } else {
      lookup.refused = rejected(RejectReason::OfferFinished, "the offer was accepted already");
    }
    return lookup;
  }
  for (const Agent::RecentOffer& recent : agent.recent_offers) {
    if (recent.offer != offer || !offer) continue;
    lookup.refused =
        rejected(RejectReason::OfferFinished, "the offer is " + std::string(to_string(recent.state)));
    return lookup;
  }
  lookup.refused = rejected(RejectReason::UnknownOffer, "offer " + std::to_string(offer.value) +
                                                            " is none of the latest offers of this agent");
  return lookup;
}

// Time in the phase, without what it was interrupted for.
Duration worked(const Step& step, const Assignment& assignment) {
  return (assignment.interrupted ? assignment.interrupted_at : step.now) - assignment.since;
}

std::uint64_t next_offer_id(State& state) {
  const std::uint64_t id = state.next_offer++;
  return mutated("offer_id_is_used_again") && id > 1 ? id - 1 : id;
}

// REQUIRES for both: within an agents::Change of the agent.
void start_connection(Step& step, AssignmentRef ref) {
  State& state = step.state;
  const Assignment& assignment = state[ref];
  const Duration wait = contacts::answer(step, assignment.contact, assignment.agent);
  ++state[assignment.agent].contacts_since_login;
  ++state[assignment.queue].connected;
  enter_phase(step, ref, AssignmentPhase::Connected, state.config.max_handling);
  if (mutated("event_is_not_told")) return;
  step.emit(ContactConnected{assignment.contact, assignment.queue, assignment.agent, assignment.offer, wait});
}

void start_dial(Step& step, AssignmentRef ref) {
  State& state = step.state;
  const Assignment& assignment = state[ref];
  Queue& queue = state[assignment.queue];
  contacts::transition(state[assignment.contact], ContactSignal::Dial);
  state[assignment.contact].target = AgentRef::none();  // who it was assigned to has it
  --queue.offered;
  ++queue.dialing;
  enter_phase(step, ref, AssignmentPhase::Dialing, queue.config.callback.dial_timeout);
  callbacks::dial(step, ref);
}

void keep_place_among_idle(Agent& agent, const Assignment& assignment) {
  agent.idle_since = assignment.agent_idle_since;
  agent.idle_sequence = assignment.agent_idle_sequence;
}

// The agent has accepted. REQUIRES: the contact has no other offer that is not rescinded in this step.
void connect(Step& step, AssignmentRef ref) {
  State& state = step.state;
  const Assignment& assignment = state[ref];
  const agents::Change change(step, assignment.agent, Cause::Chosen);
  Agent& agent = state[assignment.agent];
  Queue& queue = state[assignment.queue];
  remember_offer(agent, assignment.offer, OfferState::Accepted);
  count_end(queue.counters, agent.counters, OfferState::Accepted);
  queue.wait.ringing_us += static_cast<std::uint64_t>(to_us(step.now - assignment.since));
  step.emit(OfferEnded{assignment.offer, assignment.contact, assignment.agent, OfferState::Accepted,
                       Cause::Chosen, assignment.queue});
  if (state[assignment.contact].is_callback()) {
    start_dial(step, ref);
  } else {
    start_connection(step, ref);
  }
}

// The first of several agents has accepted. The others are all free before anybody gets other work.
void answer_for_all(Step& step, AssignmentRef winner) {
  State& state = step.state;
  const ContactRef contact = state[winner].contact;
  const LiveOffers offers = offers_of(state, contact);
  if (state.match.contains(contact)) matching::withdraw(state, contact);
  for (const AssignmentRef ref : offers) state[ref].next_offer = AssignmentRef::none();
  state[contact].assignment = winner;
  connect(step, winner);
  LiveOffers losers = offers;
  losers.remove(winner);
  if (mutated("loser_keeps_ringing")) losers = {};
  const Agents freed = rescind(step, losers, Cause::AnsweredElsewhere);
  for (const AgentRef agent : freed) matching::take_work(step, agent);
}

}  // namespace

void start_cooldown(Step& step, ContactRef contact, AgentRef agent) {
  State& state = step.state;
  if (state.config.decline_cooldown <= Duration::zero() || mutated("declined_contact_comes_back")) return;
  const CooldownRef ref = state.cooldowns.insert({contact, agent, {}});
  state[ref].deadline = state.deadlines.schedule(step.now + state.config.decline_cooldown,
                                                 DeadlineKind::CooldownEnd, ref.value);
  state[contact].cooldowns.push_back(ref);
  state[agent].cooldowns.push_back(ref);
}

LiveOffers offers_of(const State& state, ContactRef contact) {
  LiveOffers offers;
  if (state[contact].state != ContactState::Offered) return offers;
  for (AssignmentRef at = state[contact].assignment; at; at = state[at].next_offer) {
    offers.add(at);
  }
  return offers;
}

std::size_t live_offers(const State& state, ContactRef contact) { return offers_of(state, contact).count; }

AssignmentRef offer_to(const State& state, ContactRef contact, AgentRef agent) {
  for (const AssignmentRef ref : offers_of(state, contact)) {
    if (state[ref].agent == agent) return ref;
  }
  return AssignmentRef::none();
}

AssignmentRef find(const State& state, AgentRef agent, ContactRef contact, AssignmentPhase phase) {
  for (const AssignmentRef ref : state[agent].assignments) {
    if (state[ref].contact == contact && state[ref].phase == phase) return ref;
  }
  return AssignmentRef::none();
}

void offer(Step& step, ContactRef contact_ref, AgentRef agent_ref) {
  State& state = step.state;
  if (state.config.limits.explained_offers > 0) explain::note_decision(step, contact_ref, agent_ref);
  const agents::Change change(step, agent_ref, Cause::None);
  Contact& contact = state[contact_ref];
  Agent& agent = state[agent_ref];
  Queue& queue = state[contact.queue];
  AgentChannel& channel = agent.channels[contact.channel.value];

  const AssignmentRef ref = state.assignments.insert({.offer = OfferId{next_offer_id(state)},
                                                      .contact = contact_ref,
                                                      .agent = agent_ref,
                                                      .queue = contact.queue,
                                                      .channel = contact.channel,
                                                      .exclusive = state[contact.channel].config.exclusive,
                                                      .units = channel.units,
                                                      .agent_idle_since = agent.idle_since,
                                                      .agent_idle_sequence = agent.idle_sequence});
  enter_phase(step, ref, AssignmentPhase::Offered, queue.config.offer_timeout);

  if (!mutated("capacity_is_not_held")) agent.held_units += channel.units;
  ++channel.contacts;
  agent.assignments.push_back(ref);
  agent.last_offer_sequence = state.next_offer_sequence++;
  become_idle_now(step, agent);  // behind the others, should there be capacity left
  ++agent.counters.offers;

  if (contact.state == ContactState::Waiting) {
    contacts::transition(contact, ContactSignal::Offer);
    contact.assignment = ref;
    ++queue.offered;
  } else {
    append(state, contact, ref);
  }
  ++contact.assignments;
  ++queue.counters.offers;
  if ((contact.wait_flags & kHadToWait) != 0) wait_statistics::start(step, contact_ref);
  step.emit(OfferCreated{state[ref].offer, contact_ref, agent_ref, state[ref].expires_at, contact.queue});
}

Outcome accept(Step& step, const AcceptOffer& command) {
  State& state = step.state;
  const OfferLookup found = find_offer(state, command.agent, command.offer);
  if (!found.assignment && found.agent && mutated("second_accept_wins_too")) return accepted();
  if (!found.assignment) return found.refused;

  const Assignment& assignment = state[found.assignment];
  if (state[assignment.queue].config.ring > 1) {
    answer_for_all(step, found.assignment);
  } else {
    connect(step, found.assignment);
  }
  // Others may interrupt it from now on.
  if (state.channels_interfere && !mutated("answered_work_blocks")) matching::take_work(step, found.agent);
  Outcome outcome = accepted();
  outcome.offer = command.offer;
  return outcome;
}

Outcome decline(Step& step, const DeclineOffer& command) {
  const OfferLookup found = find_offer(step.state, command.agent, command.offer);
  if (!found.assignment) {
    if (mutated("late_answer_counts") && found.agent) ++step.state[found.agent].counters.declined;
    return found.refused;
  }
  start_cooldown(step, step.state[found.assignment].contact, found.agent);
  requeue(step, found.assignment, OfferState::Declined, Cause::Declined);
  matching::take_work(step, found.agent);
  Outcome outcome = accepted();
  outcome.offer = command.offer;
  return outcome;
}

void end_offer(Step& step, AssignmentRef ref, OfferState end, Cause cause) {
  State& state = step.state;
  const Assignment assignment = state[ref];
  CB_ASSERT(assignment.phase == AssignmentPhase::Offered, "offer %llu ended in phase %d",
            static_cast<unsigned long long>(assignment.offer.value), static_cast<int>(assignment.phase));
  const agents::Change change(step, assignment.agent, cause);
  Agent& agent = state[assignment.agent];
  Contact& contact = state[assignment.contact];
  Queue& queue = state[assignment.queue];

  if (state.match.contains(assignment.contact)) matching::withdraw(state, assignment.contact);
  release(step, ref);
  remember_offer(agent, assignment.offer, end);
  count_end(queue.counters, agent.counters, end);
  if (end == OfferState::Expired) agents::mark_not_responding(step, assignment.agent);
  const bool blameless = is_blameless(end, cause);
  if (blameless) keep_place_among_idle(agent, assignment);
  const bool was_the_last = contact.state == ContactState::Offered && !contact.assignment;
  if (was_the_last) {
    const bool may_try_again = blameless && agent.serves(assignment.channel);
    if (!may_try_again) preference::strike(step, assignment.contact, assignment.agent);
    contacts::transition(contact, ContactSignal::BackToWaiting);
    if (!mutated("ringing_is_not_counted_down")) --queue.offered;
  }
  queue.wait.ringing_us += static_cast<std::uint64_t>(to_us(step.now - assignment.since));
  step.emit(OfferEnded{assignment.offer, assignment.contact, assignment.agent, end, cause, assignment.queue});
}

Agents rescind(Step& step, const LiveOffers& offers, Cause cause) {
  Agents freed;
  for (const AssignmentRef ref : offers) {
    freed.add(step.state[ref].agent);
    end_offer(step, ref, OfferState::Rescinded, cause);
  }
  return freed;
}

void requeue(Step& step, AssignmentRef ref, OfferState end, Cause cause) {
  const ContactRef contact = step.state[ref].contact;
  const bool had_target = static_cast<bool>(step.state[contact].target);
  end_offer(step, ref, end, cause);
  if (mutated("place_is_lost")) step.state[contact].place_at = step.now;
  if (step.state[contact].state == ContactState::Waiting) {
    step.emit(ContactRequeued{contact, step.state[contact].queue, cause});
  }
  if (!escalation::on_offer_ended(step, contact, end)) return;
  const bool lost_target = had_target && !step.state[contact].target;
  if (!lost_target || !opening::stops_untargeted(step, contact)) matching::place(step, contact);
}

void connect_dialed(Step& step, AssignmentRef ref) {
  const agents::Change change(step, step.state[ref].agent, Cause::None);
  start_connection(step, ref);
}

void end_dial(Step& step, AssignmentRef ref, Cause cause) {
  State& state = step.state;
  const Assignment assignment = state[ref];
  CB_ASSERT(assignment.phase == AssignmentPhase::Dialing, "assignment %u is not dialing", ref.value);
  const agents::Change change(step, assignment.agent, cause);
  --state[assignment.queue].dialing;
  release(step, ref);
  keep_place_among_idle(state[assignment.agent], assignment);
}

bool end_connection(Step& step, AssignmentRef ref, Cause cause) {
  State& state = step.state;
  const Assignment assignment = state[ref];
  CB_ASSERT(assignment.phase == AssignmentPhase::Connected, "assignment %u is not connected", ref.value);
  const agents::Change change(step, assignment.agent, cause);
  Queue& queue = state[assignment.queue];
  Agent& agent = state[assignment.agent];
  --queue.connected;
  ++queue.counters.handled;
  ++agent.counters.handled;
  queue.counters.connected_us += static_cast<std::uint64_t>(to_us(worked(step, assignment)));
  const bool wraps_up = queue.config.wrap_up_timeout > Duration::zero() &&
                        agent.state != AgentState::LoggedOut && agent.connected;
  if (!wraps_up) {
    release(step, ref);
    become_idle_now(step, agent);
    return false;
  }
  ++queue.wrap_up;
  enter_phase(step, ref, AssignmentPhase::WrapUp, queue.config.wrap_up_timeout);
  step.emit(WrapUpStarted{assignment.contact, assignment.queue, assignment.agent, state[ref].expires_at});
  return true;
}

void end_wrap_up(Step& step, AssignmentRef ref, Cause cause) {
  State& state = step.state;
  const Assignment assignment = state[ref];
  CB_ASSERT(assignment.phase == AssignmentPhase::WrapUp, "assignment %u is not in wrap-up", ref.value);
  const bool completes = state[assignment.contact].assignment == ref;
  {
    const agents::Change change(step, assignment.agent, cause);
    Queue& queue = state[assignment.queue];
    --queue.wrap_up;
    queue.counters.wrap_up_us += static_cast<std::uint64_t>(to_us(worked(step, assignment)));
    release(step, ref);
    become_idle_now(step, state[assignment.agent]);
    step.emit(WrapUpEnded{assignment.contact, assignment.queue, assignment.agent, cause});
  }
  if (completes) contacts::complete(step, assignment.contact);
}

void interrupt(Step& step, AssignmentRef ref) {
  Assignment& assignment = step.state[ref];
  assignment.interrupted = true;
  assignment.interrupted_at = step.now;
  step.state[assignment.agent].held_units -= assignment.units;
  step.state.deadlines.cancel(assignment.deadline);
  step.emit(ContactInterrupted{assignment.contact, assignment.queue, assignment.agent});
}

void resume(Step& step, AssignmentRef ref) {
  Assignment& assignment = step.state[ref];
  const Duration stopped = step.now - assignment.interrupted_at;
  assignment.interrupted = false;
  assignment.since += stopped;
  assignment.expires_at += stopped;
  step.state[assignment.agent].held_units += assignment.units;
  assignment.deadline =
      step.state.deadlines.schedule(assignment.expires_at, limit_of(assignment.phase), ref.value);
  step.emit(ContactResumed{assignment.contact, assignment.queue, assignment.agent, assignment.expires_at});
}

void on_deadline(Step& step, AssignmentRef ref) {
  const Assignment assignment = step.state[ref];
  step.state[ref].deadline = DeadlineRef::none();
  switch (assignment.phase) {
    case AssignmentPhase::Offered:
      requeue(step, ref, OfferState::Expired, Cause::OfferExpired);
      break;
    case AssignmentPhase::Dialing:
      callbacks::give_up(step, assignment.contact, Cause::DialTimeout);
      break;
    case AssignmentPhase::Connected:
      contacts::hang_up(step, assignment.contact, Cause::MaxHandling);
      break;
    case AssignmentPhase::WrapUp:
      end_wrap_up(step, ref, Cause::WrapUpTimeout);
      break;
  }
  matching::take_work(step, assignment.agent);
}

}  // namespace cordboard::assignments
