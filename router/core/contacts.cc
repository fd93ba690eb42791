#include "router/core/contacts.h"

#include <algorithm>
#include <array>

#include "router/core/assignments.h"
#include "router/core/contact_admission.h"
#include "router/core/destinations.h"
#include "router/core/escalation.h"
#include "router/core/gateways.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/opening.h"
#include "router/core/servability.h"
#include "router/core/splits.h"
#include "router/core/waiting.h"

namespace cordboard::contacts {
namespace {

constexpr int kForgetPerStep = 16;

std::size_t bucket_of(Duration wait) {
  const auto& bounds = QueueCounters::kWaitBoundsSeconds;
  const auto bound = std::find_if(bounds.begin(), bounds.end(), [&](std::uint32_t seconds) {
    return wait <= std::chrono::seconds(seconds);
  });
  return static_cast<std::size_t>(bound - bounds.begin());
}

void unlink_from_queue(State& state, ContactRef ref) {
  Contact& contact = state[ref];
  Queue& queue = state[contact.queue];
  (contact.queue_before ? state[contact.queue_before].queue_after : queue.oldest) = contact.queue_after;
  (contact.queue_after ? state[contact.queue_after].queue_before : queue.newest) = contact.queue_before;
  contact.queue_before = contact.queue_after = ContactRef::none();
}

void drop_cooldowns(State& state, Contact& contact) {
  for (const CooldownRef ref : contact.cooldowns) {
    Cooldown& cooldown = state[ref];
    std::erase(state[cooldown.agent].cooldowns, ref);
    state.deadlines.cancel(cooldown.deadline);
    state.cooldowns.erase(ref);
  }
  contact.cooldowns.clear();
}

// A segment begins. REQUIRES: the contact's queue, channel and requirement class are set.
void enter_queue(Step& step, ContactRef ref, SplitRef split) {
  State& state = step.state;
  Contact& contact = state[ref];
  Queue& queue = state[contact.queue];
  contact.queued_at = step.now;
  contact.wait_flags = 0;
  contact.deadline =
      state.deadlines.schedule(step.now + queue.config.max_wait, DeadlineKind::ContactMaxWait, ref.value);
  if (split) splits::take(state, split);
  link_to_queue(state, ref);
  waiting::begin(step, ref);
  ++queue.waiting;
  ++queue.counters.offered;
  step.emit(ContactQueued{ref, contact.queue, queue.waiting, split, servability::of(state, contact)});
}

// The contact looks for an agent for the first time in this segment.
void seek_agent(Step& step, ContactRef ref) {
  if (!step.state[step.state[ref].queue].open && opening::stops(step, ref)) return;
  matching::place(step, ref);
  if (step.state[ref].state != ContactState::Waiting) return;
  wait_statistics::begin(step, ref);
  escalation::look(step, ref, escalation::Instant::Entry);
}

// The segment is over, answered or not. Returns how long the contact waited.
Duration leave_queue(Step& step, ContactRef ref) {
  State& state = step.state;
  Contact& contact = state[ref];
  Queue& queue = state[contact.queue];
  const Duration wait = step.now - contact.queued_at;
  wait_statistics::end(step, ref);
  queue.counters.longest_wait_us =
      std::max(queue.counters.longest_wait_us, static_cast<std::uint64_t>(to_us(wait)));
  --queue.waiting;
  unlink_from_queue(state, ref);
  state.deadlines.cancel(contact.deadline);
  waiting::end(state, contact);
  state.match.release_requirement(contact.requirement_class);
  contact.requirement_class = RequirementClass::none();
  contact.target = AgentRef::none();
  drop_cooldowns(state, contact);
  return wait;
}

void count_leaving(Queue& queue, ContactSignal signal, Duration wait) {
  QueueCounters& counters = queue.counters;
  switch (signal) {
    case ContactSignal::Abandon:
      if (!mutated("abandon_is_not_counted")) ++counters.abandoned;
      counters.wait_abandoned_us += static_cast<std::uint64_t>(to_us(wait));
      ++counters.abandoned_waits[bucket_of(wait)];
      if (wait <= queue.config.service_level.within) ++counters.abandoned_within;
      if (wait <= queue.config.short_abandon) ++counters.abandoned_short;
      return;
    case ContactSignal::Cancel:
      ++counters.cancelled;
      return;
    case ContactSignal::Expire:
      ++counters.expired;
      return;
    case ContactSignal::Overflow:
      ++counters.overflowed;
      return;
    case ContactSignal::Offer:
    case ContactSignal::BackToWaiting:
    case ContactSignal::Connect:
    case ContactSignal::EndWithWrapUp:
    case ContactSignal::Complete:
    case ContactSignal::Transfer:
      break;
  }
  CB_ASSERT(false, "signal %d does not end an unanswered contact", static_cast<int>(signal));
}

void finish(Step& step, ContactRef ref, ContactSignal signal, Cause cause, Duration wait) {
  State& state = step.state;
  Contact& contact = state[ref];
  transition(contact, signal);
  contact.ended_at = step.now;
  contact.end_cause = cause;
  waiting::forget(state, contact);
  --state.live_contacts;
  gateways::contact_ended(state, contact.gateway);
  state.ended.push_back(ref);
  if (mutated("contact_ends_twice"))
    step.emit(ContactEnded{ref, contact.queue, contact.agent, contact.state, cause, wait, {}});
  const bool deflected = contact.state == ContactState::Overflowed;
  step.emit(ContactEnded{ref, contact.queue, contact.agent, contact.state, cause, wait,
                         deflected ? destinations::of(state, ref) : DestinationRef::none()});
}

// Those whose offer of one contact ended, in the order of the offers.
struct Agents {
  std::array<AgentRef, assignments::kMaxLiveOffers> refs;
  std::size_t count = 0;

  void add(AgentRef agent) { refs[count++] = agent; }
  const AgentRef* begin() const { return refs.data(); }
  const AgentRef* end() const { return refs.data() + count; }
};

// Ends the offers to agents who do not meet the requirement any more. Returns those agents.
Agents rescind_unfitting(Step& step, ContactRef ref) {
  State& state = step.state;
  const Contact& contact = state[ref];
  Agents freed;
  if (contact.target) return freed;
  for (const AssignmentRef offer : assignments::offers_of(state, ref)) {
    const AgentRef agent = state[offer].agent;
    if (state.match.eligible(contact.requirement_class, state[agent].profile_class)) continue;
    freed.add(agent);
    assignments::end_offer(step, offer, OfferState::Rescinded, Cause::ContactUpdated);
  }
  if (freed.count > 0 && contact.state == ContactState::Waiting) {
    step.emit(ContactRequeued{ref, contact.queue, Cause::ContactUpdated});
  }
  return freed;
}

bool names(const Event& event, ContactRef ref) {
  return std::visit(
      [&](const auto& e) {
        if constexpr (requires { e.contact; }) return e.contact == ref;
        return false;
      },
      event);
}

// Whoever gets the step's events looks up afterwards what they name, so it must still be there.
bool is_named_by(const Step& step, ContactRef ref) {
  return std::any_of(step.events.begin() + static_cast<std::ptrdiff_t>(step.first_event), step.events.end(),
                     [&](const Event& event) { return names(event, ref); });
}

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

}  // namespace

void link_to_queue(State& state, ContactRef ref) {
  Contact& contact = state[ref];
  Queue& queue = state[contact.queue];
  const auto comes_later = [&](const Contact& other) {
    return other.queued_at == contact.queued_at && other.sequence > contact.sequence;
  };
  ContactRef before = queue.newest;
  while (before && comes_later(state[before])) before = state[before].queue_before;
  const ContactRef after = before ? state[before].queue_after : queue.oldest;
  contact.queue_before = before;
  contact.queue_after = after;
  (before ? state[before].queue_after : queue.oldest) = ref;
  (after ? state[after].queue_before : queue.newest) = ref;
}

void transition(Contact& contact, ContactSignal signal) {
  const auto next = next_state(contact.state, signal);
  CB_ASSERT(next.has_value(), "contact %llu: signal %d in state %d",
            static_cast<unsigned long long>(contact.sequence), static_cast<int>(signal),
            static_cast<int>(contact.state));
  const bool wrong = signal == ContactSignal::BackToWaiting && mutated("requeued_contact_is_connected");
  contact.state = wrong ? ContactState::Connected : *next;
}

Outcome submit(Step& step, const SubmitContact& command) {
  State& state = step.state;
  const std::uint64_t fingerprint = fingerprint_of(command);
  if (const ContactRef known = state.find_contact(command.contact)) {
    if (state[known].fingerprint == fingerprint) return repeated();
    return rejected(RejectReason::ContactExists, "the contact was submitted before with another payload");
  }
  Admission admission = admit(state, command);
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
  contact.requirement = admission.requirement.canonical();
  contact.requirement_class = join_class(state, admission);
  contact.customer = command.customer;
  contact.attributes = command.attributes;
  state.contact_ids.insert(command.contact, ref.value);
  ++state.live_contacts;
  waiting::bring_relaxation(state, ref, std::move(admission.relax));
  enter_queue(step, ref, admission.split);
  seek_agent(step, ref);
  return accepted();
}

Outcome update(Step& step, const UpdateContact& command) {
  State& state = step.state;
  const ContactRef ref = state.find_contact(command.contact);
  if (!ref) return not_known(command.contact);
  Contact& contact = state[ref];
  if (!is_unanswered(contact.state)) return not_unanswered(contact);
  Admission admission = admit_update(state, contact, command, step.now);
  if (!admission.refused.accepted()) return std::move(admission.refused);

  if (state.match.contains(ref)) matching::withdraw(state, ref);
  contact.own_priority = command.priority.value_or(contact.own_priority);
  contact.tier = command.tier.value_or(contact.tier);
  if (command.attributes) contact.attributes = *command.attributes;
  if (command.requirement) contact.requirement = admission.requirement.canonical();
  if (command.relax) waiting::replace_relaxation(step, ref, std::move(admission.relax));
  if (command.requirement || command.relax) waiting::rejoin(state, ref);
  step.emit(ContactUpdated{ref});
  const Agents freed = rescind_unfitting(step, ref);
  const bool stays = freed.count == 0 || escalation::run(step, ref, escalation::Instant::OfferEnded);
  if (stays) matching::place(step, ref);
  for (const AgentRef agent : freed) matching::take_work(step, agent);
  if (command.requirement || command.relax) escalation::look(step, ref, escalation::Instant::Unservable);
  return accepted();
}

Outcome cancel(Step& step, const CancelContact& command) {
  const ContactRef ref = step.state.find_contact(command.contact);
  if (!ref) return not_known(command.contact);
  if (!is_unanswered(step.state[ref].state)) return not_unanswered(step.state[ref]);
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
  if (by_agent && (contact.state != ContactState::Connected || state[contact.agent].id != command.agent)) {
    return rejected(RejectReason::NotYourContact,
                    "agent '" + command.agent + "' is not connected with the contact");
  }
  if (is_unanswered(contact.state)) {
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
  enter_queue(step, ref, admission.split);
  seek_agent(step, ref);
  matching::take_work(step, from_agent);
  return accepted();
}

Duration answer(Step& step, ContactRef ref, AgentRef agent) {
  Contact& contact = step.state[ref];
  Queue& queue = step.state[contact.queue];
  transition(contact, ContactSignal::Connect);
  contact.answered_at = step.now;
  contact.agent = agent;
  --queue.offered;
  const Duration wait = leave_queue(step, ref);
  ++queue.counters.answered;
  queue.counters.wait_answered_us += static_cast<std::uint64_t>(to_us(wait));
  ++queue.counters.answered_waits[bucket_of(wait)];
  if (wait <= queue.config.service_level.within) ++queue.counters.answered_within;
  return wait;
}

void leave(Step& step, ContactRef ref, ContactSignal signal, Cause cause) {
  State& state = step.state;
  Contact& contact = state[ref];
  if (state.match.contains(ref)) matching::withdraw(state, ref);
  Agents rung;
  for (const AssignmentRef offer : assignments::offers_of(state, ref)) {
    if (mutated("offer_outlives_the_contact")) continue;
    rung.add(state[offer].agent);
    assignments::end_offer(step, offer, OfferState::Rescinded, cause);
  }
  const Duration wait = leave_queue(step, ref);
  count_leaving(state[contact.queue], signal, wait);
  finish(step, ref, signal, cause, wait);
  for (const AgentRef agent : rung) matching::take_work(step, agent);
}

void move(Step& step, ContactRef ref, QueueRef to, Cause cause) {
  State& state = step.state;
  Contact& contact = state[ref];
  const QueueRef from = contact.queue;
  auto fired = waiting::take_fired(state, contact);
  const Duration wait = leave_queue(step, ref);
  count_leaving(state[from], ContactSignal::Overflow, wait);
  contact.queue = to;
  contact.requirement_class = waiting::join_class(state, contact);
  ++contact.segment;
  step.emit(ContactMoved{ref, from, to, cause, wait});
  waiting::give_fired(state, ref, std::move(fired));
  enter_queue(step, ref, SplitRef::none());
  seek_agent(step, ref);
}

void take_away(Step& step, ContactRef ref, QueueRef to, Cause cause) {
  State& state = step.state;
  if (state.match.contains(ref)) matching::withdraw(state, ref);
  Agents rung;
  for (const AssignmentRef offer : assignments::offers_of(state, ref)) {
    rung.add(state[offer].agent);
    assignments::end_offer(step, offer, OfferState::Rescinded, cause);
  }
  move(step, ref, to, cause);
  for (const AgentRef agent : rung) matching::take_work(step, agent);
}

bool is_full(const State& state, QueueRef ref) {
  const Queue& queue = state[ref];
  const bool passes = !queue.open && queue.config.hours.when_closed.action == ClosedAction::Deflect;
  return !passes && queue.config.max_waiting != 0 && queue.waiting >= queue.config.max_waiting;
}

void deflect(Step& step, ContactRef ref, std::string_view destination, Cause cause) {
  destinations::set(step.state, ref, destination);
  leave(step, ref, ContactSignal::Overflow, cause);
}

void hang_up(Step& step, ContactRef ref, Cause cause) {
  Contact& contact = step.state[ref];
  contact.end_cause = cause;
  if (assignments::end_connection(step, contact.assignment, cause)) {
    transition(contact, ContactSignal::EndWithWrapUp);
  } else {
    complete(step, ref);
  }
}

void complete(Step& step, ContactRef ref) {
  Contact& contact = step.state[ref];
  ++step.state[contact.queue].counters.completed;
  finish(step, ref, ContactSignal::Complete, contact.end_cause, contact.answered_at - contact.queued_at);
}

void on_max_wait(Step& step, ContactRef ref) {
  step.state[ref].deadline = DeadlineRef::none();
  leave(step, ref, ContactSignal::Expire, Cause::MaxWait);
}

void on_cooldown_end(Step& step, CooldownRef ref) {
  State& state = step.state;
  const Cooldown cooldown = state[ref];
  std::erase(state[cooldown.contact].cooldowns, ref);
  std::erase(state[cooldown.agent].cooldowns, ref);
  state.cooldowns.erase(ref);
  matching::take_work(step, cooldown.agent);
}

void forget_ended(Step& step) {
  State& state = step.state;
  for (int i = 0; i < kForgetPerStep && !state.ended.empty(); ++i) {
    const ContactRef ref = state.ended.front();
    const Contact& contact = state[ref];
    const bool too_many = state.ended.size() > state.config.limits.ended_contacts;
    const bool too_old = contact.ended_at + state.config.remember_ended <= step.now;
    if (!(too_many || too_old) || contact.assignments > 0 || is_named_by(step, ref)) return;
    if (contact.state == ContactState::Overflowed) destinations::drop(state, ref);
    state.contact_ids.erase(contact.id, ref.value);
    state.contacts.erase(ref);
    state.ended.pop_front();
  }
}

}  // namespace cordboard::contacts
