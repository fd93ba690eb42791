// The life of a contact, from the queue to its one end. What clients ask for is in contact_requests.h.

#pragma once

#include <functional>
#include <string_view>

#include "router/core/step.h"

namespace cordboard::contacts {

// The only place where a contact's state changes. REQUIRES: the transition is in the table of states.h.
void transition(Contact& contact, ContactSignal signal);

// Offered -> Connected: the segment leaves the queue as answered. Returns the wait since queued_at.
Duration answer(Step& step, ContactRef contact, AgentRef agent);

// A segment begins, and the contact is offered or waits. REQUIRES: it is Waiting; its queue, channel and
// requirement class are set.
void join_queue(Step& step, ContactRef contact, Cause cause, SplitRef split = {});

// An unanswered contact leaves its queue until `due`, and keeps its place. A pending offer is rescinded, a
// dial given up, and its agent gets other work. `change` sees the contact between the queue and the schedule.
void defer(Step& step, ContactRef contact, Time due, Cause cause, const std::function<void()>& change);

// Ends an unanswered or scheduled contact: Abandon, Cancel, Expire or Overflow. A pending offer is rescinded,
// a dial given up in the same step, and its agent gets other work.
void leave(Step& step, ContactRef contact, ContactSignal signal, Cause cause);

// Sends an unanswered contact elsewhere: it ends as overflowed, and its gateway is told the destination.
// REQUIRES: destinations::is_destination(destination).
void deflect(Step& step, ContactRef contact, std::string_view destination, Cause cause);

// The conversation of a connected contact ends, by whatever cause. The agent gets no other work yet.
void hang_up(Step& step, ContactRef contact, Cause cause);

// Connected or WrapUp -> Completed, when no agent holds it any more.
void complete(Step& step, ContactRef contact);

// The queue's max_wait has passed.
void on_max_wait(Step& step, ContactRef contact);
void on_cooldown_end(Step& step, CooldownRef cooldown);

// An unanswered contact goes on to another queue, as a new segment that keeps its place; it has left the old
// one as overflowed. REQUIRES: it is Waiting and not in the match index.
void move(Step& step, ContactRef contact, QueueRef to, Cause cause);
// The same for one that waits or rings, in the match index or not: its offers are rescinded, and their agents
// get other work.
void take_away(Step& step, ContactRef contact, QueueRef to, Cause cause);
// Has the queue as many contacts as max_waiting allows? Never one that sends them elsewhere at once.
bool is_full(const State& state, QueueRef queue);

// Forgets ended contacts that are older than remember_ended, or more than limits.ended_contacts. A few per
// call, so that no step is long.
void forget_ended(Step& step);

// Derived links of an unanswered contact; also used when indexes are rebuilt. By queued_at, and by sequence
// among those who came at one time, so that a restored engine has the same order.
void link_to_queue(State& state, ContactRef contact);

}  // namespace cordboard::contacts
