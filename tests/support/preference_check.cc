#include "tests/support/preference_check.h"

#include <algorithm>

#include "router/core/waiting.h"

namespace cordboard::testing {
namespace {

bool was_asked_in_vain(const std::vector<Event>& events, ContactRef contact, AgentRef agent) {
  return std::any_of(events.begin(), events.end(), [&](const Event& event) {
    const auto* ended = std::get_if<OfferEnded>(&event);
    return ended != nullptr && ended->contact == contact && ended->agent == agent;
  });
}

// Who did not meet the requirement may have been struck just before it became wider.
bool was_widened(const std::vector<Event>& events, ContactRef contact) {
  return std::any_of(events.begin(), events.end(), [&](const Event& event) {
    const auto* relaxed = std::get_if<ContactRelaxed>(&event);
    const auto* pool = std::get_if<ContactPoolAdded>(&event);
    return (relaxed != nullptr && relaxed->contact == contact) ||
           (pool != nullptr && pool->contact == contact);
  });
}

bool is_released(const Command& command, const Agent& agent) {
  const auto* release = std::get_if<ReleaseAgent>(&command.body);
  const auto* act = std::get_if<Supervise>(&command.body);
  return (release != nullptr && release->agent == agent.id) ||
         (act != nullptr && act->verb == SupervisorVerb::Release && act->agent == agent.id);
}

}  // namespace

PreferenceCheck::PreferenceCheck(const State& state) {
  state.plans.for_each([&](PlanRef, const WaitPlan& plan) {
    const Contact& contact = state[plan.contact];
    if (plan.preferred.empty()) return;
    rows_[plan.contact] = {contact.sequence, contact.segment, plan.preferred, plan.preferred_until,
                           plan.preferred_first};
  });
}

bool PreferenceCheck::went_first(ContactRef contact) const {
  const auto row = rows_.find(contact);
  return row != rows_.end() && row->second.first;
}

std::optional<std::string> PreferenceCheck::look(const State& state, const Command& command,
                                                 const std::vector<Event>& events) const {
  for (const auto& [ref, row] : rows_) {
    if (!state.contacts.contains(ref) || row.until <= state.now) continue;
    const Contact& contact = state[ref];
    const bool same = contact.sequence == row.sequence && contact.segment == row.segment;
    if (!same || !is_unanswered(contact.state) || contact.target || was_widened(events, ref)) continue;
    for (const AgentRef preferred : row.agents) {
      const Agent& agent = state[preferred];
      const bool is_there = agent.state != AgentState::LoggedOut && agent.serves(contact.channel) &&
                            waiting::meets(state, contact, agent.profile.skills);
      if (!is_there || was_asked_in_vain(events, ref, preferred) || is_released(command, agent)) continue;
      const auto& now = state[contact.plan].preferred;
      if (std::find(now.begin(), now.end(), preferred) != now.end()) continue;
      return "contact " + contact.id + " waits no longer for " + agent.id;
    }
  }
  return std::nullopt;
}

}  // namespace cordboard::testing
