// Why did this agent get this contact? Answered from what was noted when the offer was made.

#pragma once

#include <string>

#include "router/core/step.h"

namespace cordboard::explain {

// Notes who is considered. REQUIRES: the agent is in the match index and the contact is not, as right before
// the offer is made. O(classes), for tenants that ask for it only (limits.explained_offers).
void note_decision(Step& step, ContactRef contact, AgentRef agent);

// Keeps no more than limits.explained_offers, which may have changed.
void forget_decisions(State& state);

// nullptr: not noted, or forgotten.
const Decision* find_decision(const State& state, OfferId offer);

std::string to_text(const State& state, const Decision& decision);

}  // namespace cordboard::explain
