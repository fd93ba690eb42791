// The messages that router/codec writes by hand, built by protobuf's own classes: what its bytes are compared
// with.

#pragma once

#include <variant>

#include "cordboard/v1/event.pb.h"
#include "cordboard/v1/offer.pb.h"
#include "router/codec/api_enums.h"
#include "router/codec/api_time.h"
#include "router/core/event.h"
#include "router/core/state.h"
#include "router/core/supervision.h"

namespace cordboard::testing {

struct EventMaker {
  const State& state;
  v1::Event& out;

  const std::string& id(ContactRef ref) const { return state[ref].id; }
  const std::string& id(AgentRef ref) const { return state[ref].id; }
  const std::string& id(QueueRef ref) const { return state[ref].config.name; }

  void operator()(const ContactQueued& e) const {
    auto* to = out.mutable_contact_queued();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_waiting(e.waiting);
    if (e.split) to->set_split(state.splits[e.split.value].name);
    to->set_servability(to_api(e.servability));
    to->set_cause(to_api(e.cause));
  }
  void operator()(const ContactRequeued& e) const {
    auto* to = out.mutable_contact_requeued();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_cause(to_api(e.cause));
  }
  void operator()(const ContactUpdated& e) const {
    out.mutable_contact_updated()->set_contact_id(id(e.contact));
  }
  void operator()(const OfferCreated& e) const {
    auto* to = out.mutable_offer_created();
    to->set_offer_id(e.offer.value);
    to->set_contact_id(id(e.contact));
    to->set_agent_id(id(e.agent));
    fill_time(e.expires_at, to->mutable_expires_at());
    to->set_queue(id(e.queue));
  }
  void operator()(const OfferEnded& e) const {
    auto* to = out.mutable_offer_ended();
    to->set_offer_id(e.offer.value);
    to->set_contact_id(id(e.contact));
    to->set_agent_id(id(e.agent));
    to->set_state(to_api(e.state));
    to->set_cause(to_api(e.cause));
  }
  void operator()(const ContactConnected& e) const {
    auto* to = out.mutable_contact_connected();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_agent_id(id(e.agent));
    to->set_offer_id(e.offer.value);
    fill_duration(e.wait, to->mutable_wait());
  }
  void operator()(const ContactInterrupted& e) const {
    auto* to = out.mutable_contact_interrupted();
    to->set_contact_id(id(e.contact));
    to->set_agent_id(id(e.agent));
    to->set_queue(id(e.queue));
  }
  void operator()(const ContactResumed& e) const {
    auto* to = out.mutable_contact_resumed();
    to->set_contact_id(id(e.contact));
    to->set_agent_id(id(e.agent));
    to->set_queue(id(e.queue));
    fill_time(e.until, to->mutable_until());
  }
  void operator()(const WrapUpStarted& e) const {
    auto* to = out.mutable_wrap_up_started();
    to->set_contact_id(id(e.contact));
    to->set_agent_id(id(e.agent));
    fill_time(e.until, to->mutable_until());
    to->set_queue(id(e.queue));
  }
  void operator()(const WrapUpEnded& e) const {
    auto* to = out.mutable_wrap_up_ended();
    to->set_contact_id(id(e.contact));
    to->set_agent_id(id(e.agent));
    to->set_cause(to_api(e.cause));
    to->set_queue(id(e.queue));
  }
  void operator()(const ContactTransferred& e) const {
    auto* to = out.mutable_contact_transferred();
    to->set_contact_id(id(e.contact));
    to->set_from_queue(id(e.from_queue));
    to->set_from_agent_id(id(e.from_agent));
    to->set_to_queue(id(e.to_queue));
    if (e.to_agent) to->set_to_agent_id(id(e.to_agent));
  }
  void operator()(const ContactEnded& e) const {
    auto* to = out.mutable_contact_ended();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    if (e.agent) to->set_agent_id(id(e.agent));
    to->set_state(to_api(e.state));
    to->set_cause(to_api(e.cause));
    fill_duration(e.wait, to->mutable_wait());
    if (e.destination) to->set_destination(state[e.destination].text);
  }
  void operator()(const QueueOpenChanged& e) const {
    auto* to = out.mutable_queue_open_changed();
    to->set_queue(id(e.queue));
    to->set_open(e.open);
    to->set_cause(to_api(e.cause));
  }
  void operator()(const OpeningTimesSet& e) const {
    out.mutable_opening_times_set()->set_calendars(e.calendars);
  }
  void operator()(const QueueModeChanged& e) const {
    auto* to = out.mutable_queue_mode_changed();
    if (e.queue) to->set_queue(id(e.queue));
    to->set_from(to_api(e.from));
    const ModeSwitch& turned = e.queue ? state[e.queue].mode : state.tenant_mode;
    to->mutable_to()->set_mode(to_api(e.to));
    to->mutable_to()->set_reason(turned.reason);
    to->mutable_to()->set_supervisor(turned.supervisor);
    fill_time(turned.since, to->mutable_to()->mutable_since());
  }
  void operator()(const AgentStateChanged& e) const {
    auto* to = out.mutable_agent_state_changed();
    to->set_agent_id(id(e.agent));
    to->set_from(to_api(e.from));
    to->set_to(to_api(e.to));
    if (e.to == AgentState::NotReady) to->set_not_ready_reason(state[e.agent].not_ready_reason);
  }
  void operator()(const AgentActivityChanged& e) const {
    auto* to = out.mutable_agent_activity_changed();
    to->set_agent_id(id(e.agent));
    to->set_from(to_api(e.from));
    to->set_to(to_api(e.to));
    to->set_cause(to_api(e.cause));
  }
  void operator()(const AgentProfileChanged& e) const {
    out.mutable_agent_profile_changed()->set_agent_id(id(e.agent));
  }
  void operator()(const QueueRenamed& e) const {
    out.mutable_queue_renamed()->set_from(state[e.queue].config.renamed_from);
    out.mutable_queue_renamed()->set_to(state[e.queue].config.name);
  }
  void operator()(const QueueRetired& e) const {
    out.mutable_queue_retired()->set_queue(state[e.queue].config.name);
  }
  void operator()(const EscalationFired& e) const {
    auto* to = out.mutable_escalation_fired();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_rule(e.rule);
    to->set_trigger(static_cast<v1::EscalationFired::Trigger>(static_cast<int>(e.trigger) + 1));
  }
  void operator()(const EscalationNotice& e) const {
    auto* to = out.mutable_escalation_notice();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_rule(e.rule);
    to->set_text(state[e.queue].config.escalate[e.rule].actions[e.action].text);
  }
  void operator()(const ContactPoolAdded& e) const {
    auto* to = out.mutable_contact_pool_added();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_pool(id(e.pool));
  }
  void operator()(const ContactMoved& e) const {
    auto* to = out.mutable_contact_moved();
    to->set_contact_id(id(e.contact));
    to->set_from_queue(id(e.from_queue));
    to->set_to_queue(id(e.to_queue));
    to->set_cause(to_api(e.cause));
    fill_duration(e.wait, to->mutable_wait());
  }
  void operator()(const ContactRelaxed& e) const {
    auto* to = out.mutable_contact_relaxed();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_step(e.step);
    to->set_own(e.own);
  }
  void operator()(const ConfigApplied& e) const { out.mutable_config_applied()->set_version(e.version); }
  void operator()(const ContactScheduled& e) const {
    auto* to = out.mutable_contact_scheduled();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_cause(to_api(e.cause));
    to->set_from_queue(e.from_queue);
    if (e.due != kNever) fill_time(e.due, to->mutable_due_at());
    if (e.from_queue) fill_duration(e.wait, to->mutable_wait());
  }
  void operator()(const CallbackDialing& e) const {
    auto* to = out.mutable_callback_dialing();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_agent_id(id(e.agent));
    to->set_attempt(e.attempt);
    to->set_offer_id(e.offer.value);
    fill_time(e.until, to->mutable_until());
  }
  void operator()(const CallbackFailed& e) const {
    auto* to = out.mutable_callback_failed();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_agent_id(id(e.agent));
    to->set_attempt(e.attempt);
    to->set_cause(to_api(e.cause));
  }
  void operator()(const CallbackPromiseBroken& e) const {
    auto* to = out.mutable_callback_promise_broken();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    fill_time(e.promise, to->mutable_promise());
  }
  void operator()(const CallbackOffered& e) const {
    auto* to = out.mutable_callback_offered();
    to->set_contact_id(id(e.contact));
    to->set_queue(id(e.queue));
    to->set_cause(to_api(e.cause));
  }
  void operator()(const SupervisorActed& e) const {
    auto* to = out.mutable_supervisor_acted();
    const SupervisorAct& act = *supervision::find(state, e.act);
    to->set_number(e.act);
    fill_time(act.at, to->mutable_at());
    to->set_verb(to_api(e.verb));
    to->set_supervisor(act.supervisor);
    to->set_reason(act.reason);
    to->set_contact_id(act.contact);
    to->set_agent_id(act.agent);
    to->set_queue(act.queue);
    to->set_what(act.what);
  }
  void operator()(const SupervisionRequested& e) const {
    auto* to = out.mutable_supervision_requested();
    to->set_contact_id(id(e.contact));
    to->set_mode(to_api(e.mode));
    to->set_supervisor(supervision::find(state, e.act)->supervisor);
    if (e.agent) to->set_agent_id(id(e.agent));
    to->set_handled_by(id(e.handled_by));
    to->set_act(e.act);
  }
  void operator()(const ContactsUnservable& e) const {
    auto* to = out.mutable_contacts_unservable();
    to->set_alarm(e.alarm);
    to->set_queue(id(e.queue));
    to->set_first_contact_id(id(e.first));
    to->set_kind(to_api(e.kind));
    to->set_contacts(e.contacts);
    to->set_requirement(state.match.requirement_of(state[e.first].requirement_class).canonical());
    to->set_channel(state[state[e.first].channel].config.name);
  }
  void operator()(const ContactsServable& e) const {
    auto* to = out.mutable_contacts_servable();
    to->set_alarm(e.alarm);
    to->set_queue(id(e.queue));
    fill_duration(e.lasted, to->mutable_lasted());
  }
};

inline v1::Event expected_event(const Event& event, const State& state) {
  v1::Event message;
  std::visit(EventMaker{state, message}, event);
  return message;
}

inline v1::Offer expected_offer(const State& state, AssignmentRef ref) {
  const Assignment& assignment = state[ref];
  const Contact& contact = state[assignment.contact];
  v1::Offer message;
  v1::Offer* const offer = &message;
  offer->set_offer_id(assignment.offer.value);
  offer->set_contact_id(contact.id);
  offer->set_agent_id(state[assignment.agent].id);
  offer->set_queue(state[assignment.queue].config.name);
  offer->set_channel(state[assignment.channel].config.name);
  offer->set_customer(contact.customer);
  offer->set_attributes(contact.attributes);
  fill_time(assignment.since, offer->mutable_created_at());
  fill_time(assignment.expires_at, offer->mutable_expires_at());
  fill_duration(assignment.since - contact.queued_at, offer->mutable_waited());
  offer->set_segment(contact.segment);
  offer->set_callback(contact.is_callback());
  return message;
}

}  // namespace cordboard::testing
