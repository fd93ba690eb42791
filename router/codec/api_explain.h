// Explanations in the words of the API.

#pragma once

#include "cordboard/v1/explain.pb.h"
#include "router/core/explain.h"
#include "router/core/explain_offer.h"

namespace cordboard {

v1::PairExplanation::Obstacle to_api(explain::Obstacle obstacle);
v1::WaitExplanation::Step to_api(explain::NextStep step);

// The explanation and its text. REQUIRES: the contact is unanswered.
void fill_wait(const State& state, Time now, ContactRef contact, v1::ExplainResponse* out);
void fill_pair(const State& state, Time now, ContactRef contact, AgentRef agent, v1::ExplainResponse* out);
void fill_offer(const State& state, const Decision& decision, v1::ExplainResponse* out);

}  // namespace cordboard
