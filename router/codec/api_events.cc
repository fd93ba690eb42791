#include "router/codec/api_events.h"

#include "router/codec/api_contact.h"
#include "router/codec/api_enums.h"
#include "router/codec/api_time.h"
#include "router/codec/event_subjects.h"

namespace cordboard {
namespace {

// A new event needs a kind in event.proto and a line here; the compiler asks for the line.
struct EventWriter {
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
    to->set_queue(id(state[e.contact].queue));
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
  void operator()(const ConfigApplied& e) const { out.mutable_config_applied()->set_version(e.version); }
};

// The contact that rings at this agent now because of the event; none() when it does not (any more).
ContactRef ringing(const State& state, ContactRef contact, OfferId offer) {
  const AssignmentRef held = state[contact].assignment;
  const bool rings = state[contact].state == ContactState::Offered && state[held].offer == offer;
  return rings ? contact : ContactRef::none();
}

}  // namespace

void fill_event(const Event& event, const State& state, v1::Event* out) {
  std::visit(EventWriter{state, *out}, event);
}

void fill_receipt(std::uint64_t revision, Time at, bool repeated, v1::Receipt* out) {
  out->set_revision(revision);
  fill_time(at, out->mutable_at());
  out->set_repeated(repeated);
}

GatewayRef notified_gateway(const Event& event, const State& state) {
  const ContactRef contact = subjects_of(event, state).contact;
  return contact ? state[contact].gateway : GatewayRef::none();
}

void fill_notice(const Event& event, const State& state, std::uint64_t revision, Time at,
                 v1::GatewayNotice* out) {
  out->set_revision(revision);
  fill_time(at, out->mutable_at());
  fill_event(event, state, out->mutable_event());
}

AgentRef notified_agent(const Event& event, const State& state) { return subjects_of(event, state).agent; }

void fill_notice(const Event& event, const State& state, std::uint64_t revision, Time at,
                 v1::AgentNotice* out) {
  out->set_agent_id(state[notified_agent(event, state)].id);
  out->set_revision(revision);
  fill_time(at, out->mutable_at());
  if (const auto* created = std::get_if<OfferCreated>(&event)) {
    if (const ContactRef contact = ringing(state, created->contact, created->offer)) {
      return fill_offer(state, contact, out->mutable_offer_created());
    }
  } else if (const auto* updated = std::get_if<ContactUpdated>(&event)) {
    return fill_offer(state, updated->contact, out->mutable_offer_updated());
  }
  fill_event(event, state, out->mutable_event());
}

}  // namespace cordboard
