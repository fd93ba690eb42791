#include "router/core/servability.h"

#include <algorithm>
#include <utility>

#include "router/core/mutation.h"

namespace cordboard::servability {
namespace {

auto find_alarm(auto& state, const std::string& class_name) {
  return std::find_if(state.unservable.begin(), state.unservable.end(),
                      [&](const Unservable& alarm) { return alarm.class_name == class_name; });
}

bool could_serve(const State& state, const Agent& agent, RequirementClass requirement) {
  const bool may_log_in = agent.declared || state.config.undeclared_agents;
  return may_log_in && agent.serves(state.match.channel_of(requirement)) &&
         state.match.requirement_of(requirement).accepts(agent.profile.skills);
}

// REQUIRES: nobody who is logged in serves the class.
Servability kind_of(const State& state, RequirementClass requirement) {
  for (const Agent& agent : state.agents) {
    if (could_serve(state, agent, requirement)) return Servability::NobodyLoggedIn;
  }
  return Servability::NobodyKnown;
}

bool waits_in_vain(const State& state, RequirementClass requirement) {
  return requirement && !state.match.is_servable(requirement) && state.match.waiting_in(requirement) > 0;
}

void tell(Step& step, const Unservable& alarm, RequirementClass requirement) {
  const MatchIndex& match = step.state.match;
  step.emit(ContactsUnservable{alarm.alarm, alarm.queue, match.head(requirement), alarm.kind,
                               match.waiting_in(requirement)});
}

void settle(Step& step, const std::string& class_name) {
  State& state = step.state;
  const RequirementClass requirement = state.match.find_requirement(class_name);
  const bool in_vain = waits_in_vain(state, requirement);
  const auto known = find_alarm(state, class_name);
  if (in_vain && known == state.unservable.end()) {
    const QueueRef queue = state[state.match.head(requirement)].queue;
    state.unservable.push_back(
        {state.next_alarm++, queue, kind_of(state, requirement), class_name, step.now});
    tell(step, state.unservable.back(), requirement);
  } else if (!in_vain && !mutated("alarm_does_not_end") && known != state.unservable.end()) {
    step.emit(ContactsServable{known->alarm, known->queue, step.now - known->since});
    state.unservable.erase(known);
  }
}

}  // namespace

Servability of_unservable(const State& state, const Contact& contact) {
  const auto alarm = find_alarm(state, state.match.name_of(contact.requirement_class));
  return alarm != state.unservable.end() ? alarm->kind : kind_of(state, contact.requirement_class);
}

void settle(Step& step) {
  std::vector<std::string> names = step.state.match.take_unsettled();
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) settle(step, name);
}

void review(Step& step) {
  State& state = step.state;
  const std::vector<Unservable> known = state.unservable;
  for (const Unservable& alarm : known) settle(step, alarm.class_name);
  for (Unservable& alarm : state.unservable) {
    const RequirementClass requirement = state.match.find_requirement(alarm.class_name);
    const Servability kind = kind_of(state, requirement);
    if (std::exchange(alarm.kind, kind) != kind) tell(step, alarm, requirement);
  }
}

std::vector<std::uint32_t> waiting_in_vain(const State& state) {
  std::vector<std::uint32_t> contacts(state.queues.size(), 0);
  for (const Unservable& alarm : state.unservable) {
    const RequirementClass requirement = state.match.find_requirement(alarm.class_name);
    if (requirement) contacts[alarm.queue.value] += state.match.waiting_in(requirement);
  }
  return contacts;
}

}  // namespace cordboard::servability
