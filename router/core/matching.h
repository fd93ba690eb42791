// Brings contacts and agents with capacity together. Both entry points keep the rule that no pair that could
// be matched is left unmatched.
//
// Two kinds of contacts want an agent: those that wait, and those that ring but are to be offered to several
// agents at once (the queue's `ring`). An agent goes to the first waiting contact in key order; only when
// nobody waits whom the agent could serve, to the first ringing one.

#pragma once

#include <functional>

#include "router/core/step.h"

namespace cordboard::matching {

// The place of a contact in the order of all: see contact_key.h.
ContactKey key_of(const State& state, const Contact& contact);

// The tier in a key: tiers are doubled, so that between two there is room for those who go first for their
// preferred agents.
constexpr std::int32_t key_tier(std::int32_t tier) { return 2 * tier; }

// Is this agent kept from this contact for now? By a cool-down after a decline; or because the agent
// transferred it and still wraps it up, so that an agent and a contact have at most one assignment in common.
bool kept_apart(const State& state, ContactRef contact, AgentRef agent);

// The first waiting contact that the agent, who has capacity, would be given, of those for which
// `allowed(contact)` holds; none() when there is none.
ContactRef next_for(const State& state, Time now, AgentRef agent,
                    const std::function<bool(ContactRef)>& allowed);

// A contact wants offers: it gets those that are possible, and is kept while it wants more.
// REQUIRES: the contact is unanswered and not in the match index.
void place(Step& step, ContactRef contact);

// Is it to be offered to further agents? False for a contact that has as many offers as its queue allows, and
// for one that has none: it waits.
bool wants_more(const State& state, ContactRef contact);

// An agent may have capacity: it is offered the best waiting contacts until there is none, or no capacity.
void take_work(Step& step, AgentRef agent);

// Takes a contact out of the match index. REQUIRES: it is in the index.
void withdraw(State& state, ContactRef contact);

// Puts a contact into the match index without looking for an agent. REQUIRES: it waits or wants_more. One
// that is held is in no index: place, keep and withdraw leave it alone until its queue opens.
void keep(State& state, ContactRef contact);

// After a change that concerns everybody: looks again at every contact that wants offers, in order.
void rematch_all(Step& step);

}  // namespace cordboard::matching
