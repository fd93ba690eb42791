// Who abandoned and calls again soon gets the place back, as if they had stayed on the line.
//
// Known by a fingerprint of the customer id that the gateway gives, so that the state that decides routes
// holds no personal data. A place is for one queue and one use; it is forgotten after redial_within, when the
// customer is answered in that queue, and oldest first when there are limits.redials of them.

#pragma once

#include <optional>

#include "router/core/state.h"

namespace cordboard::redials {

// The customer of an unanswered contact has left.
void remember(State& state, const Contact& contact, Time now);

// The place to give back, which is forgotten by that.
std::optional<Time> take(State& state, QueueRef queue, const std::string& customer, Time now);

// Whatever the queue, everything that is remembered of the customer.
void forget_customer(State& state, const std::string& customer);

// The customer was answered.
void forget(State& state, const Contact& contact);

// The index, after a restore.
void rebuild(State& state);

}  // namespace cordboard::redials
