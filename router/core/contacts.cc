#include "router/core/contacts.h"

#include <algorithm>

#include "router/core/assignments.h"
#include "router/core/callbacks.h"
#include "router/core/destinations.h"
#include "router/core/escalation.h"
#include "router/core/gateways.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/opening.h"
#include "router/core/preference.h"
#include "router/core/redials.h"
#include "router/core/scheduled.h"
#include "router/core/servability.h"
#include "router/core/splits.h"
#include "router/core/wait_statistics.h"
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
  if (contact.is_callback()) --queue.callbacks;
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
    case ContactSignal::ComeIn:
    case ContactSignal::Defer:
    case ContactSignal::Dial:
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
  if (contact.is_callback()) callbacks::forget(state, ref);
  --state.live_contacts;
  gateways::contact_ended(state, contact.gateway);
  state.ended.push_back(ref);
  if (mutated("contact_ends_twice"))
    step.emit(ContactEnded{ref, contact.queue, contact.agent, contact.state, cause, wait, {}});
  const bool deflected = contact.state == ContactState::Overflowed;
  step.emit(ContactEnded{ref, contact.queue, contact.agent, contact.state, cause, wait,
                         deflected ? destinations::of(state, ref) : DestinationRef::none()});
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

// Takes the contact from whoever is asked or dialled for it, and from the line. The agents who are free now
// get work when the step is done.
assignments::Agents take_back(Step& step, ContactRef ref, Cause cause) {
  State& state = step.state;
  if (state.match.contains(ref)) matching::withdraw(state, ref);
  assignments::Agents freed;
  const bool dialing = state[ref].state == ContactState::Dialing && state[ref].assignment;
  if (dialing) freed.add(callbacks::stop_dialing(step, ref, cause));
  if (dialing || mutated("offer_outlives_the_contact")) return freed;
  return assignments::rescind(step, assignments::offers_of(state, ref), cause);
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

void join_queue(Step& step, ContactRef ref, Cause cause, SplitRef split) {
  State& state = step.state;
  Contact& contact = state[ref];
  Queue& queue = state[contact.queue];
  contact.queued_at = step.now;
  contact.wait_flags &= kIsCallback;
  contact.deadline =
      state.deadlines.schedule(step.now + queue.config.max_wait, DeadlineKind::ContactMaxWait, ref.value);
  if (split) splits::take(state, split);
  link_to_queue(state, ref);
  waiting::begin(step, ref);
  ++queue.waiting;
  if (contact.is_callback()) ++queue.callbacks;
  ++queue.counters.offered;
  step.emit(ContactQueued{ref, contact.queue, queue.waiting, split, servability::of(state, contact), cause});
  if (!queue.open && opening::stops(step, ref)) return;
  matching::place(step, ref);
  if (contact.state != ContactState::Waiting) return;
  wait_statistics::begin(step, ref);
  escalation::look(step, ref, escalation::Instant::Entry);
}

Duration answer(Step& step, ContactRef ref, AgentRef agent) {
  Contact& contact = step.state[ref];
  Queue& queue = step.state[contact.queue];
  --(contact.state == ContactState::Dialing ? queue.dialing : queue.offered);
  transition(contact, ContactSignal::Connect);
  contact.answered_at = step.now;
  contact.agent = agent;
  preference::remember(step, contact, agent);
  redials::forget(step.state, contact);
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
  if (contact.state == ContactState::Scheduled) {
    scheduled::withdraw(state, ref);
    state.match.release_requirement(contact.requirement_class);
    contact.requirement_class = RequirementClass::none();
    return finish(step, ref, signal, cause, Duration::zero());
  }
  const assignments::Agents freed = take_back(step, ref, cause);
  const Duration wait = leave_queue(step, ref);
  count_leaving(state[contact.queue], signal, wait);
  finish(step, ref, signal, cause, wait);
  for (const AgentRef agent : freed) matching::take_work(step, agent);
}

void defer(Step& step, ContactRef ref, Time due, Cause cause, const std::function<void()>& change) {
  State& state = step.state;
  Contact& contact = state[ref];
  const assignments::Agents freed = take_back(step, ref, cause);
  const scheduled::Left left{true, leave_queue(step, ref)};
  ++state[contact.queue].counters.deferred;
  transition(contact, ContactSignal::Defer);
  if (mutated("callback_loses_its_place")) contact.place_at = step.now;
  change();
  contact.requirement_class = waiting::join_class(state, contact);
  if (due == kNever) {
    scheduled::hold(step, ref, left);
  } else {
    scheduled::begin(step, ref, due, cause, left);
    if (due <= step.now) scheduled::come_in(step, ref, cause);
  }
  for (const AgentRef agent : freed) matching::take_work(step, agent);
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
  join_queue(step, ref, Cause::None);
}

void take_away(Step& step, ContactRef ref, QueueRef to, Cause cause) {
  const assignments::Agents freed = take_back(step, ref, cause);
  move(step, ref, to, cause);
  for (const AgentRef agent : freed) matching::take_work(step, agent);
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
  Contact& contact = step.state[ref];
  contact.deadline = DeadlineRef::none();
  const bool held = contact.state == ContactState::Scheduled;
  leave(step, ref, held ? ContactSignal::Cancel : ContactSignal::Expire,
        held ? Cause::GatewayLost : Cause::MaxWait);
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
