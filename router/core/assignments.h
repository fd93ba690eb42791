// One contact's hold on one agent's capacity: Offered (-> Dialing) -> Connected -> WrapUp, then it is gone.
//
// Capacity is reserved in the step that creates the offer and freed in the step that ends the assignment.
// These functions change the contact, the agent and the queue together, so that the three always agree.
// None of them looks for further work: the caller does, when everything else of its step is done.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "router/core/step.h"

namespace cordboard::assignments {

// REQUIRES: the contact is Waiting, or Offered and wants more; it is not in the match index; the agent has
// capacity for its channel and no assignment of the contact.
void offer(Step& step, ContactRef contact, AgentRef agent);

// The agent's answers; see AcceptOffer and DeclineOffer.
Outcome accept(Step& step, const AcceptOffer& command);
Outcome decline(Step& step, const DeclineOffer& command);

// The offer ends without an answer; without another live one the contact is Waiting again. Either way it is
// outside the match index afterwards. REQUIRES: the phase is Offered; `state` is Declined, Expired or
// Rescinded.
void end_offer(Step& step, AssignmentRef assignment, OfferState state, Cause cause);

// end_offer, then the contact goes back to its place, or rings on and is offered to another agent. Whoever
// freed the agent gives it work afterwards.
void requeue(Step& step, AssignmentRef assignment, OfferState state, Cause cause);

// The customer of a callback has answered: Dialing -> Connected.
void connect_dialed(Step& step, AssignmentRef assignment);

// Nobody answered, or the dial was given up: the assignment is gone, and the agent keeps their place among
// the idle. The contact is what it was. REQUIRES: the phase is Dialing.
void end_dial(Step& step, AssignmentRef assignment, Cause cause);

// The conversation is over. True when a wrap-up began, false when the agent is free at once.
// REQUIRES: the phase is Connected.
bool end_connection(Step& step, AssignmentRef assignment, Cause cause);

// REQUIRES: the phase is WrapUp.
void end_wrap_up(Step& step, AssignmentRef assignment, Cause cause);

// ---- The live offers of a contact, oldest first ----
inline constexpr std::size_t kMaxLiveOffers = kMaxRing;
// One for each, in the order of the offers.
template <class Item>
struct PerOffer {
  std::array<Item, kMaxLiveOffers> refs;
  std::size_t count = 0;

  void add(Item ref) { refs[count++] = ref; }
  void remove(Item ref) {
    const auto rest = std::remove(refs.begin(), refs.begin() + count, ref);
    count = static_cast<std::size_t>(rest - refs.begin());
  }
  const Item* begin() const { return refs.data(); }
  const Item* end() const { return refs.data() + count; }
};
using LiveOffers = PerOffer<AssignmentRef>;
// Those who were asked or dialled for one contact and are not any more. Whoever ended that gives them other
// work when the step is done.
using Agents = PerOffer<AgentRef>;
// None when the contact is not Offered. A copy, so that they can be ended meanwhile.
LiveOffers offers_of(const State& state, ContactRef contact);
std::size_t live_offers(const State& state, ContactRef contact);
// The live offer to this agent, or none().
AssignmentRef offer_to(const State& state, ContactRef contact, AgentRef agent);

// The agent is not offered the contact again during decline_cooldown.
void start_cooldown(Step& step, ContactRef contact, AgentRef agent);

// Ends these as rescinded.
Agents rescind(Step& step, const LiveOffers& offers, Cause cause);

// The work is set aside and its clock stops; both go on. REQUIRES: not an offer; within an agents::Change.
void interrupt(Step& step, AssignmentRef assignment);
void resume(Step& step, AssignmentRef assignment);

// The agent's assignment for this contact in this phase, or none().
AssignmentRef find(const State& state, AgentRef agent, ContactRef contact, AssignmentPhase phase);

// The deadline of the assignment has passed.
void on_deadline(Step& step, AssignmentRef assignment);

}  // namespace cordboard::assignments
