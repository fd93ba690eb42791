// Contacts that are in no queue until their time comes: work that starts later, and callbacks that are asked
// for later or tried again.
//
// A scheduled contact counts in no figure of the queue but `scheduled`. It keeps its requirement class, so
// that it can always come in: limits are checked when it is scheduled, not when it is due. While its gateway
// is gone (for longer than gateway_grace) it is held: it comes in when the gateway is back, in order of the
// places, and is cancelled when that takes longer than max_wait.

#pragma once

#include "router/core/step.h"

namespace cordboard::scheduled {

// A segment that is over, for ContactScheduled; no queue for a contact that was in none.
struct Left {
  bool queue = false;
  Duration wait{0};
};

// REQUIRES: the contact is Scheduled and was not just now; its queue, channel and requirement class are set.
void begin(Step& step, ContactRef contact, Time due, Cause cause, Left left = {});

// The same, until its gateway is back.
void hold(Step& step, ContactRef contact, Left left = {});

// Scheduled -> Waiting: a segment begins, at the place it had, or now if it was in no queue before.
void come_in(Step& step, ContactRef contact, Cause cause);

// Another time; in the past means now.
void set_due(Step& step, ContactRef contact, Time due);

// It is no longer scheduled; the caller says what it is. Takes back what begin and hold did.
void withdraw(State& state, ContactRef contact);

// Its time has come.
void on_due(Step& step, ContactRef contact);

void on_gateway_back(Step& step, GatewayRef gateway);

}  // namespace cordboard::scheduled
