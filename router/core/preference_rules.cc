// The rules of preference.h, checked by looking at everything and without what they are kept with.

#include <algorithm>
#include <set>

#include "router/core/preference.h"
#include "router/core/waiting.h"

namespace cordboard::preference {
namespace {

bool is_there_for(const State& state, const Contact& c, const Agent& a) {
  return a.state != AgentState::LoggedOut && a.serves(c.channel) &&
         waiting::meets(state, c, a.profile.skills);
}

std::string check(const State& state, const WaitPlan& plan) {
  const Contact& c = state[plan.contact];
  const std::set<AgentRef> distinct(plan.preferred.begin(), plan.preferred.end());
  if (distinct.size() != plan.preferred.size()) return "a preferred agent is named once";
  if (plan.preferred.empty()) return "";
  if (c.target) return "nobody waits for preferred agents and for one agent only";
  if (c.segment > 0) return "agents are preferred in the first queue only";
  bool rings_elsewhere = false;
  state.assignments.for_each([&](AssignmentRef, const Assignment& a) {
    const bool rings = a.contact == plan.contact && a.phase == AssignmentPhase::Offered;
    rings_elsewhere = rings_elsewhere || (rings && !distinct.contains(a.agent));
  });
  if (rings_elsewhere) return "who waits for preferred agents is offered to them only";
  if (c.state != ContactState::Waiting || c.held()) return "";
  const bool overdue = plan.deadline && state.deadlines[plan.deadline].due <= state.now;
  if (plan.preferred_until <= state.now && !overdue)
    return "nobody waits for preferred agents for longer than they should";
  for (const AgentRef agent : plan.preferred) {
    if (!is_there_for(state, c, state[agent])) {
      return "nobody waits for a preferred agent who is not there or cannot serve: " + state[agent].id;
    }
  }
  return "";
}

}  // namespace

std::vector<std::string> broken_rules(const State& state) {
  std::vector<std::string> broken;
  state.plans.for_each([&](PlanRef, const WaitPlan& plan) {
    if (!state.contacts.contains(plan.contact)) return;
    const std::string wrong = check(state, plan);
    if (!wrong.empty()) broken.push_back(wrong + ": contact " + state[plan.contact].id);
  });
  const std::vector<LastAgent> remembered = state.last_agents.entries();
  std::set<std::uint64_t> customers;
  Time before{};
  for (const LastAgent& last : remembered) {
    if (!customers.insert(last.customer).second || last.at < before) {
      broken.emplace_back("each customer is remembered once, in the order of the conversations");
    }
    before = last.at;
  }
  const bool asked = std::any_of(state.queues.begin(), state.queues.end(), [](const Queue& queue) {
    return !queue.removed && queue.config.last_agent.within > Duration::zero();
  });
  if (remembered.size() > (asked ? state.config.limits.last_agents : 0)) {
    broken.emplace_back("no more customers are remembered than limits.last_agents");
  }
  return broken;
}

}  // namespace cordboard::preference
