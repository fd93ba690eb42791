// Whom does a contact wait for before it is for everybody? Agents that the gateway names, or the one who
// served the customer last (QueueConfig::last_agent); docs/routing/preferred.md.
//
// In its first queue a contact waits for its preferred agents alone, busy or not, until a moment that the
// deadline of its WaitPlan keeps; then for everybody, at the place it had all the time. It is for everybody
// earlier when none of them is left: who logs out, loses the skills or the channel, declines, does not answer
// or is released is struck. Meanwhile its requirement widens and the rules of its queue fire as ever. While
// the preference lasts, one of them rings at a time, whatever the queue's `ring` says.
//
// The match index keeps such a contact as one that waits for these agents only, as transfers to one agent do.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "router/core/step.h"

namespace cordboard::preference {

// A contact comes in with agents to wait for, the best first. REQUIRES: begin() follows.
void bring(State& state, ContactRef contact, std::vector<AgentRef> agents, Duration lasts, bool first);
// A segment begins: in the first one the time begins to run, or the last agent is preferred.
void begin(Step& step, ContactRef contact);

// The agents for whom alone a contact waits: of a transfer to one agent, or the preferred ones. Empty:
// anybody.
std::span<const AgentRef> targets_of(const State& state, const Contact& contact);
// Are there preferred agents that it waits for?
bool lasts(const State& state, const Contact& contact);
// Does it go ahead of its tier, for its preferred agents?
bool goes_first(const State& state, const Contact& contact);
// When it is for everybody; kNever when it is already, or does not wait.
Time ends_at(const State& state, const Contact& contact);

// One of the agents it waits for is gone, or has had an offer in vain. True when nobody is left to wait for.
// REQUIRES: the contact is not in the match index.
bool strike(Step& step, ContactRef contact, AgentRef agent);
// The same for all who are logged out, do not serve the channel or do not meet the requirement; who rings
// for it keeps the offer, and is struck when that ends.
void strike_absent(Step& step, ContactRef contact);
// It waits for nobody in particular, or for somebody else. REQUIRES: as above.
void forget(Step& step, ContactRef contact);
// Does a contact that waits for the agent still want them? An agent may have lost the skills.
bool wants(const State& state, const Contact& contact, AgentRef agent);
// When its time has come, the contact is for everybody. True: it was, and is to be placed anew. REQUIRES: it
// is not in the match index.
bool end_if_due(Step& step, ContactRef contact);

// ---- Who served whom ----
void remember(Step& step, const Contact& contact, AgentRef agent);
Outcome forget_customer(Step& step, const ForgetCustomer& command);
// After a configuration or a restore: what no queue asks for is forgotten.
void review_memory(State& state);

// What does not hold, in words; for Engine::check_invariants. Naive on purpose.
std::vector<std::string> broken_rules(const State& state);

}  // namespace cordboard::preference
