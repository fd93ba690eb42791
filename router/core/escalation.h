// A queue's ladder: what is done about a contact that waits too long, or under conditions that will make it.
//
// A rule is due by its trigger, at the instants listed in docs/routing/escalation.md, and only for a contact
// that waits; while it rings, rules are held until the offer has ended without an answer, and while its queue
// is closed and holds it, until the queue opens. Each fires at most once for a contact and a queue until the
// contact is answered, so nothing goes around for ever.

#pragma once

#include <vector>

#include "router/core/step.h"

namespace cordboard::escalation {

// When rules are looked at. Each trigger belongs to some of these.
enum class Instant : std::uint8_t {
  Entry,          // the contact entered the queue and nobody took it at once
  Deadline,       // the time of a rule or of a step of relaxation has come
  OfferEnded,     // an offer ended without an answer
  Unservable,     // the last agent who could serve it may be gone, or it asks for others than before
  Configuration,  // the rules may be others
  Opening,        // the contact is not held any more: its queue has opened, or does not hold it after all
};

// Fires what is due for a contact that waits and is in the match index; else does nothing.
void look(Step& step, ContactRef contact, Instant instant);

// The same for many, in this order. Lengths of queues are as they were before the first.
void look_at_all(Step& step, const std::vector<ContactRef>& contacts, Instant instant);

// For one that is not in the match index. False when it has gone: ended, or placed in another queue.
// True: it is still to be placed; also when it rings, which holds all rules.
[[nodiscard]] bool run(Step& step, ContactRef contact, Instant instant);

// An offer ended without an answer; counts it when the agent declined or did not answer, then as run().
[[nodiscard]] bool on_offer_ended(Step& step, ContactRef contact, OfferState end);

// An agent has left, or come back with another profile: looks at those whom nobody who is logged in can serve
// any more.
void on_agent_gone(Step& step);

// ---- A configuration ----
using Ladders = std::vector<std::vector<EscalationRule>>;  // by QueueRef
Ladders ladders_of(const State& state);
// Rules that were there before, `before`, and have fired do not fire again. REQUIRES: the queues are set.
void keep_fired(State& state, const Ladders& before);
// Looks at everybody who waits, first come first. REQUIRES: the indexes are rebuilt.
void on_configuration(Step& step);

// When the next rule of an unanswered contact becomes due by the clock, after `now`; kNever when none does.
Time next_due(const State& state, const Contact& contact, Time now);

}  // namespace cordboard::escalation
