#include "agents-sim/live/agent_player.h"

namespace cordboard::sim {

AgentPlayer::AgentPlayer(const Stage& stage)
    : stage_(stage), random_(stage.plan.seed, 0, "live/agents"), known_(stage.agents.size(), false) {}

Duration AgentPlayer::draw(const Distribution& distribution) {
  const auto us = static_cast<double>(distribution.sample(random_).count());
  return Duration{static_cast<std::int64_t>(us / stage_.plan.speed)};
}

void AgentPlayer::plan(Duration after, FutureKind kind, AgentNo agent, const HeldContact& contact) {
  stage_.future.push({stage_.loop.now() + after, kind, contact.contact, agent, contact.offer});
}

void AgentPlayer::handle(const FutureEvent& event) {
  AgentClient& client = desk_->of(event.agent);
  LiveAgent& agent = stage_.agents[event.agent];
  HeldContact* const held = agent.find(event.subject);
  const bool current = held != nullptr && held->offer == event.stamp;
  switch (event.kind) {
    case FutureKind::Accepts:
      if (current && held->phase == FoundPhase::Offered) client.accept(event.agent, *held);
      break;
    case FutureKind::Declines:
      if (current && held->phase == FoundPhase::Offered) client.decline(event.agent, *held);
      break;
    case FutureKind::WrapUpEnds:
      if (current && held->phase == FoundPhase::WrapUp) client.finish_wrap_up(event.agent, event.subject);
      break;
    case FutureKind::HandlingEnds:
      if (current && held->phase == FoundPhase::Connected) client.end(event.agent, event.subject);
      break;
    case FutureKind::AgentNotices:
    case FutureKind::AgentReturns:
      client.set_ready(event.agent);
      break;
    default:
      break;
  }
}

void AgentPlayer::expect_all_back() {
  is_back_.assign(stage_.agents.size(), false);
  back_ = 0;
}

void AgentPlayer::agent_logged_in(AgentNo agent) {
  if (!known_[agent]) ++settled_;
  known_[agent] = true;
  if (!is_back_.empty() && !is_back_[agent]) ++back_;
  if (!is_back_.empty()) is_back_[agent] = true;
  if (stage_.agents[agent].away) plan(draw(stage_.plan.behaviour.pause), FutureKind::AgentReturns, agent);
}

void AgentPlayer::note_offer(const HeldContact& offer) {
  ++stage_.tally.offers;
  if (!stage_.contacts.contains(offer.contact)) return;
  LiveContact& c = stage_.contacts[offer.contact];
  if (c.offered) return;
  c.offered = true;
  ++stage_.tally.offered;
  const Duration all = stage_.loop.now() - c.submitted_at;
  const Duration since_decision = std::chrono::duration_cast<Duration>(
      std::chrono::system_clock::now().time_since_epoch() - offer.offered_at.time_since_epoch());
  stage_.tally.submit_to_offer.add(all);
  stage_.tally.submit_to_decision.add(all - since_decision);
  stage_.tally.decision_to_offer.add(since_decision);
}

void AgentPlayer::agent_offered(AgentNo agent, const HeldContact& offer) {
  note_offer(offer);
  const Behaviour& behaviour = stage_.plan.behaviour;
  if (random_.chance(behaviour.no_answer)) return;  // it rings until it expires
  const bool declines = random_.chance(behaviour.decline);
  if (declines) ++stage_.tally.declines;
  if (!behaviour.answer_delay.is_zero()) {
    plan(draw(behaviour.answer_delay), declines ? FutureKind::Declines : FutureKind::Accepts, agent, offer);
  } else if (declines) {
    desk_->of(agent).decline(agent, offer);
  } else {
    desk_->of(agent).accept(agent, offer);
  }
}

void AgentPlayer::accept_answered(AgentNo, ContactNo, bool accepted) {
  if (!accepted) ++stage_.tally.late_accepts;
}

// The customer's side decides when our own contacts end; those of others end after a while.
void AgentPlayer::agent_connected(AgentNo agent, const HeldContact& contact) {
  if (!stage_.contacts.contains(contact.contact)) {
    plan(draw(stage_.plan.streams.front().handle_time), FutureKind::HandlingEnds, agent, contact);
    return;
  }
  const LiveContact& c = stage_.contacts[contact.contact];
  const bool overdue = c.phase == LiveContact::Phase::Connected && c.handling_ends <= stage_.loop.now();
  if (overdue)
    stage_.future.push({stage_.loop.now(), FutureKind::HandlingEnds, contact.contact, agent, c.stay});
}

void AgentPlayer::agent_in_wrap_up(AgentNo agent, const HeldContact& contact) {
  if (stage_.plan.behaviour.wrap_up.is_zero()) {
    desk_->of(agent).finish_wrap_up(agent, contact.contact);
  } else {
    plan(draw(stage_.plan.behaviour.wrap_up), FutureKind::WrapUpEnds, agent, contact);
  }
}

void AgentPlayer::agent_released(AgentNo agent) {
  if (stage_.agents[agent].away || !random_.chance(stage_.plan.behaviour.pause_probability)) return;
  ++stage_.tally.pauses;
  desk_->of(agent).set_not_ready(agent, "pause");
  plan(draw(stage_.plan.behaviour.pause), FutureKind::AgentReturns, agent);
}

void AgentPlayer::agent_not_responding(AgentNo agent) {
  ++stage_.tally.not_responding;
  plan(draw(stage_.plan.behaviour.notice_after), FutureKind::AgentNotices, agent);
}

void AgentPlayer::agents_refused(const grpc::Status& status) {
  failure_ = "a session of agents was refused: " + status.error_message();
}

void AgentPlayer::login_refused(AgentNo agent, const v1::RejectionDetail& why) {
  failure_ = "the login of " + stage_.agents[agent].id + " was refused: " + why.detail();
}

}  // namespace cordboard::sim
