#include "agents-sim/clients/agent_client.h"

#include <algorithm>
#include <utility>

#include "agents-sim/audit/eligibility.h"
#include "agents-sim/clients/router_config.h"
#include "agents-sim/clients/wire_types.h"

namespace cordboard::sim {
namespace {

void fill_profile(const AgentProfile& profile, v1::AgentProfile& out) {
  for (const SkillLevel& skill : profile.skills) {
    v1::SkillLevel& level = *out.add_skills();
    level.set_skill(skill.skill);
    level.set_level(skill.level);
  }
}

// Later others than those whom `requires` names may serve its contacts.
bool may_widen(const QueueConfig& queue) { return !queue.relax.empty() || !queue.escalate.empty(); }

}  // namespace

AgentClient::AgentClient(Shared shared, AgentNo first, AgentNo end, AgentListener& listener)
    : shared_(shared),
      first_(first),
      end_(end),
      listener_(listener),
      session_(
          shared_.loop,
          {[this](grpc::ClientContext& context, grpc::CompletionQueue& queue) {
             shared_.connection.prepare(context);
             const auto stub = v1::AgentService::NewStub(shared_.connection.channel());
             return stub->PrepareAsyncSession(&context, &queue);
           },
           [this] { started(); }, [this](const v1::AgentSessionResponse& message) { on_message(message); },
           [this] { lost(); }, [this](const grpc::Status& status) { listener_.agents_refused(status); },
           [this](v1::AgentSessionRequest& message) { repeater_.look_at(message); }}),
      stream_audit_(shared_.audit.findings(), "session " + std::to_string(first) + " of agents"),
      repeater_(shared_.loop, shared_.repeat, 1 + first,
                {[](const v1::AgentRequest& r) { return to_tag(Verb::Repetition, contact_of(r.tag())); },
                 [this] { return session_.is_open() && !logging_out_; }, [this] { return session_.breaks(); },
                 [this]() -> v1::AgentRequest& { return *session_.next().add_requests(); },
                 [this] { ++requests_under_way_; }}) {}

// ---- Requests ----

v1::AgentRequest& AgentClient::add_request(Verb verb, ContactNo contact) {
  v1::AgentRequest& request = *session_.next().add_requests();
  request.set_tag(to_tag(verb, contact));
  ++requests_under_way_;
  return request;
}

v1::AgentRequest* AgentClient::request(Verb verb, AgentNo agent, ContactNo contact) {
  if (!shared_.agents[agent].logged_in) return nullptr;
  return &add_request(verb, contact);
}

void AgentClient::log_in(AgentNo no) {
  const LiveAgent& agent = shared_.agents[no];
  v1::LoginRequest& login = *add_request(Verb::Login, 0).mutable_login();
  login.set_agent_id(agent.id);
  login.set_ready(true);
  if (!agent.declared) fill_profile(agent.profile, *login.mutable_profile());
}

void AgentClient::accept(AgentNo agent, const HeldContact& offer) {
  if (v1::AgentRequest* const r = request(Verb::Accept, agent, offer.contact)) {
    r->mutable_accept()->set_agent_id(shared_.agents[agent].id);
    r->mutable_accept()->set_offer_id(offer.offer);
  }
}

void AgentClient::decline(AgentNo agent, const HeldContact& offer) {
  if (v1::AgentRequest* const r = request(Verb::Decline, agent, offer.contact)) {
    if (offer.contact < kForeignContacts) shared_.audit.contacts().decline_asked(offer.contact, agent);
    r->mutable_decline()->set_agent_id(shared_.agents[agent].id);
    r->mutable_decline()->set_offer_id(offer.offer);
  }
}

void AgentClient::end(AgentNo agent, ContactNo contact) {
  if (v1::AgentRequest* const r = request(Verb::End, agent, contact)) {
    if (contact < kForeignContacts) shared_.audit.contacts().end_asked(contact);
    r->mutable_end()->set_agent_id(shared_.agents[agent].id);
    r->mutable_end()->set_contact_id(shared_.ids.id_of(contact));
  }
}

void AgentClient::transfer(AgentNo agent, ContactNo contact, const std::string& queue) {
  if (v1::AgentRequest* const r = request(Verb::Transfer, agent, contact)) {
    if (contact < kForeignContacts) shared_.audit.contacts().transfer_asked(contact);
    r->mutable_transfer()->set_agent_id(shared_.agents[agent].id);
    r->mutable_transfer()->set_contact_id(shared_.ids.id_of(contact));
    r->mutable_transfer()->set_to_queue(queue);
  }
}

void AgentClient::finish_wrap_up(AgentNo agent, ContactNo contact) {
  if (v1::AgentRequest* const r = request(Verb::FinishWrapUp, agent, contact)) {
    r->mutable_finish_wrap_up()->set_agent_id(shared_.agents[agent].id);
    r->mutable_finish_wrap_up()->set_contact_id(shared_.ids.id_of(contact));
  }
}

void AgentClient::set_ready(AgentNo agent) {
  shared_.agents[agent].away = false;
  if (v1::AgentRequest* const r = request(Verb::SetReady, agent)) {
    shared_.audit.agents().asked_for_offers(agent);
    r->mutable_set_ready()->set_agent_id(shared_.agents[agent].id);
  }
}

void AgentClient::set_not_ready(AgentNo agent, const std::string& reason) {
  shared_.agents[agent].away = true;
  if (v1::AgentRequest* const r = request(Verb::SetNotReady, agent)) {
    r->mutable_set_not_ready()->set_agent_id(shared_.agents[agent].id);
    r->mutable_set_not_ready()->set_reason(reason);
  }
}

void AgentClient::log_out() {
  logging_out_ = true;
  for (AgentNo agent = first_; agent < end_; ++agent) {
    if (v1::AgentRequest* const r = request(Verb::Logout, agent)) {
      r->mutable_logout()->set_agent_id(shared_.agents[agent].id);
    }
  }
}

// Nobody named: everybody on the session.
void AgentClient::schedule_heartbeat(Duration interval) {
  heartbeat_ = shared_.loop.after(interval, [this, interval] {
    if (session_.is_open()) add_request(Verb::Heartbeat, 0).mutable_heartbeat();
    schedule_heartbeat(interval);
  });
}

// ---- The session begins and breaks ----

void AgentClient::started() {
  stream_audit_.begins(0);
  if (logging_out_) return;
  for (AgentNo agent = first_; agent < end_; ++agent) log_in(agent);
}

void AgentClient::lost() {
  requests_under_way_ = 0;
  shared_.loop.cancel(heartbeat_);
  heartbeat_ = EventLoop::kNoTimer;
  for (AgentNo no = first_; no < end_; ++no) {
    shared_.agents[no].logged_in = false;
    shared_.agents[no].held.clear();
    shared_.audit.agents().lost(no);
  }
}

// ---- Answers ----

void AgentClient::on_message(const v1::AgentSessionResponse& message) {
  for (const v1::AgentResponse& response : message.responses()) {
    if (response.has_reply()) on_reply(response.reply());
    if (response.has_notice()) on_notice(response.notice());
  }
}

void AgentClient::on_reply(const v1::AgentReply& reply) {
  if (requests_under_way_ == 0) {
    shared_.audit.findings().add(Rule::Unexpected, "a session of agents got a reply to no request");
  } else {
    --requests_under_way_;
  }
  if (reply.has_ok() && !reply.ok().repeated()) stream_audit_.answered(reply.ok().revision());
  if (reply.has_rejection()) ++refusals_[v1::RejectionDetail::Reason_Name(reply.rejection().reason())];
  const AgentNo agent =
      reply.agent_id().empty() ? LiveAgents::kUnknown : shared_.agents.number_of(reply.agent_id());
  if (agent == LiveAgents::kUnknown) return;
  const auto contact = contact_of(reply.tag());
  const auto verb = verb_of<Verb>(reply.tag());
  if (verb == Verb::Repetition) return;  // refused, or the same answer again
  if (reply.has_rejection() && is_for_now(reply.rejection())) return try_later(verb, agent, contact);
  switch (verb) {
    case Verb::Login:
      if (reply.has_login()) on_login(agent, reply.login());
      if (reply.has_rejection()) listener_.login_refused(agent, reply.rejection());
      break;
    case Verb::Transfer:
      if (reply.has_rejection()) end(agent, contact);  // nobody takes it, so it ends here
      break;
    case Verb::Accept:
      on_accept(agent, contact, reply);
      break;
    case Verb::SetNotReady:
    case Verb::Logout:
      if (reply.has_ok() && shared_.agents[agent].away) {
        shared_.audit.agents().refuses_offers(agent, reply.ok().revision());
      }
      break;
    default:
      break;  // what a verb does comes as events; a late one is refused, which is normal
  }
}

// The router could not take the request. What expires by itself there is not sent again.
void AgentClient::try_later(Verb verb, AgentNo agent, ContactNo contact) {
  shared_.loop.after(overload_.next(), [this, verb, agent, contact] {
    if (verb == Verb::Login && session_.is_open()) log_in(agent);
    if (verb == Verb::End || verb == Verb::Transfer) end(agent, contact);
    if (verb == Verb::FinishWrapUp) finish_wrap_up(agent, contact);
    if (verb == Verb::SetReady) set_ready(agent);
  });
}

std::vector<ChannelCost> AgentClient::costs_of(const v1::Agent& agent) const {
  std::vector<ChannelCost> costs(shared_.channels.size(), ChannelCost{100, 0});  // not served
  for (const v1::ChannelLoad& load : agent.channels()) {
    const ChannelNo channel = channel_number(load.channel());
    if (channel < costs.size()) costs[channel] = {load.units(), load.max_contacts()};
  }
  return costs;
}

std::vector<SkillLevel> AgentClient::skills_of(const v1::Agent& agent) {
  std::vector<SkillLevel> skills;
  for (const v1::SkillLevel& known : agent.profile().skills()) {
    skills.push_back({known.skill(), static_cast<std::uint8_t>(known.level())});
  }
  return skills;
}

void AgentClient::on_login(AgentNo no, const v1::LoginResponse& login) {
  overload_.reset();
  LiveAgent& agent = shared_.agents[no];
  agent.logged_in = true;
  agent.away = login.agent().state() != v1::Agent::READY;
  agent.skills = skills_of(login.agent());
  agent.held.clear();
  for (const v1::ContactInHand& c : login.agent().contacts()) {
    agent.held.push_back({shared_.ids.number_of(c.contact_id()), c.offer_id(), channel_number(c.channel()),
                          to_phase(c.phase())});
  }
  shared_.audit.agents().logged_in(no, costs_of(login.agent()), !agent.away, agent.held);
  if (heartbeat_ == EventLoop::kNoTimer) schedule_heartbeat(to_duration(login.heartbeat_interval()));
  listener_.agent_logged_in(no);
  const std::vector<HeldContact> held = agent.held;  // the listener may change it
  for (const HeldContact& contact : held) {
    if (contact.contact >= kForeignContacts) ++foreign_;
    if (contact.phase == FoundPhase::Offered) listener_.agent_offered(no, contact);
    if (contact.phase == FoundPhase::Connected) listener_.agent_connected(no, contact);
    if (contact.phase == FoundPhase::WrapUp) listener_.agent_in_wrap_up(no, contact);
  }
}

void AgentClient::on_accept(AgentNo agent, ContactNo contact, const v1::AgentReply& reply) {
  if (reply.has_ok() && !reply.ok().repeated() && contact < kForeignContacts) {
    const HeldContact* const held = shared_.agents[agent].find(contact);
    if (held != nullptr)
      shared_.audit.contacts().accept_answered(contact, held->offer, agent, reply.ok().revision());
  }
  listener_.accept_answered(agent, contact, reply.has_ok());
}

// ---- Notices ----

void AgentClient::on_notice(const v1::AgentNotice& notice) {
  stream_audit_.told(notice.revision());
  const AgentNo agent = shared_.agents.number_of(notice.agent_id());
  if (agent == LiveAgents::kUnknown) {
    ++foreign_;
    return;
  }
  if (!speaks_for(agent)) {
    shared_.audit.findings().add(
        Rule::Unexpected, "a session got a notice for agent " + notice.agent_id() + " of another session");
    return;
  }
  switch (notice.notice_case()) {
    case v1::AgentNotice::kOfferCreated:
      on_offer(agent, notice.offer_created(), notice.revision());
      break;
    case v1::AgentNotice::kEvent:
      on_event(agent, notice.event(), notice.revision());
      break;
    case v1::AgentNotice::kDetached:
      on_detached(agent, notice.detached());
      break;
    default:
      break;
  }
}

void AgentClient::on_offer(AgentNo no, const v1::Offer& offer, Revision revision) {
  LiveAgent& agent = shared_.agents[no];
  if (agent.find_offer(offer.offer_id()) != nullptr) return;  // the answer to the login told it already
  HeldContact held{shared_.ids.number_of(offer.contact_id()), offer.offer_id(),
                   channel_number(offer.channel()), FoundPhase::Offered, to_time(offer.created_at())};
  if (const QueueConfig* const queue = find_queue(shared_.router, offer.queue())) {
    held.ring = queue->ring;
    held.eligible = may_widen(*queue) || meets(queue->requirement, agent.skills);
  }
  if (held.contact >= kForeignContacts) ++foreign_;
  shared_.audit.offered(no, held, revision);
  agent.held.push_back(held);
  listener_.agent_offered(no, held);
}

void AgentClient::on_event(AgentNo agent, const v1::Event& event, Revision revision) {
  const auto number = [&](const auto& e) { return shared_.ids.number_of(e.contact_id()); };
  switch (event.kind_case()) {
    case v1::Event::kOfferEnded:
      on_offer_ended(agent, event.offer_ended(), revision);
      break;
    case v1::Event::kWrapUpStarted: {
      const ContactNo contact = number(event.wrap_up_started());
      shared_.audit.agents().wrap_up_started(agent, contact);
      if (HeldContact* const held = shared_.agents[agent].find(contact)) {
        held->phase = FoundPhase::WrapUp;
        listener_.agent_in_wrap_up(agent, *held);
      }
      break;
    }
    case v1::Event::kWrapUpEnded:
      shared_.audit.agents().released(agent, number(event.wrap_up_ended()));
      on_released(agent, number(event.wrap_up_ended()));
      break;
    case v1::Event::kContactTransferred:
      on_left(agent, number(event.contact_transferred()));
      break;
    case v1::Event::kContactEnded:
      on_left(agent, number(event.contact_ended()));
      break;
    default:
      break;
  }
}

void AgentClient::on_offer_ended(AgentNo no, const v1::OfferEnded& ended, Revision revision) {
  LiveAgent& agent = shared_.agents[no];
  const OfferEnd end = to_end(ended.state());
  shared_.audit.agents().offer_ended(no, ended.offer_id(), end, revision);
  HeldContact* const held = agent.find_offer(ended.offer_id());
  if (held == nullptr) return;
  if (end == OfferEnd::Accepted) {
    held->phase = FoundPhase::Connected;
    listener_.agent_connected(no, *held);
    return;
  }
  agent.drop(held->contact);
  if (end == OfferEnd::Expired) listener_.agent_not_responding(no);
}

// Ended or transferred: without wrap-up the agent is done with it.
void AgentClient::on_left(AgentNo agent, ContactNo contact) {
  shared_.audit.agents().left(agent, contact);
  const HeldContact* const held = shared_.agents[agent].find(contact);
  if (held != nullptr && held->phase == FoundPhase::Connected) on_released(agent, contact);
}

void AgentClient::on_released(AgentNo agent, ContactNo contact) {
  shared_.agents[agent].drop(contact);
  listener_.agent_released(agent);
}

// By silence: the router did not hear of it for too long. By somebody else: that one has it now.
void AgentClient::on_detached(AgentNo no, const v1::AgentDetached& detached) {
  LiveAgent& agent = shared_.agents[no];
  agent.logged_in = false;
  agent.held.clear();
  shared_.audit.agents().lost(no);
  if (detached.reason() == v1::AgentDetached::HEARTBEAT_MISSED && !logging_out_) log_in(no);
}

ChannelNo AgentClient::channel_number(const std::string& channel) const {
  const auto found = std::find(shared_.channels.begin(), shared_.channels.end(), channel);
  return static_cast<ChannelNo>(found - shared_.channels.begin());
}

}  // namespace cordboard::sim
