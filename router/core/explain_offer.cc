#include "router/core/explain_offer.h"

#include <algorithm>
#include <cstdio>

#include "router/core/agent_index.h"
#include "router/core/explain.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/preference.h"

namespace cordboard::explain {
namespace {

std::uint64_t levels_of(const Agent& agent, const Requirement& requirement) {
  std::uint64_t sum = 0;
  for (const SkillLevel& skill : agent.profile.skills) {
    const auto& named = requirement.skills();
    if (std::binary_search(named.begin(), named.end(), skill.skill)) sum += skill.level;
  }
  return sum;
}

void note_agents(const State& state, ContactRef ref, Decision& decision) {
  const Contact& contact = state[ref];
  const Requirement& requirement = state.match.requirement_of(contact.requirement_class);
  std::vector<AgentRef> shown;
  const auto show = [&](AgentRef agent) {
    shown.push_back(agent);
    const std::uint64_t scarcity = decision.strategy == AgentStrategy::ScarceFirst
                                       ? state.match.scarcity(state[agent].profile_class, contact.queue)
                                       : 0;
    decision.agents.push_back({agent, agents::keys_of(state[agent]), state[agent].profile.skills.size(),
                               levels_of(state[agent], requirement), scarcity,
                               (state[agent].interrupting_channels >> contact.channel.value & 1) != 0});
  };
  show(decision.agent);
  decision.agents_free = 1;
  if (decision.for_one_agent) return;
  decision.agents_free = static_cast<std::uint32_t>(state.match.count_available(contact.requirement_class));
  const auto others = [&](AgentRef agent) {
    const bool is_shown = std::find(shown.begin(), shown.end(), agent) != shown.end();
    return !is_shown && !matching::kept_apart(state, ref, agent);
  };
  while (shown.size() < Decision::kShown && !mutated("runner_up_is_not_noted")) {
    const AgentRef next = state.match.best_agent(contact.requirement_class, others);
    if (!next) return;
    show(next);
  }
}

void note_contacts(const State& state, ContactRef ref, Decision& decision) {
  std::vector<ContactRef> shown;
  const auto show = [&](ContactRef shown_ref) {
    const Contact& contact = state[shown_ref];
    shown.push_back(shown_ref);
    decision.contacts.push_back({contact.id, contact.tier,
                                 std::int64_t{contact.own_priority} + state[contact.queue].config.priority,
                                 contact.place_at});
  };
  show(ref);
  while (shown.size() < Decision::kShown) {
    const ContactRef next = matching::next_for(state, decision.at, decision.agent, [&](ContactRef other) {
      return std::find(shown.begin(), shown.end(), other) == shown.end();
    });
    if (!next) return;
    show(next);
  }
}

std::string key_text(const Decision& decision, const Decision::ByAgent& considered) {
  std::string idle = "idle for " + seconds(decision.at - considered.keys.idle_since);
  switch (decision.strategy) {
    case AgentStrategy::MostSkilled:
      return "levels " + std::to_string(considered.levels) + ", " + idle;
    case AgentStrategy::LeastSkilled:
      return "levels " + std::to_string(considered.levels) + ", " + std::to_string(considered.skills) +
             " skills, " + idle;
    case AgentStrategy::LeastOccupied:
      return "occupied " + std::to_string(considered.keys.occupancy_ppm) + " ppm, " + idle;
    case AgentStrategy::FewestContacts:
      return std::to_string(considered.keys.contacts) + " contacts, " + idle;
    case AgentStrategy::RoundRobin:
      return "last offer number " + std::to_string(considered.keys.last_offer_sequence) + ", " + idle;
    case AgentStrategy::Random:
      return "drew " + std::to_string(considered.keys.random_draw);
    case AgentStrategy::ScarceFirst:
      return "needed elsewhere " + std::to_string(considered.scarcity) + ", " + idle;
    case AgentStrategy::LongestIdle:
      return idle;
  }
  return idle;
}

}  // namespace

void note_decision(Step& step, ContactRef contact, AgentRef agent) {
  State& state = step.state;
  Decision decision;
  decision.offer = OfferId{state.next_offer};
  decision.at = step.now;
  decision.contact = state[contact].id;
  decision.agent = agent;
  decision.queue = state[contact].queue;
  decision.strategy = state[decision.queue].config.strategy;
  decision.for_one_agent = !preference::targets_of(state, state[contact]).empty();
  note_agents(state, contact, decision);
  note_contacts(state, contact, decision);
  state.decisions.push_back(std::move(decision));
  forget_decisions(state);
}

void forget_decisions(State& state) {
  while (state.decisions.size() > state.config.limits.explained_offers) state.decisions.pop_front();
}

const Decision* find_decision(const State& state, OfferId offer) {
  const auto found =
      std::lower_bound(state.decisions.begin(), state.decisions.end(), offer,
                       [](const Decision& decision, OfferId id) { return decision.offer < id; });
  return found != state.decisions.end() && found->offer == offer ? &*found : nullptr;
}

std::string to_text(const State& state, const Decision& decision) {
  std::string text = "offer " + std::to_string(decision.offer.value) + " of contact " + decision.contact +
                     " to agent " + state[decision.agent].id;
  if (decision.for_one_agent) {
    text += ", for whom it waited";
  } else {
    text += ", one of " + std::to_string(decision.agents_free) + " free";
  }
  for (std::size_t i = 0; i < decision.agents.size(); ++i) {
    text += "\n" + std::to_string(i + 1) + ". agent " + state[decision.agents[i].agent].id + ": " +
            (decision.agents[i].interrupted ? "to be interrupted, " : "") +
            key_text(decision, decision.agents[i]);
  }
  for (std::size_t i = 0; i < decision.contacts.size(); ++i) {
    const Decision::ByContact& contact = decision.contacts[i];
    text += "\n" + std::to_string(i + 1) + ". contact " + contact.contact + ": tier " +
            std::to_string(contact.tier) + ", priority " + std::to_string(contact.priority) +
            ", in place for " + seconds(decision.at - contact.place_at);
  }
  return text;
}

}  // namespace cordboard::explain
