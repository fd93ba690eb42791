#include "router/codec/api_explain.h"

#include "router/codec/api_enums.h"
#include "router/codec/api_time.h"

namespace cordboard {

// The numbers of the API are those of the engine and one; api_enums_test compares the names.
v1::PairExplanation::Obstacle to_api(explain::Obstacle obstacle) {
  return static_cast<v1::PairExplanation::Obstacle>(static_cast<int>(obstacle) + 1);
}
v1::WaitExplanation::Step to_api(explain::NextStep step) {
  return static_cast<v1::WaitExplanation::Step>(static_cast<int>(step) + 1);
}

void fill_wait(const State& state, Time now, ContactRef contact, v1::ExplainResponse* out) {
  using explain::Situation;
  const explain::Wait wait = explain::wait_of(state, now, contact);
  out->set_text(explain::to_text(state, now, wait));
  v1::WaitExplanation* const to = out->mutable_wait();
  to->set_requirement(wait.requirement);
  if (wait.target) to->set_target_agent_id(state[wait.target].id);
  for (const AgentRef agent : wait.preferred) to->add_preferred_agent_ids(state[agent].id);
  if (!wait.preferred.empty()) fill_time(wait.preferred_until, to->mutable_preferred_until());
  to->set_servability(to_api(wait.servability));
  const auto count = [&](Situation situation) { return wait.eligible[static_cast<std::size_t>(situation)]; };
  auto* const eligible = to->mutable_eligible();
  eligible->set_idle(count(Situation::Idle));
  eligible->set_wrap_up(count(Situation::WrapUp));
  eligible->set_handling(count(Situation::Handling));
  eligible->set_offered(count(Situation::Offered));
  eligible->set_not_ready(count(Situation::NotReady));
  eligible->set_not_responding(count(Situation::NotResponding));
  eligible->set_disconnected(count(Situation::Disconnected));
  eligible->set_logged_out(count(Situation::LoggedOut));
  to->set_logged_in(wait.logged_in);
  to->set_held(state[contact].held());
  to->set_clause_count(wait.clause_count);
  to->set_next_count(wait.next_steps);
  for (const explain::Clause& clause : wait.clauses) {
    auto* const into = to->add_clauses();
    into->set_text(clause.text);
    into->set_fail(clause.fail);
    into->set_fail_only(clause.fail_only);
  }
  to->set_ahead(wait.ahead);
  for (const ContactRef ahead : wait.first_ahead) to->add_first_ahead(state[ahead].id);
  for (const explain::Next& next : wait.next) {
    auto* const into = to->add_next();
    into->set_step(to_api(next.step));
    fill_time(next.at, into->mutable_at());
    if (next.agent) into->set_agent_id(state[next.agent].id);
  }
}

void fill_pair(const State& state, Time now, ContactRef contact, AgentRef agent, v1::ExplainResponse* out) {
  const std::vector<explain::Reason> reasons = explain::why_not(state, now, contact, agent);
  out->set_text(explain::to_text(state, now, contact, agent, reasons));
  v1::PairExplanation* const to = out->mutable_pair();
  for (const explain::Reason& reason : reasons) {
    auto* const into = to->add_reasons();
    into->set_obstacle(to_api(reason.obstacle));
    into->set_clause(reason.clause);
    if (reason.agent) into->set_agent_id(state[reason.agent].id);
    for (const AssignmentRef held : reason.holding) into->add_held_by(state[state[held].contact].id);
    into->set_count(reason.count);
    if (reason.until != kNever) fill_time(reason.until, into->mutable_until());
  }
}

void fill_offer(const State& state, const Decision& decision, v1::ExplainResponse* out) {
  out->set_text(explain::to_text(state, decision));
  v1::OfferExplanation* const to = out->mutable_offer();
  to->set_offer_id(decision.offer.value);
  fill_time(decision.at, to->mutable_at());
  to->set_contact_id(decision.contact);
  to->set_agent_id(state[decision.agent].id);
  to->set_queue(state[decision.queue].config.name);
  to->set_strategy(to_api(decision.strategy));
  to->set_for_one_agent(decision.for_one_agent);
  to->set_agents_free(decision.agents_free);
  for (const Decision::ByAgent& agent : decision.agents) {
    auto* const into = to->add_agents();
    into->set_agent_id(state[agent.agent].id);
    fill_time(agent.keys.idle_since, into->mutable_idle_since());
    into->set_idle_sequence(agent.keys.idle_sequence);
    into->set_skills(agent.skills);
    into->set_levels(agent.levels);
    into->set_scarcity(agent.scarcity);
    into->set_occupancy_ppm(agent.keys.occupancy_ppm);
    into->set_contacts(agent.keys.contacts);
    into->set_last_offer_sequence(agent.keys.last_offer_sequence);
    into->set_random_draw(agent.keys.random_draw);
    into->set_interrupted(agent.interrupted);
  }
  for (const Decision::ByContact& contact : decision.contacts) {
    auto* const into = to->add_contacts();
    into->set_contact_id(contact.contact);
    into->set_tier(contact.tier);
    into->set_priority(contact.priority);
    fill_time(contact.place_at, into->mutable_place_at());
  }
}

}  // namespace cordboard
