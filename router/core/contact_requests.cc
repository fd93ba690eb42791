#include "router/core/contact_requests.h"

#include <algorithm>
#include <utility>

#include "router/core/assignments.h"
#include "router/core/callbacks.h"
#include "router/core/contact_admission.h"
#include "router/core/contacts.h"
#include "router/core/escalation.h"
#include "router/core/gateways.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/preference.h"
#include "router/core/redials.h"
#include "router/core/scheduled.h"
#include "router/core/splits.h"
#include "router/core/waiting.h"

namespace cordboard::contacts {
namespace {

// Ends the offers to agents who do not meet the requirement any more. Returns those agents.
assignments::Agents rescind_unfitting(Step& step, ContactRef ref) {
  State& state = step.state;
  const Contact& contact = state[ref];
  if (contact.target) return {};
  assignments::LiveOffers unfitting;
  for (const AssignmentRef offer : assignments::offers_of(state, ref)) {
    const ProfileClass profile = state[state[offer].agent].profile_class;
    if (!state.match.eligible(contact.requirement_class, profile)) unfitting.add(offer);
  }
  const assignments::Agents freed = assignments::rescind(step, unfitting, Cause::ContactUpdated);
  if (freed.count > 0 && contact.state == ContactState::Waiting) {
    step.emit(ContactRequeued{ref, contact.queue, Cause::ContactUpdated});
  }
  return freed;
}

// Into the queue, or to wait for its time. REQUIRES: everything about the contact is set.
void begin(Step& step, ContactRef ref, const SubmitContact& command, SplitRef split) {
  State& state = step.state;
  Contact& contact = state[ref];
  const Time due = std::max(step.now, command.not_before.value_or(step.now));
  if (!command.callback && due == step.now) {
    const std::optional<Time> place = redials::take(state, contact.queue, contact.customer, step.now);
    if (place) ++state[contact.queue].counters.redials;
    contact.place_at = place.value_or(step.now);
    return join_queue(step, ref, place ? Cause::Redialled : Cause::None, split);
  }
  if (split) splits::take(state, split);
  contact.state = ContactState::Scheduled;
  contact.place_at = due;
  if (command.callback) callbacks::begin(step, ref, due, command.promise);
  const Cause cause = command.callback ? Cause::CallbackRequested : Cause::None;
  scheduled::begin(step, ref, due, cause);
  if (due == step.now) scheduled::come_in(step, ref, cause);
}

}  // namespace

Outcome not_known(const std::string& id) {
  return rejected(RejectReason::UnknownContact,
                  "no contact '" + id + "': never submitted, or ended longer ago than remember_ended");
}

Outcome finished(const Contact& contact) {
  return rejected(RejectReason::ContactFinished, "the contact is " + std::string(to_string(contact.state)));
}

// Why an unanswered contact is needed and this is none.
Outcome not_unanswered(const Contact& contact) {
  if (is_final(contact.state)) return finished(contact);
  return rejected(RejectReason::ContactConnected,
                  "the contact is " + std::string(to_string(contact.state)) + "; end it instead");
}

Outcome nobody_on_the_line() {
  return rejected(RejectReason::NoCustomerOnLine,
                  "the contact is scheduled or a callback: nobody is on the line; cancel it to withdraw it");
}

Outcome submit(Step& step, const SubmitContact& command) {
  State& state = step.state;
  const std::uint64_t fingerprint = fingerprint_of(command);
  if (const ContactRef known = state.find_contact(command.contact)) {
    if (state[known].fingerprint == fingerprint) return repeated();
    return rejected(RejectReason::ContactExists, "the contact was submitted before with another payload");
  }
  Admission admission = admit(state, step.now, command);
  if (!admission.refused.accepted()) return std::move(admission.refused);

  const ContactRef ref = state.contacts.insert();
  Contact& contact = state[ref];
  contact.id = command.contact;
  contact.gateway = gateways::contact_begun(state, command.gateway);
  contact.queue = admission.queue;
  contact.channel = admission.channel;
  contact.own_priority = command.priority;
  contact.tier = command.tier;
  contact.sequence = state.next_contact_sequence++;
  contact.fingerprint = fingerprint;
  contact.created_at = contact.place_at = step.now;
  contact.queued_at = kNever;
  contact.requirement = admission.requirement.canonical();
  contact.requirement_class = join_class(state, admission);
  contact.customer = command.customer;
  contact.attributes = command.attributes;
  state.contact_ids.insert(command.contact, ref.value);
  ++state.live_contacts;
  waiting::bring_relaxation(state, ref, std::move(admission.relax));
  preference::bring(state, ref, std::move(admission.preferred), command.preferred_for,
                    command.preferred_first);
  begin(step, ref, command, admission.split);
  return accepted();
}

Outcome update(Step& step, const UpdateContact& command) {
  State& state = step.state;
  const ContactRef ref = state.find_contact(command.contact);
  if (!ref) return not_known(command.contact);
  Contact& contact = state[ref];
  const bool scheduled = contact.state == ContactState::Scheduled;
  if (!scheduled && !is_unanswered(contact.state)) return not_unanswered(contact);
  Admission admission = admit_update(state, contact, command, step.now);
  if (!admission.refused.accepted()) return std::move(admission.refused);

  const ContactState was = contact.state;
  if (state.match.contains(ref)) matching::withdraw(state, ref);
  contact.own_priority = command.priority.value_or(contact.own_priority);
  contact.tier = command.tier.value_or(contact.tier);
  if (command.attributes) contact.attributes = *command.attributes;
  if (command.requirement) contact.requirement = admission.requirement.canonical();
  if (command.relax) waiting::replace_relaxation(step, ref, std::move(admission.relax));
  if (command.requirement || command.relax) waiting::rejoin(state, ref);
  step.emit(ContactUpdated{ref});
  if (command.not_before) scheduled::set_due(step, ref, *command.not_before);
  if (was != ContactState::Waiting && was != ContactState::Offered) return accepted();
  const assignments::Agents freed = rescind_unfitting(step, ref);
  const bool stays = freed.count == 0 || escalation::run(step, ref, escalation::Instant::OfferEnded);
  if (stays) matching::place(step, ref);
  for (const AgentRef agent : freed) matching::take_work(step, agent);
  const bool asks_others = command.requirement || command.relax;
  if (asks_others && !mutated("new_requirement_is_not_looked_at"))
    escalation::look(step, ref, escalation::Instant::Unservable);
  return accepted();
}

Outcome cancel(Step& step, const CancelContact& command) {
  const ContactRef ref = step.state.find_contact(command.contact);
  if (!ref) return not_known(command.contact);
  const ContactState was = step.state[ref].state;
  if (was != ContactState::Scheduled && !is_unanswered(was)) return not_unanswered(step.state[ref]);
  leave(step, ref, ContactSignal::Cancel, Cause::Cancelled);
  return accepted();
}

Outcome end(Step& step, const EndContact& command) {
  State& state = step.state;
  const ContactRef ref = state.find_contact(command.contact);
  if (!ref) return not_known(command.contact);
  const Contact& contact = state[ref];
  if (is_final(contact.state)) return finished(contact);
  const bool by_agent = !command.agent.empty();
  if (contact.state == ContactState::WrapUp) {
    return rejected(RejectReason::ContactNotConnected,
                    "the contact has ended already; the agent is in wrap-up");
  }
  const bool dialing = contact.state == ContactState::Dialing;
  if (by_agent && dialing && state[state[contact.assignment].agent].id == command.agent) {
    callbacks::give_up(step, ref, Cause::AgentEnded);
    return accepted();
  }
  if (!by_agent && (contact.is_callback() || contact.state == ContactState::Scheduled)) {
    return nobody_on_the_line();
  }
  if (by_agent && (contact.state != ContactState::Connected || state[contact.agent].id != command.agent)) {
    return rejected(RejectReason::NotYourContact,
                    "agent '" + command.agent + "' is not connected with the contact");
  }
  if (is_unanswered(contact.state)) {
    redials::remember(state, contact, step.now);
    leave(step, ref, ContactSignal::Abandon, Cause::CustomerLeft);
    return accepted();
  }
  const AgentRef agent = contact.agent;
  hang_up(step, ref, by_agent ? Cause::AgentEnded : Cause::CustomerLeft);
  matching::take_work(step, agent);
  return accepted();
}

Outcome transfer(Step& step, const TransferContact& command) {
  State& state = step.state;
  const ContactRef ref = state.find_contact(command.contact);
  if (!ref) return not_known(command.contact);
  Contact& contact = state[ref];
  if (is_final(contact.state)) return finished(contact);
  if (contact.state != ContactState::Connected) {
    return rejected(RejectReason::ContactNotConnected, "only a connected contact can be transferred");
  }
  if (!command.agent.empty() && state[contact.agent].id != command.agent) {
    return rejected(RejectReason::NotYourContact,
                    "agent '" + command.agent + "' is not connected with the contact");
  }
  Admission admission = admit_transfer(state, contact, command);
  if (!admission.refused.accepted()) return std::move(admission.refused);

  const QueueRef from_queue = contact.queue;
  const AgentRef from_agent = contact.agent;
  ++state[from_queue].counters.transferred_out;
  const AssignmentRef handed_over = contact.assignment;
  contact.assignment = AssignmentRef::none();
  assignments::end_connection(step, handed_over, Cause::Transferred);

  transition(contact, ContactSignal::Transfer);
  contact.queue = admission.queue;
  contact.target = admission.target;
  contact.requirement_class = join_class(state, admission);
  ++contact.segment;
  if (command.to_back) contact.place_at = step.now;
  ++state[contact.queue].counters.transferred_in;
  step.emit(ContactTransferred{ref, from_queue, from_agent, contact.queue, contact.target});
  join_queue(step, ref, Cause::None, admission.split);
  matching::take_work(step, from_agent);
  return accepted();
}

}  // namespace cordboard::contacts
