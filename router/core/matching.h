// Brings waiting contacts and agents with capacity together. Both entry points keep the rule that no pair
// that could be matched is left unmatched.

#pragma once

#include "router/core/step.h"

namespace cordboard::matching {

// The place of a contact in the order of all: see contact_key.h.
ContactKey key_of(const State& state, const Contact& contact);

// Is this agent kept from this contact for now? By a cool-down after a decline; or because the agent
// transferred it and still wraps it up, so that an agent and a contact have at most one assignment in common.
bool kept_apart(const State& state, ContactRef contact, AgentRef agent);

// A contact waits: it is offered to the best agent, or kept until one is free.
// REQUIRES: the contact is Waiting and not in the match index.
void place(Step& step, ContactRef contact);

// An agent may have capacity: it is offered the best waiting contacts until there is none, or no capacity.
void take_work(Step& step, AgentRef agent);

// Takes a waiting contact out of the match index. REQUIRES: it is in the index.
void withdraw(State& state, ContactRef contact);

// Puts a waiting contact into the match index without looking for an agent.
void keep(State& state, ContactRef contact);

// After a change that concerns everybody: looks again at every waiting contact, in order.
void rematch_all(Step& step);

}  // namespace cordboard::matching
