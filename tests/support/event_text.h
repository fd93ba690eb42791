// An event as one line of text, the way golden scenarios show it.

#pragma once

#include <string>

#include "router/core/state.h"

namespace cordboard::testing {

// "@15.000   OfferExpired o1 contact=c1 agent=ana". REQUIRES: the event is of the latest command.
std::string to_text(const State& state, Time at, const Event& event);

// Seconds since the epoch with milliseconds, "@15.000" padded to ten characters.
std::string stamp(Time at);

}  // namespace cordboard::testing
