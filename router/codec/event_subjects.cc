#include "router/codec/event_subjects.h"

namespace cordboard {
namespace {

struct FindSubjects {
  const State& state;

  QueueRef queue_of(ContactRef contact) const { return state[contact].queue; }

  EventSubjects operator()(const ContactQueued& e) const { return {.contact = e.contact, .queue = e.queue}; }
  EventSubjects operator()(const ContactRequeued& e) const {
    return {.contact = e.contact, .queue = e.queue};
  }
  EventSubjects operator()(const ContactUpdated& e) const {
    const AssignmentRef held = state[e.contact].assignment;
    const AgentRef agent = held ? state[held].agent : AgentRef::none();
    return {.contact = e.contact, .agent = agent, .queue = queue_of(e.contact)};
  }
  EventSubjects operator()(const OfferCreated& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const OfferEnded& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const ContactConnected& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const ContactInterrupted& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const ContactResumed& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const WrapUpStarted& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const WrapUpEnded& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const ContactTransferred& e) const {
    return {.contact = e.contact, .agent = e.from_agent, .queue = e.from_queue, .next_queue = e.to_queue};
  }
  EventSubjects operator()(const ContactEnded& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const QueueOpenChanged& e) const { return {.queue = e.queue}; }
  EventSubjects operator()(const OpeningTimesSet&) const { return {}; }
  EventSubjects operator()(const QueueModeChanged& e) const {
    return e.queue ? EventSubjects{.queue = e.queue} : EventSubjects{};
  }
  EventSubjects operator()(const AgentStateChanged& e) const { return {.agent = e.agent}; }
  EventSubjects operator()(const AgentActivityChanged& e) const { return {.agent = e.agent}; }
  EventSubjects operator()(const AgentProfileChanged& e) const { return {.agent = e.agent}; }
  EventSubjects operator()(const QueueRenamed& e) const { return {.queue = e.queue}; }
  EventSubjects operator()(const QueueRetired& e) const { return {.queue = e.queue}; }
  EventSubjects operator()(const EscalationFired& e) const {
    return {.contact = e.contact, .queue = e.queue};
  }
  EventSubjects operator()(const EscalationNotice& e) const {
    return {.contact = e.contact, .queue = e.queue};
  }
  EventSubjects operator()(const ContactPoolAdded& e) const {
    return {.contact = e.contact, .queue = e.queue};
  }
  EventSubjects operator()(const ContactMoved& e) const {
    return {.contact = e.contact, .queue = e.from_queue, .next_queue = e.to_queue};
  }
  EventSubjects operator()(const ContactRelaxed& e) const { return {.contact = e.contact, .queue = e.queue}; }
  EventSubjects operator()(const ConfigApplied&) const { return {}; }
  EventSubjects operator()(const ContactScheduled& e) const {
    return {.contact = e.contact, .queue = e.queue};
  }
  EventSubjects operator()(const CallbackDialing& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const CallbackFailed& e) const {
    return {.contact = e.contact, .agent = e.agent, .queue = e.queue};
  }
  EventSubjects operator()(const CallbackPromiseBroken& e) const {
    return {.contact = e.contact, .queue = e.queue};
  }
  EventSubjects operator()(const CallbackOffered& e) const {
    return {.contact = e.contact, .queue = e.queue};
  }
  // Supervisors hear of an act; its agent and its gateway do not.
  EventSubjects operator()(const SupervisorActed& e) const {
    return e.queue ? EventSubjects{.queue = e.queue} : EventSubjects{};
  }
  EventSubjects operator()(const SupervisionRequested& e) const {
    return {.contact = e.contact, .queue = queue_of(e.contact)};
  }
  EventSubjects operator()(const ContactsUnservable& e) const { return {.queue = e.queue}; }
  EventSubjects operator()(const ContactsServable& e) const { return {.queue = e.queue}; }
};

}  // namespace

EventSubjects subjects_of(const Event& event, const State& state) {
  return std::visit(FindSubjects{state}, event);
}

}  // namespace cordboard
