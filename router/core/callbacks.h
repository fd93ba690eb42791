// Customers who need not stay on the line: a callback waits in the order of its queue like a caller, and is
// dialled when an agent has accepted it. docs/routing/callbacks.md says why neither starves the other.
//
//   RequestCallback --> Waiting --offer, accept--> Dialing --ConnectCallback--> Connected, an ordinary
//   contact
//                          ^                          |
//                          +---- Scheduled <----------+ FailCallback, DialTimeout: after retry_delay, or
//                          Expired
//
// What only callbacks have is in State::callbacks, from the request to the connection or the end.

#pragma once

#include "router/core/step.h"

namespace cordboard::callbacks {

// Asks the gateway to offer a callback to the customer of an unanswered contact. For rules: nothing changes
// until the gateway sends RequestCallback, and nothing waits for it. A callback is not offered another one.
void offer(Step& step, ContactRef contact, Cause cause);

Outcome request(Step& step, const RequestCallback& command);
Outcome connect(Step& step, const ConnectCallback& command);
Outcome fail(Step& step, const FailCallback& command);

// Makes the contact a callback that is due at `due`. The promise is the queue's when the gateway named none.
void begin(Step& step, ContactRef contact, Time due, std::optional<Time> promise);

// The offer was accepted: the gateway dials. REQUIRES: the contact is Offered to this agent.
void dial(Step& step, AssignmentRef assignment);

// The dial is over without a customer, and the gateway is told to stop it. Returns the agent, who gets no
// other work yet; the caller says what becomes of the contact. REQUIRES: the contact is Dialing.
AgentRef stop_dialing(Step& step, ContactRef contact, Cause cause);

// The dial came to nothing: the agent is free, the contact is tried again or ends.
// REQUIRES: the contact is Dialing.
void give_up(Step& step, ContactRef contact, Cause cause);

// The contact is a callback no longer.
void forget(State& state, ContactRef contact);

void on_promise(Step& step, ContactRef contact);

}  // namespace cordboard::callbacks
