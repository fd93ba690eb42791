// Customers who need not stay on the line: work that starts later and callbacks. docs/routing/callbacks.md
// says what they are and why nobody starves.

#pragma once

#include "router/core/step.h"

namespace cordboard::callbacks {

// Asks the gateway to offer a callback to the customer of an unanswered contact. For rules: nothing changes
// until the gateway sends RequestCallback, and nothing waits for it.
void offer(Step& step, ContactRef contact, Cause cause);

}  // namespace cordboard::callbacks
