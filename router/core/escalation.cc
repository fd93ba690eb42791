#include "router/core/escalation.h"

#include <algorithm>

#include "router/core/callbacks.h"
#include "router/core/contact_admission.h"
#include "router/core/contacts.h"
#include "router/core/expected_wait.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/opening.h"
#include "router/core/waiting.h"

namespace cordboard::escalation {
namespace {

// A contact goes through so many queues at most by rules, until it is answered.
constexpr std::size_t kMaxQueues = 8;

const std::vector<EscalationRule>& rules_of(const State& state, const Contact& contact) {
  return state[contact.queue].config.escalate;
}

std::uint32_t bit(std::size_t rule) { return std::uint32_t{1} << rule; }

std::uint32_t fired_of(const State& state, const Contact& contact) {
  if (!contact.plan) return 0;
  for (const WaitPlan::Fired& fired : state[contact.plan].fired) {
    if (fired.queue == contact.queue) return fired.rules;
  }
  return 0;
}

void mark_fired(State& state, const Contact& contact, std::size_t rule) {
  auto& all = state[contact.plan].fired;
  const auto known = std::find_if(all.begin(), all.end(),
                                  [&](const WaitPlan::Fired& fired) { return fired.queue == contact.queue; });
  (known != all.end() ? *known : all.emplace_back(WaitPlan::Fired{contact.queue, 0})).rules |= bit(rule);
}

bool belongs(EscalationTrigger trigger, Instant instant) {
  if (instant == Instant::Configuration || instant == Instant::Opening) return true;
  switch (trigger) {
    case EscalationTrigger::Waited:
      return instant == Instant::Deadline || instant == Instant::OfferEnded;
    case EscalationTrigger::QueueLength:
      return instant == Instant::Entry;
    case EscalationTrigger::ExpectedWait:
    case EscalationTrigger::ServiceLevelAtRisk:
      return instant == Instant::Entry || instant == Instant::Deadline;
    case EscalationTrigger::Unservable:
      // Whom it waited for may have been the last one who could serve it, and who rings holds all rules.
      return instant == Instant::Entry || instant == Instant::Unservable || instant == Instant::OfferEnded;
    case EscalationTrigger::DeclinedTimes:
      return instant == Instant::OfferEnded;
  }
  CB_ASSERT(false, "trigger %d", static_cast<int>(trigger));
}

// When a contact's rules are looked at, and how many contacts of its queue that came no later were unanswered
// then, this one included.
struct Moment {
  Instant instant;
  std::uint32_t length;
};

bool asks_for_length(const Queue& queue) {
  const auto& rules = queue.config.escalate;
  return std::any_of(rules.begin(), rules.end(), [](const EscalationRule& rule) {
    return rule.trigger == EscalationTrigger::QueueLength;
  });
}

// Moment::length of everybody in the queues of these contacts that ask for it, by ContactRef.
std::vector<std::uint32_t> lengths_around(const State& state, const std::vector<ContactRef>& contacts) {
  std::vector<std::uint32_t> lengths;
  std::vector<bool> known(state.queues.size(), false);
  for (const ContactRef ref : contacts) {
    const QueueRef queue = state[ref].queue;
    if (known[queue.value]) continue;
    known[queue.value] = true;
    std::uint32_t length = 0;
    if (!asks_for_length(state[queue])) continue;
    for (ContactRef at = state[queue].oldest; at; at = state[at].queue_after) {
      if (lengths.size() <= at.value) lengths.resize(at.value + 1, 0);
      lengths[at.value] = ++length;
    }
  }
  return lengths;
}

bool wait_exceeds(const State& state, ContactRef ref, Time now, Duration limit) {
  const ExpectedWait answer = expected_wait(state, ref, now);
  return answer.enough_data && answer.wait > limit;
}

// As servability.h has it; which kind does not matter.
bool is_unservable(const State& state, const Contact& contact) {
  return !contact.target && !state.match.is_servable(contact.requirement_class);
}

bool holds(const Step& step, ContactRef ref, const EscalationRule& rule, const Moment& moment) {
  const State& state = step.state;
  const Contact& contact = state[ref];
  const Duration waited = step.now - contact.queued_at;
  switch (rule.trigger) {
    case EscalationTrigger::Waited:
      return waited >= rule.time;
    case EscalationTrigger::QueueLength:
      return moment.length >= rule.count;
    case EscalationTrigger::ExpectedWait:
      return wait_exceeds(state, ref, step.now, rule.time);
    case EscalationTrigger::ServiceLevelAtRisk: {
      const Duration within = state[contact.queue].config.service_level.within;
      return waited > within || wait_exceeds(state, ref, step.now, within - waited);
    }
    case EscalationTrigger::Unservable:
      return is_unservable(state, contact);
    case EscalationTrigger::DeclinedTimes:
      return state[contact.plan].declined >= rule.count;
  }
  CB_ASSERT(false, "trigger %d", static_cast<int>(rule.trigger));
}

bool is_due(const Step& step, ContactRef ref, std::size_t index, const Moment& moment) {
  const Contact& contact = step.state[ref];
  const EscalationRule& rule = rules_of(step.state, contact)[index];
  const bool fired = (fired_of(step.state, contact) & bit(index)) != 0;
  return (!fired || mutated("rule_fires_again")) && belongs(rule.trigger, moment.instant) &&
         holds(step, ref, rule, moment);
}

// The ladder of a contact that is held until its queue opens rests until then.
bool waits(const Contact& contact) {
  return contact.plan && contact.state == ContactState::Waiting && !contact.held();
}

// The first rule from `index` on that is due, or their number.
std::size_t first_due(const Step& step, ContactRef ref, std::size_t index, const Moment& moment) {
  const std::size_t count = rules_of(step.state, step.state[ref]).size();
  while (index < count && !is_due(step, ref, index, moment)) ++index;
  return index;
}

void raise_priority(Step& step, ContactRef ref, std::int32_t points) {
  Contact& contact = step.state[ref];
  contact.own_priority = std::min(contact.own_priority + points, contacts::kMaxPriority);
  step.emit(ContactUpdated{ref});
}

void set_tier(Step& step, ContactRef ref, std::int32_t tier) {
  step.state[ref].tier = tier;
  step.emit(ContactUpdated{ref});
}

// False: the queue does not take it, and it stays where it is. Its place among the others is kept.
bool move(Step& step, ContactRef ref, const std::string& name) {
  State& state = step.state;
  const QueueRef to = opening::entrance(state, state.find_queue(name));
  if (!to) return false;
  const WaitPlan& plan = state[state[ref].plan];
  const bool came_from_there = std::any_of(plan.fired.begin(), plan.fired.end(),
                                           [&](const WaitPlan::Fired& fired) { return fired.queue == to; });
  if (to == state[ref].queue || came_from_there || plan.fired.size() >= kMaxQueues) return false;
  contacts::move(step, ref, to, Cause::Escalation);
  return true;
}

// False when the contact has gone.
bool act(Step& step, ContactRef ref, std::uint32_t rule, std::uint32_t index) {
  State& state = step.state;
  const QueueRef queue = state[ref].queue;
  const EscalationAction& action = state[queue].config.escalate[rule].actions[index];
  switch (action.kind) {
    case EscalationKind::RaisePriority:
      raise_priority(step, ref, action.number);
      return true;
    case EscalationKind::SetTier:
      set_tier(step, ref, action.number);
      return true;
    case EscalationKind::Relax:
      waiting::relax_now(step, ref);
      return true;
    case EscalationKind::AlsoQueue:
      waiting::add_pool(step, ref, state.find_queue(action.text));
      return true;
    case EscalationKind::MoveToQueue:
      return !move(step, ref, action.text);
    case EscalationKind::OfferCallback:
      callbacks::offer(step, ref, Cause::Escalation);
      return true;
    case EscalationKind::Deflect:
      if (state[ref].is_callback()) return true;  // nobody is on the line who could be sent anywhere
      contacts::deflect(step, ref, action.text, Cause::Escalation);
      return false;
    case EscalationKind::Notify:
      step.emit(EscalationNotice{ref, queue, rule, index});
      return true;
    case EscalationKind::Cancel:
      contacts::leave(step, ref, ContactSignal::Cancel, Cause::Escalation);
      return false;
  }
  CB_ASSERT(false, "action %d", static_cast<int>(action.kind));
}

bool fire(Step& step, ContactRef ref, std::size_t index) {
  State& state = step.state;
  const QueueRef queue = state[ref].queue;
  const EscalationRule& rule = state[queue].config.escalate[index];
  mark_fired(state, state[ref], index);
  const auto number = static_cast<std::uint32_t>(index);
  step.emit(EscalationFired{ref, queue, number, rule.trigger});
  for (std::uint32_t i = 0; i < rule.actions.size(); ++i) {
    if (!act(step, ref, number, i)) return false;
  }
  return true;
}

// Fires the rules that are due from `index` on, which is one of them or their number.
bool run_from(Step& step, ContactRef ref, std::size_t index, const Moment& moment) {
  const std::size_t count = rules_of(step.state, step.state[ref]).size();
  for (; index < count; index = first_due(step, ref, index + 1, moment)) {
    if (!fire(step, ref, index)) return false;
  }
  return true;
}

void look_as_of(Step& step, ContactRef ref, const Moment& moment) {
  State& state = step.state;
  if (!waits(state[ref])) return;
  const std::size_t first = first_due(step, ref, 0, moment);
  if (first == rules_of(state, state[ref]).size()) return;
  matching::withdraw(state, ref);
  if (run_from(step, ref, first, moment)) matching::place(step, ref);
}

// Who enters is the last one; at other instants of one contact nobody asks for the length.
Moment moment_of(const State& state, ContactRef ref, Instant instant) {
  return {instant, state[state[ref].queue].waiting};
}

}  // namespace

bool run(Step& step, ContactRef ref, Instant instant) {
  if (!waits(step.state[ref])) return true;
  const Moment moment = moment_of(step.state, ref, instant);
  return run_from(step, ref, first_due(step, ref, 0, moment), moment);
}

void look(Step& step, ContactRef ref, Instant instant) {
  look_as_of(step, ref, moment_of(step.state, ref, instant));
}

void look_at_all(Step& step, const std::vector<ContactRef>& contacts, Instant instant) {
  const std::vector<std::uint32_t> lengths = lengths_around(step.state, contacts);
  for (const ContactRef ref : contacts) {
    look_as_of(step, ref, Moment{instant, ref.value < lengths.size() ? lengths[ref.value] : 0});
  }
}

bool on_offer_ended(Step& step, ContactRef ref, OfferState end) {
  const Contact& contact = step.state[ref];
  if (!contact.plan) return true;
  if (end == OfferState::Declined || end == OfferState::Expired) ++step.state[contact.plan].declined;
  return run(step, ref, Instant::OfferEnded);
}

void on_agent_gone(Step& step) {
  State& state = step.state;
  const auto asks = [](const Queue& queue) {
    return std::any_of(queue.config.escalate.begin(), queue.config.escalate.end(),
                       [](const EscalationRule& r) { return r.trigger == EscalationTrigger::Unservable; });
  };
  for (const Queue& queue : state.queues) {
    if (!asks(queue)) continue;
    std::vector<std::pair<std::uint64_t, ContactRef>> stranded;
    for (ContactRef at = queue.oldest; at; at = state[at].queue_after) {
      const bool waits = state[at].state == ContactState::Waiting;
      if (waits && is_unservable(state, state[at])) stranded.emplace_back(state[at].sequence, at);
    }
    std::sort(stranded.begin(), stranded.end());
    for (const auto& [sequence, ref] : stranded) look(step, ref, Instant::Unservable);
  }
}

Ladders ladders_of(const State& state) {
  Ladders all;
  for (const Queue& queue : state.queues) all.push_back(queue.config.escalate);
  return all;
}

void keep_fired(State& state, const Ladders& before) {
  state.plans.for_each([&](PlanRef, WaitPlan& plan) {
    for (WaitPlan::Fired& fired : plan.fired) {
      const auto& now = state[fired.queue].config.escalate;
      const auto& old = before[fired.queue.value];
      if (now == old) continue;
      std::uint32_t kept = 0;
      for (std::size_t i = 0; i < now.size(); ++i) {
        for (std::size_t j = 0; j < old.size(); ++j) {
          if (now[i] == old[j] && (fired.rules & bit(j)) != 0) kept |= bit(i);
        }
      }
      fired.rules = kept;
    }
  });
}

void on_configuration(Step& step) {
  look_at_all(step, waiting::unanswered_in_order(step.state), Instant::Configuration);
}

Time next_due(const State& state, const Contact& contact, Time now) {
  const auto& rules = rules_of(state, contact);
  const std::uint32_t fired = fired_of(state, contact);
  Time next = kNever;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].trigger != EscalationTrigger::Waited || (fired & bit(i)) != 0) continue;
    const Time due = contact.queued_at + rules[i].time;
    if (due > now) next = std::min(next, due);
  }
  return next;
}

}  // namespace cordboard::escalation
