#include "tests/support/interruption_check.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "router/core/assignments.h"
#include "router/core/capacity_audit.h"
#include "router/core/preference.h"
#include "router/core/waiting.h"

namespace cordboard::testing {
namespace {

struct Touched {
  std::set<AgentRef> agents;
  std::set<ContactRef> widened;  // more agents may serve them than at the offer, perhaps
};

Touched touched_by(const std::vector<Event>& events) {
  Touched touched;
  for (const Event& event : events) {
    std::visit(
        [&](const auto& e) {
          using Kind = std::decay_t<decltype(e)>;
          constexpr bool widens =
              std::is_same_v<Kind, ContactRelaxed> || std::is_same_v<Kind, ContactPoolAdded>;
          if constexpr (requires { e.agent; }) touched.agents.insert(e.agent);
          if constexpr (widens) touched.widened.insert(e.contact);
        },
        event);
  }
  return touched;
}

// The offer is the last thing that came to the agent, and not all that they have fits beside it.
bool interrupts(const State& state, const Agent& agent, AssignmentRef offer) {
  if (!offer || agent.assignments.back() != offer) return false;
  std::uint32_t units = 0;
  for (const AssignmentRef held : agent.assignments) units += state[held].units;
  return units > kAgentCapacityUnits || (state[offer].exclusive && agent.assignments.size() > 1);
}

}  // namespace

std::optional<std::string> needless_interruption(const State& state, const std::vector<Event>& events,
                                                 const std::set<std::pair<ContactRef, AgentRef>>& apart) {
  const Touched touched = touched_by(events);
  for (const Event& event : events) {
    const auto* created = std::get_if<OfferCreated>(&event);
    if (created == nullptr || touched.widened.contains(created->contact)) continue;
    const Contact& contact = state[created->contact];
    const AssignmentRef offer = assignments::offer_to(state, created->contact, created->agent);
    // Who waits for certain agents only takes the best of them.
    if (!preference::targets_of(state, contact).empty() || !interrupts(state, state[created->agent], offer))
      continue;
    for (std::uint32_t i = 0; i < state.agents.size(); ++i) {
      const Agent& free = state.agents[i];
      const AgentRef ref{i};
      const bool has_it =
          std::any_of(free.assignments.begin(), free.assignments.end(),
                      [&](AssignmentRef held) { return state[held].contact == created->contact; });
      if (has_it || touched.agents.contains(ref) || apart.contains({created->contact, ref})) continue;
      if (!capacity_audit::has_free_room(state, free, contact.channel)) continue;
      if (!waiting::meets(state, contact, free.profile.skills)) continue;
      return "agent " + state[created->agent].id + " was interrupted for contact " + contact.id + ", and " +
             free.id + " was free";
    }
  }
  return std::nullopt;
}

}  // namespace cordboard::testing
