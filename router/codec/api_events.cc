#include "router/codec/api_events.h"

#include "router/codec/api_act.h"
#include "router/codec/api_enums.h"
#include "router/codec/api_queue.h"
#include "router/codec/api_time.h"
#include "router/core/assert.h"
#include "router/core/assignments.h"
#include "router/core/personal.h"
#include "router/core/supervision.h"

namespace cordboard {
namespace {

// A new event needs a kind in event.proto and a line here; the compiler asks for the line.
struct EventWriter {
  const State& state;
  WireWriter& out;

  const std::string& id(ContactRef ref) const { return state[ref].id; }
  const std::string& id(AgentRef ref) const { return state[ref].id; }
  const std::string& id(QueueRef ref) const { return state[ref].config.name; }

  void operator()(const ContactQueued& e) const {
    using Kind = v1::ContactQueued;
    out.message(v1::Event::kContactQueuedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kWaitingFieldNumber, e.waiting);
      if (e.split) out.text(Kind::kSplitFieldNumber, state.splits[e.split.value].name);
      out.number(Kind::kServabilityFieldNumber, to_api(e.servability));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
    });
  }
  void operator()(const ContactRequeued& e) const {
    using Kind = v1::ContactRequeued;
    out.message(v1::Event::kContactRequeuedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
    });
  }
  void operator()(const ContactUpdated& e) const {
    using Kind = v1::ContactUpdated;
    out.message(v1::Event::kContactUpdatedFieldNumber,
                [&] { out.text(Kind::kContactIdFieldNumber, id(e.contact)); });
  }
  void operator()(const OfferCreated& e) const {
    using Kind = v1::OfferCreated;
    out.message(v1::Event::kOfferCreatedFieldNumber, [&] {
      out.number(Kind::kOfferIdFieldNumber, e.offer.value);
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.time(Kind::kExpiresAtFieldNumber, e.expires_at);
      out.text(Kind::kQueueFieldNumber, id(e.queue));
    });
  }
  void operator()(const OfferEnded& e) const {
    using Kind = v1::OfferEnded;
    out.message(v1::Event::kOfferEndedFieldNumber, [&] {
      out.number(Kind::kOfferIdFieldNumber, e.offer.value);
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.number(Kind::kStateFieldNumber, to_api(e.state));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
    });
  }
  void operator()(const ContactConnected& e) const {
    using Kind = v1::ContactConnected;
    out.message(v1::Event::kContactConnectedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.number(Kind::kOfferIdFieldNumber, e.offer.value);
      out.duration(Kind::kWaitFieldNumber, e.wait);
    });
  }
  void operator()(const ContactInterrupted& e) const {
    using Kind = v1::ContactInterrupted;
    out.message(v1::Event::kContactInterruptedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
    });
  }
  void operator()(const ContactResumed& e) const {
    using Kind = v1::ContactResumed;
    out.message(v1::Event::kContactResumedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.time(Kind::kUntilFieldNumber, e.until);
    });
  }
  void operator()(const WrapUpStarted& e) const {
    using Kind = v1::WrapUpStarted;
    out.message(v1::Event::kWrapUpStartedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.time(Kind::kUntilFieldNumber, e.until);
      out.text(Kind::kQueueFieldNumber, id(e.queue));
    });
  }
  void operator()(const WrapUpEnded& e) const {
    using Kind = v1::WrapUpEnded;
    out.message(v1::Event::kWrapUpEndedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
    });
  }
  void operator()(const ContactTransferred& e) const {
    using Kind = v1::ContactTransferred;
    out.message(v1::Event::kContactTransferredFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kFromQueueFieldNumber, id(e.from_queue));
      out.text(Kind::kFromAgentIdFieldNumber, id(e.from_agent));
      out.text(Kind::kToQueueFieldNumber, id(e.to_queue));
      if (e.to_agent) out.text(Kind::kToAgentIdFieldNumber, id(e.to_agent));
    });
  }
  void operator()(const ContactEnded& e) const {
    using Kind = v1::ContactEnded;
    out.message(v1::Event::kContactEndedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      if (e.agent) out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.number(Kind::kStateFieldNumber, to_api(e.state));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
      out.duration(Kind::kWaitFieldNumber, e.wait);
      if (e.destination) out.text(Kind::kDestinationFieldNumber, state[e.destination].text);
    });
  }
  void operator()(const QueueOpenChanged& e) const {
    using Kind = v1::QueueOpenChanged;
    out.message(v1::Event::kQueueOpenChangedFieldNumber, [&] {
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kOpenFieldNumber, e.open);
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
    });
  }
  void operator()(const OpeningTimesSet& e) const {
    out.message(v1::Event::kOpeningTimesSetFieldNumber,
                [&] { out.number(v1::OpeningTimesSet::kCalendarsFieldNumber, e.calendars); });
  }
  void operator()(const QueueModeChanged& e) const {
    using Kind = v1::QueueModeChanged;
    v1::ModeSwitch to;
    fill_switch(e.queue ? state[e.queue].mode : state.tenant_mode, &to);
    out.message(v1::Event::kQueueModeChangedFieldNumber, [&] {
      if (e.queue) out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kFromFieldNumber, to_api(e.from));
      out.message(Kind::kToFieldNumber, to);
    });
  }
  void operator()(const AgentStateChanged& e) const {
    using Kind = v1::AgentStateChanged;
    out.message(v1::Event::kAgentStateChangedFieldNumber, [&] {
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.number(Kind::kFromFieldNumber, to_api(e.from));
      out.number(Kind::kToFieldNumber, to_api(e.to));
      if (e.to == AgentState::NotReady)
        out.text(Kind::kNotReadyReasonFieldNumber, state[e.agent].not_ready_reason);
    });
  }
  void operator()(const AgentActivityChanged& e) const {
    using Kind = v1::AgentActivityChanged;
    out.message(v1::Event::kAgentActivityChangedFieldNumber, [&] {
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.number(Kind::kFromFieldNumber, to_api(e.from));
      out.number(Kind::kToFieldNumber, to_api(e.to));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
    });
  }
  void operator()(const AgentProfileChanged& e) const {
    using Kind = v1::AgentProfileChanged;
    out.message(v1::Event::kAgentProfileChangedFieldNumber,
                [&] { out.text(Kind::kAgentIdFieldNumber, id(e.agent)); });
  }
  void operator()(const QueueRenamed& e) const {
    using Kind = v1::QueueRenamed;
    const QueueConfig& queue = state[e.queue].config;
    out.message(v1::Event::kQueueRenamedFieldNumber, [&] {
      out.text(Kind::kFromFieldNumber, queue.renamed_from);
      out.text(Kind::kToFieldNumber, queue.name);
    });
  }
  void operator()(const QueueRetired& e) const {
    using Kind = v1::QueueRetired;
    out.message(v1::Event::kQueueRetiredFieldNumber,
                [&] { out.text(Kind::kQueueFieldNumber, state[e.queue].config.name); });
  }
  void operator()(const EscalationFired& e) const {
    using Kind = v1::EscalationFired;
    out.message(v1::Event::kEscalationFiredFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kRuleFieldNumber, e.rule);
      out.number(Kind::kTriggerFieldNumber, static_cast<std::uint32_t>(to_api(e.trigger)));
    });
  }
  void operator()(const EscalationNotice& e) const {
    using Kind = v1::EscalationNotice;
    out.message(v1::Event::kEscalationNoticeFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kRuleFieldNumber, e.rule);
      out.text(Kind::kTextFieldNumber, state[e.queue].config.escalate[e.rule].actions[e.action].text);
    });
  }
  void operator()(const ContactPoolAdded& e) const {
    using Kind = v1::ContactPoolAdded;
    out.message(v1::Event::kContactPoolAddedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.text(Kind::kPoolFieldNumber, id(e.pool));
    });
  }
  void operator()(const ContactMoved& e) const {
    using Kind = v1::ContactMoved;
    out.message(v1::Event::kContactMovedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kFromQueueFieldNumber, id(e.from_queue));
      out.text(Kind::kToQueueFieldNumber, id(e.to_queue));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
      out.duration(Kind::kWaitFieldNumber, e.wait);
    });
  }
  void operator()(const ContactRelaxed& e) const {
    using Kind = v1::ContactRelaxed;
    out.message(v1::Event::kContactRelaxedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kStepFieldNumber, e.step);
      out.number(Kind::kOwnFieldNumber, e.own);
    });
  }
  void operator()(const ConfigApplied& e) const {
    using Kind = v1::ConfigApplied;
    out.message(v1::Event::kConfigAppliedFieldNumber,
                [&] { out.number(Kind::kVersionFieldNumber, e.version); });
  }
  void operator()(const CallbackOffered& e) const {
    using Kind = v1::CallbackOffered;
    out.message(v1::Event::kCallbackOfferedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
    });
  }
  void operator()(const SupervisorActed& e) const {
    v1::SupervisorAct act;
    fill_act(*supervision::find(state, e.act), &act);
    out.message(v1::Event::kSupervisorActedFieldNumber, act);
  }
  void operator()(const SupervisionRequested& e) const {
    using Kind = v1::SupervisionRequested;
    out.message(v1::Event::kSupervisionRequestedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.number(Kind::kModeFieldNumber, to_api(e.mode));
      out.text(Kind::kSupervisorFieldNumber, supervision::find(state, e.act)->supervisor);
      if (e.agent) out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.text(Kind::kHandledByFieldNumber, id(e.handled_by));
      out.number(Kind::kActFieldNumber, e.act);
    });
  }
  void operator()(const ContactsUnservable& e) const {
    using Kind = v1::ContactsUnservable;
    const Contact& first = state[e.first];
    out.message(v1::Event::kContactsUnservableFieldNumber, [&] {
      out.number(Kind::kAlarmFieldNumber, e.alarm);
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.text(Kind::kFirstContactIdFieldNumber, first.id);
      out.number(Kind::kKindFieldNumber, to_api(e.kind));
      out.number(Kind::kContactsFieldNumber, e.contacts);
      out.text(Kind::kRequirementFieldNumber,
               state.match.requirement_of(first.requirement_class).canonical());
      out.text(Kind::kChannelFieldNumber, state[first.channel].config.name);
    });
  }
  void operator()(const ContactsServable& e) const {
    using Kind = v1::ContactsServable;
    out.message(v1::Event::kContactsServableFieldNumber, [&] {
      out.number(Kind::kAlarmFieldNumber, e.alarm);
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.duration(Kind::kLastedFieldNumber, e.lasted);
    });
  }
  void operator()(const ContactScheduled& e) const {
    using Kind = v1::ContactScheduled;
    out.message(v1::Event::kContactScheduledFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
      out.number(Kind::kFromQueueFieldNumber, e.from_queue);
      if (e.due != kNever) out.time(Kind::kDueAtFieldNumber, e.due);
      if (e.from_queue) out.duration(Kind::kWaitFieldNumber, e.wait);
    });
  }
  void operator()(const CallbackDialing& e) const {
    using Kind = v1::CallbackDialing;
    out.message(v1::Event::kCallbackDialingFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.number(Kind::kAttemptFieldNumber, e.attempt);
      out.number(Kind::kOfferIdFieldNumber, e.offer.value);
      out.time(Kind::kUntilFieldNumber, e.until);
    });
  }
  void operator()(const CallbackFailed& e) const {
    using Kind = v1::CallbackFailed;
    out.message(v1::Event::kCallbackFailedFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.text(Kind::kAgentIdFieldNumber, id(e.agent));
      out.number(Kind::kAttemptFieldNumber, e.attempt);
      out.number(Kind::kCauseFieldNumber, to_api(e.cause));
    });
  }
  void operator()(const CallbackPromiseBroken& e) const {
    using Kind = v1::CallbackPromiseBroken;
    out.message(v1::Event::kCallbackPromiseBrokenFieldNumber, [&] {
      out.text(Kind::kContactIdFieldNumber, id(e.contact));
      out.text(Kind::kQueueFieldNumber, id(e.queue));
      out.time(Kind::kPromiseFieldNumber, e.promise);
    });
  }
};

// The offer by which the contact rings at this agent now; none() when it does not (any more).
AssignmentRef ringing(const State& state, const OfferCreated& created) {
  const AssignmentRef ref = assignments::offer_to(state, created.contact, created.agent);
  return ref && state[ref].offer == created.offer ? ref : AssignmentRef::none();
}

void write_offer(const State& state, AssignmentRef ref, int field, WireWriter& out) {
  using v1::Offer;
  const Assignment& assignment = state[ref];
  const Contact& contact = state[assignment.contact];
  CB_ASSERT(assignment.phase == AssignmentPhase::Offered, "contact %llu has no offer",
            static_cast<unsigned long long>(contact.sequence));
  const PersonalData person = personal_data(state, contact);
  out.message(field, [&] {
    out.number(Offer::kOfferIdFieldNumber, assignment.offer.value);
    out.text(Offer::kContactIdFieldNumber, contact.id);
    out.text(Offer::kAgentIdFieldNumber, state[assignment.agent].id);
    out.text(Offer::kQueueFieldNumber, state[assignment.queue].config.name);
    out.text(Offer::kChannelFieldNumber, state[assignment.channel].config.name);
    out.text(Offer::kCustomerFieldNumber, person.customer);
    out.text(Offer::kAttributesFieldNumber, person.attributes);
    out.time(Offer::kCreatedAtFieldNumber, assignment.since);
    out.time(Offer::kExpiresAtFieldNumber, assignment.expires_at);
    out.duration(Offer::kWaitedFieldNumber, assignment.since - contact.queued_at);
    out.number(Offer::kSegmentFieldNumber, contact.segment);
    out.number(Offer::kCallbackFieldNumber, contact.is_callback());
    out.number(Offer::kCustomerDataErasedFieldNumber, person.erased);
  });
}

void begin_agent_notice(const State& state, AgentRef agent, std::uint64_t revision, Time at,
                        WireWriter& out) {
  out.text(v1::AgentNotice::kAgentIdFieldNumber, state[agent].id);
  out.number(v1::AgentNotice::kRevisionFieldNumber, revision);
  out.time(v1::AgentNotice::kAtFieldNumber, at);
}

}  // namespace

void append_event(const Event& event, const State& state, std::string& out) {
  WireWriter writer(out);
  std::visit(EventWriter{state, writer}, event);
}

void fill_event(const Event& event, const State& state, v1::Event* out) {
  std::string bytes;
  append_event(event, state, bytes);
  // A text that is no UTF-8, which gRPC refuses at the door, leaves out what is behind it.
  (void)out->ParseFromString(bytes);
}

std::span<const EncodedEvent> EventEncoder::encode(const State& state, std::span<const Event> events) {
  bytes_.clear();
  ends_.clear();
  for (const Event& event : events) {
    append_event(event, state, bytes_);
    ends_.push_back(bytes_.size());
  }
  encoded_.clear();
  std::size_t begin = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string_view bytes = std::string_view(bytes_).substr(begin, ends_[i] - begin);
    encoded_.push_back({&events[i], subjects_of(events[i], state), bytes});
    begin = ends_[i];
  }
  return encoded_;
}

void fill_receipt(std::uint64_t revision, Time at, bool repeated, v1::Receipt* out) {
  out->set_revision(revision);
  fill_time(at, out->mutable_at());
  out->set_repeated(repeated);
}

void write_receipt(int field, std::uint64_t revision, Time at, bool repeated, WireWriter& out) {
  out.message(field, [&] {
    out.number(v1::Receipt::kRevisionFieldNumber, revision);
    out.time(v1::Receipt::kAtFieldNumber, at);
    out.number(v1::Receipt::kRepeatedFieldNumber, repeated);
  });
}

void append_gateway_notice(const EncodedEvent& event, std::uint64_t revision, Time at, std::string& out) {
  WireWriter writer(out);
  writer.number(v1::GatewayNotice::kRevisionFieldNumber, revision);
  writer.time(v1::GatewayNotice::kAtFieldNumber, at);
  writer.message(v1::GatewayNotice::kEventFieldNumber, event.bytes);
}

void append_agent_notice(const EncodedEvent& event, const State& state, std::uint64_t revision, Time at,
                         std::string& out) {
  WireWriter writer(out);
  begin_agent_notice(state, event.subjects.agent, revision, at, writer);
  if (const auto* created = std::get_if<OfferCreated>(event.event)) {
    if (const AssignmentRef offer = ringing(state, *created)) {
      return write_offer(state, offer, v1::AgentNotice::kOfferCreatedFieldNumber, writer);
    }
  } else if (const auto* updated = std::get_if<ContactUpdated>(event.event)) {
    if (const AssignmentRef offer = assignments::offer_to(state, updated->contact, event.subjects.agent)) {
      return write_offer(state, offer, v1::AgentNotice::kOfferUpdatedFieldNumber, writer);
    }
  }
  writer.message(v1::AgentNotice::kEventFieldNumber, event.bytes);
}

void append_offer_notice(const State& state, AssignmentRef offer, std::uint64_t revision, Time at,
                         std::string& out) {
  WireWriter writer(out);
  begin_agent_notice(state, state[offer].agent, revision, at, writer);
  write_offer(state, offer, v1::AgentNotice::kOfferCreatedFieldNumber, writer);
}

}  // namespace cordboard
