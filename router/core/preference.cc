#include "router/core/preference.h"

#include <algorithm>

#include "router/core/assignments.h"
#include "router/core/mutation.h"
#include "router/core/redials.h"
#include "router/core/supervision.h"
#include "router/core/waiting.h"

namespace cordboard::preference {
namespace {

constexpr int kForgetPerEntry = 2;

// Whether waiting for the agent makes sense: busy or absent for a moment, but not logged out.
bool counts(const State& state, const Contact& contact, AgentRef ref) {
  const Agent& agent = state[ref];
  if (mutated("busy_preferred_agent_is_struck") && !agent.assignments.empty()) return false;
  return agent.state != AgentState::LoggedOut && agent.serves(contact.channel) &&
         state.match.eligible(contact.requirement_class, agent.profile_class);
}

bool asks(const Queue& queue) { return queue.config.last_agent.within > Duration::zero(); }

void prefer_last_agent(Step& step, ContactRef ref) {
  State& state = step.state;
  const Contact& contact = state[ref];
  const Queue& queue = state[contact.queue];
  if (!asks(queue) || contact.customer.empty() || lasts(state, contact)) return;
  const LastAgentRule& rule = queue.config.last_agent;
  const Time since = mutated("last_agent_is_remembered_for_ever") ? Time{} : step.now - rule.within;
  const AgentRef last = state.last_agents.find(LastAgents::fingerprint(contact.customer), since);
  if (last) bring(state, ref, {last}, rule.wait, rule.first);
}

}  // namespace

void bring(State& state, ContactRef ref, std::vector<AgentRef> agents, Duration lasts, bool first) {
  if (agents.empty()) return;
  WaitPlan& plan = waiting::plan_of(state, ref);
  plan.preferred = std::move(agents);
  plan.preferred_for = lasts;
  plan.preferred_first = first;
}

void begin(Step& step, ContactRef ref) {
  const Contact& contact = step.state[ref];
  if (contact.segment > 0) return;
  prefer_last_agent(step, ref);
  if (!lasts(step.state, contact)) return;
  WaitPlan& plan = step.state[contact.plan];
  plan.preferred_until = step.now + plan.preferred_for;
}

std::span<const AgentRef> targets_of(const State& state, const Contact& contact) {
  if (contact.target) return {&contact.target, 1};
  if (contact.plan) return state[contact.plan].preferred;
  return {};
}

bool lasts(const State& state, const Contact& contact) {
  return contact.plan && !state[contact.plan].preferred.empty();
}

bool goes_first(const State& state, const Contact& contact) {
  return lasts(state, contact) && state[contact.plan].preferred_first &&
         !mutated("first_for_preferred_is_ignored");
}

Time ends_at(const State& state, const Contact& contact) {
  return lasts(state, contact) ? state[contact.plan].preferred_until : kNever;
}

bool strike(Step& step, ContactRef ref, AgentRef agent) {
  Contact& contact = step.state[ref];
  if (contact.target) {
    if (contact.target != agent) return false;
    contact.target = AgentRef::none();
    return true;
  }
  if (!lasts(step.state, contact) || mutated("preferred_agent_is_never_struck")) return false;
  auto& preferred = step.state[contact.plan].preferred;
  if (std::erase(preferred, agent) == 0 || !preferred.empty()) return false;
  waiting::reschedule(step, contact);
  return true;
}

void strike_absent(Step& step, ContactRef ref) {
  const Contact& contact = step.state[ref];
  if (!lasts(step.state, contact) || mutated("preferred_agent_is_never_struck")) return;
  auto& preferred = step.state[contact.plan].preferred;
  std::erase_if(preferred, [&](AgentRef agent) {
    return !counts(step.state, contact, agent) && !assignments::offer_to(step.state, ref, agent);
  });
  if (preferred.empty()) waiting::reschedule(step, contact);
}

void forget(Step& step, ContactRef ref) {
  const Contact& contact = step.state[ref];
  if (!lasts(step.state, contact)) return;
  step.state[contact.plan].preferred.clear();
  waiting::reschedule(step, contact);
}

bool wants(const State& state, const Contact& contact, AgentRef agent) {
  return contact.target || !lasts(state, contact) || counts(state, contact, agent);
}

bool end_if_due(Step& step, ContactRef ref) {
  const Contact& contact = step.state[ref];
  if (!lasts(step.state, contact) || mutated("preference_never_ends")) return false;
  WaitPlan& plan = step.state[contact.plan];
  if (plan.preferred_until > step.now && !mutated("preference_ends_early")) return false;
  plan.preferred.clear();
  const bool waited = plan.preferred_for > Duration::zero() && contact.state == ContactState::Waiting;
  if (waited) step.emit(ContactRequeued{ref, contact.queue, Cause::PreferenceOver});
  waiting::reschedule(step, contact);
  return true;
}

void remember(Step& step, const Contact& contact, AgentRef agent) {
  State& state = step.state;
  if (state.last_agents_within == Duration::zero() || contact.customer.empty()) return;
  state.last_agents.forget_before(step.now - state.last_agents_within, kForgetPerEntry);
  state.last_agents.remember({LastAgents::fingerprint(contact.customer), agent, step.now},
                             state.config.limits.last_agents);
}

Outcome forget_customer(Step& step, const ForgetCustomer& command) {
  if (command.customer.empty() || command.customer.size() > kMaxCustomerLength) {
    return rejected(RejectReason::InvalidId,
                    "customer: 1 to " + std::to_string(kMaxCustomerLength) + " bytes, as in the submits");
  }
  if (auto wrong = supervision::check_author(command.supervisor, command.reason))
    return rejected(wrong->reason, std::move(wrong->detail));
  supervision::record(step, SupervisorVerb::ForgetCustomer, command.supervisor, command.reason, {}, "");
  step.state.last_agents.forget(LastAgents::fingerprint(command.customer));
  redials::forget_customer(step.state, command.customer);
  return accepted();
}

void review_memory(State& state) {
  Duration longest{0};
  for (const Queue& queue : state.queues) {
    if (!queue.removed) longest = std::max(longest, queue.config.last_agent.within);
  }
  state.last_agents_within = longest;
  state.last_agents.shrink_to(longest == Duration::zero() ? 0 : state.config.limits.last_agents);
}

}  // namespace cordboard::preference
