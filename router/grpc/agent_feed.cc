#include "router/grpc/agent_feed.h"

#include <algorithm>
#include <utility>

#include "router/codec/api_time.h"
#include "router/core/assignments.h"

namespace cordboard {
namespace {

// An offer that the command made, which told all of it.
bool is_told_by_offer(OfferId offer, std::span<const EncodedEvent> events) {
  return std::any_of(events.begin(), events.end(), [&](const EncodedEvent& other) {
    const auto* created = std::get_if<OfferCreated>(other.event);
    return created != nullptr && created->offer == offer;
  });
}

}  // namespace

bool can_listen(const State& state, AgentRef agent) {
  return agent && state[agent].state != AgentState::LoggedOut && state[agent].connected;
}

bool AgentFeed::attach(const Claim& claim, const std::shared_ptr<AgentSink>& sink, std::uint64_t revision,
                       const State& state) {
  const AgentRef agent = claim.agent;
  Route& route = route_of(agent);
  if (is_late(claim, route)) {
    stage_detached(sink, agent, v1::AgentDetached::CONNECTED_ELSEWHERE, revision, state.now, state);
    return false;
  }
  note(claim, route);
  std::shared_ptr<AgentSink>& place = claim.place == Place::Session ? route.session : route.listen;
  if (place != sink) {
    detach(place, agent, v1::AgentDetached::CONNECTED_ELSEWHERE, revision, state.now, state);
    sink->agents_.push_back(agent);
    place = sink;
    ++attached_;
  }
  stage_pending_offers(agent, sink, revision, state);
  return true;
}

bool AgentFeed::is_late(const Claim& claim, const Route& route) {
  if (claim.place == Place::Listen) return claim.since < route.listen_since;
  return claim.repeated ? claim.session < route.holder : claim.since < route.session_since;
}

void AgentFeed::note(const Claim& claim, Route& route) {
  const bool session = claim.place == Place::Session;
  if (session) route.holder = claim.session;
  if (!claim.repeated) (session ? route.session_since : route.listen_since) = claim.since;
}

void AgentFeed::stage_pending_offers(AgentRef agent, const std::shared_ptr<AgentSink>& sink,
                                     std::uint64_t revision, const State& state) {
  for (const AssignmentRef held : state[agent].assignments) {
    if (state[held].phase != AssignmentPhase::Offered) continue;
    notice_.clear();
    append_offer_notice(state, held, revision, state.now, notice_);
    stage_in(sink, revision, notice_, Counted::No);
  }
}

void AgentFeed::detach_session(const Claim& login, std::uint64_t revision, const State& state) {
  Route& route = route_of(login.agent);
  if (is_late(login, route)) return;
  note(login, route);
  detach(route.session, login.agent, v1::AgentDetached::CONNECTED_ELSEWHERE, revision, state.now, state);
}

void AgentFeed::drop(AgentSink& sink) {
  for (const AgentRef agent : sink.agents_) {
    Route& route = routes_[agent.value];
    for (std::shared_ptr<AgentSink>* place : {&route.session, &route.listen}) {
      if (place->get() != &sink) continue;
      if (place == &route.session) route.holder = 0;
      place->reset();
      --attached_;
    }
  }
  sink.agents_.clear();
}

bool AgentFeed::is_attached(AgentRef agent, const AgentSink& sink) const {
  return agent.value < routes_.size() && routes_[agent.value].session.get() == &sink;
}

void AgentFeed::stage(std::uint64_t revision, Time at, const State& state,
                      std::span<const EncodedEvent> events) {
  for (const EncodedEvent& event : events) {
    const auto* updated = std::get_if<ContactUpdated>(event.event);
    if (updated == nullptr) {
      stage_notice(event, revision, at, state);
      continue;
    }
    // For everybody at whom the contact rings.
    EncodedEvent notice = event;
    for (const AssignmentRef offer : assignments::offers_of(state, updated->contact)) {
      if (is_told_by_offer(state[offer].offer, events)) continue;
      notice.subjects.agent = state[offer].agent;
      stage_notice(notice, revision, at, state);
    }
  }
  for (const EncodedEvent& event : events) {
    if (event.subjects.agent) follow(event.subjects.agent, *event.event, revision, at, state);
  }
}

void AgentFeed::stage_notice(const EncodedEvent& event, std::uint64_t revision, Time at, const State& state) {
  const AgentRef agent = event.subjects.agent;
  const Route* route = agent ? find(agent) : nullptr;
  if (route == nullptr) return;
  notice_.clear();
  append_agent_notice(event, state, revision, at, notice_);
  if (route->session) stage_in(route->session, revision, notice_);
  if (route->listen) stage_in(route->listen, revision, notice_);
}

// After the notices of a command: does somebody stop listening by it?
void AgentFeed::follow(AgentRef agent, const Event& event, std::uint64_t revision, Time at,
                       const State& state) {
  Route* route = find(agent);
  if (route == nullptr) return;
  const Agent& now = state[agent];
  const bool logged_out = now.state == AgentState::LoggedOut && now.assignments.empty();
  if (logged_out) {
    detach(route->session, agent, v1::AgentDetached::LOGGED_OUT, revision, at, state);
    detach(route->listen, agent, v1::AgentDetached::LOGGED_OUT, revision, at, state);
  } else if (std::holds_alternative<AgentActivityChanged>(event) &&
             now.activity == AgentActivity::Disconnected) {
    detach(route->session, agent, v1::AgentDetached::HEARTBEAT_MISSED, revision, at, state);
  }
}

void AgentFeed::release(std::uint64_t revision) {
  std::vector<std::shared_ptr<AgentSink>> dirty = std::exchange(dirty_, {});
  for (auto& sink : dirty) {
    sink->dirty_ = !sink->flush(revision);
    if (sink->dirty_) dirty_.push_back(std::move(sink));
  }
}

AgentFeed::Route* AgentFeed::find(AgentRef agent) {
  if (agent.value >= routes_.size() || routes_[agent.value].empty()) return nullptr;
  return &routes_[agent.value];
}

AgentFeed::Route& AgentFeed::route_of(AgentRef agent) {
  if (agent.value >= routes_.size()) routes_.resize(agent.value + 1);
  return routes_[agent.value];
}

void AgentFeed::stage_in(const std::shared_ptr<AgentSink>& sink, std::uint64_t revision,
                         std::string_view notice, Counted counted) {
  sink->stage(revision, notice, counted);
  if (std::exchange(sink->dirty_, true)) return;
  dirty_.push_back(sink);
}

void AgentFeed::stage_detached(const std::shared_ptr<AgentSink>& sink, AgentRef agent,
                               v1::AgentDetached::Reason reason, std::uint64_t revision, Time at,
                               const State& state) {
  v1::AgentNotice notice;
  notice.set_agent_id(state[agent].id);
  notice.set_revision(revision);
  fill_time(at, notice.mutable_at());
  notice.mutable_detached()->set_reason(reason);
  stage_in(sink, revision, notice.SerializeAsString());
}

void AgentFeed::detach(std::shared_ptr<AgentSink>& place, AgentRef agent, v1::AgentDetached::Reason reason,
                       std::uint64_t revision, Time at, const State& state) {
  if (!place) return;
  stage_detached(place, agent, reason, revision, at, state);
  place->detached(state[agent].id, reason);
  const std::shared_ptr<AgentSink> left = std::exchange(place, nullptr);
  --attached_;
  const Route& route = routes_[agent.value];
  if (route.session != left && route.listen != left) std::erase(left->agents_, agent);
}

}  // namespace cordboard
