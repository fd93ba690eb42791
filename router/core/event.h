// What happened. Every change of an Engine's state that anybody outside may see is an event.
//
// Events of one command are in the order in which they happened and share its time. References are into
// the Engine that produced them; resolve names (Engine::state()) before the next command is applied.

#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "router/core/command.h"
#include "router/core/config.h"
#include "router/core/states.h"
#include "router/core/types.h"

namespace cordboard {

// Why something happened that the subject did not ask for itself.
enum class Cause : std::uint8_t {
  None,
  Transferred,
  OfferExpired,  // ring-no-answer
  Declined,
  AgentNotReady,  // the agent chose not_ready while the offer was pending
  AgentLoggedOut,
  AgentLost,      // disconnected for longer than the grace
  AgentReleased,  // by an operator
  CustomerLeft,
  Cancelled,
  AgentEnded,
  GatewayLost,
  RouterRestarted,
  MaxWait,      // queue max_wait passed
  MaxHandling,  // tenant max_handling passed
  WrapUpTimeout,
  ContactUpdated,     // the requirement changed and the agent no longer meets it
  ProfileChanged,     // the agent no longer takes contacts of the channel
  ReturnedByItself,   // not_responding_return passed
  Chosen,             // by the agent
  QueueClosed,        // opening hours, or an operator
  AnsweredElsewhere,  // another agent who was asked at the same time took the contact
  ConfigChanged,      // a new configuration does not allow it any more
  Escalation,         // a rule of the queue's ladder
  OpeningHours,
  Supervisor,
  CallbackRequested,
  CallbackFailed,  // a dial failed
  Due,             // the time of a scheduled contact has come
  GatewayBack,
  Redialled,  // the customer has called before and left
  NoAnswer,   // what the gateway said about a dial, as are the next three
  Busy,
  Unreachable,
  AnsweringMachine,
  DialTimeout,     // the gateway said nothing
  PreferenceOver,  // nobody waits for the preferred agents for ever
};
std::string_view to_string(Cause cause);
std::string_view to_string(EscalationTrigger trigger);
std::string_view to_string(EscalationKind kind);

// A segment begins: the contact is in the queue. Counts in O.
struct ContactQueued {
  ContactRef contact;
  QueueRef queue;
  std::uint32_t waiting;  // contacts in the queue that nobody has answered, this one included
  SplitRef split = {};    // that sent it here; none() when the queue itself was named
  Servability servability = Servability::Servable;
  Cause cause = Cause::None;
};
// The last live offer ended without an answer, or the agent the contact waited for has left: the contact
// waits for anybody in the queue, at its original place.
struct ContactRequeued {
  ContactRef contact;
  QueueRef queue;
  Cause cause;
};
struct ContactUpdated {
  ContactRef contact;
};
// A rule of the queue's ladder fired. What its actions did follows.
struct EscalationFired {
  ContactRef contact;
  QueueRef queue;
  std::uint32_t rule;  // 0, 1, ... in the queue's configuration
  EscalationTrigger trigger;
};
// The words of an action `notify`: state[queue].config.escalate[rule].actions[action].text.
struct EscalationNotice {
  ContactRef contact;
  QueueRef queue;
  std::uint32_t rule;
  std::uint32_t action;
};
// Agents who meet the requirement of `pool` may serve the contact, too; it stays in its queue.
struct ContactPoolAdded {
  ContactRef contact;
  QueueRef queue;
  QueueRef pool;
};
// A segment ends because a rule, of the ladder or of a queue that closes, sends an unanswered contact to
// another queue; ContactQueued follows. Counts in F.
struct ContactMoved {
  ContactRef contact;
  QueueRef from_queue;
  QueueRef to_queue;
  Cause cause;
  Duration wait;  // since queued_at of the segment that ends
};
// The requirement of an unanswered contact became wider by one step.
struct ContactRelaxed {
  ContactRef contact;
  QueueRef queue;
  std::uint32_t step;  // 1, 2, ...: which of them
  bool own;            // of the contact's own relaxation, not of the queue's
};
struct OfferCreated {
  OfferId offer;
  ContactRef contact;
  AgentRef agent;
  Time expires_at;
  QueueRef queue{};
};
struct OfferEnded {
  OfferId offer;
  ContactRef contact;
  AgentRef agent;
  OfferState state;  // accepted, declined, expired or rescinded
  Cause cause;
  QueueRef queue{};  // in which it rang; the contact may be elsewhere by now
};
struct ContactConnected {
  ContactRef contact;
  QueueRef queue;
  AgentRef agent;
  OfferId offer;
  Duration wait;  // since queued_at
};
// The agent turns to a contact of another channel: this one stays in their hands, and its clock stands still.
struct ContactInterrupted {
  ContactRef contact;
  QueueRef queue;  // the agent answered it from here
  AgentRef agent;
};
struct ContactResumed {
  ContactRef contact;
  QueueRef queue;  // as in ContactInterrupted
  AgentRef agent;
  Time until;  // max_handling or the wrap-up ends by itself
};
// The customer is gone, the agent still works on the contact. Also for the agent who transferred it.
struct WrapUpStarted {
  ContactRef contact;
  QueueRef queue;  // the agent answered it from here; after a transfer the contact is elsewhere
  AgentRef agent;
  Time until;
};
struct WrapUpEnded {
  ContactRef contact;
  QueueRef queue;  // as in WrapUpStarted
  AgentRef agent;
  Cause cause;
};
// A segment ends because the contact goes elsewhere; ContactQueued for the next segment follows.
struct ContactTransferred {
  ContactRef contact;
  QueueRef from_queue;
  AgentRef from_agent;
  QueueRef to_queue;
  AgentRef to_agent;  // none() for a transfer to a queue
};
struct ContactEnded {
  ContactRef contact;
  QueueRef queue;      // of the last segment
  AgentRef agent;      // who handled it last, or none()
  ContactState state;  // a final one
  Cause cause;
  Duration wait;                 // since queued_at of the last segment, until answered or ended
  DestinationRef destination{};  // of a deflected contact: where the gateway is to send it
};
// A rule offers the customer to be called back: the gateway asks them, and answers a yes with
// RequestCallback. The contact itself does not change.
struct CallbackOffered {
  ContactRef contact;
  QueueRef queue;
  Cause cause;  // Escalation, or QueueClosed: the queue's rule for contacts of a closed one
};
// The queue takes contacts, or no more.
struct QueueOpenChanged {
  QueueRef queue;
  bool open;
  Cause cause;  // OpeningHours, Supervisor or ConfigChanged
};
// The next openings and closings became known, so rows may tell another next change.
struct OpeningTimesSet {
  std::uint32_t calendars;
};
// A supervisor turned a switch; who and why is in the state.
struct QueueModeChanged {
  QueueRef queue;  // none(): the tenant's
  QueueMode from;
  QueueMode to;
};
// The contact is in no queue and waits for its time. When it comes from a queue, that segment is over.
struct ContactScheduled {
  ContactRef contact;
  QueueRef queue;
  Cause cause;
  bool from_queue;
  Time due;       // kNever: when its gateway is back
  Duration wait;  // with from_queue: since queued_at of the segment that is over
};
// An agent accepted a callback: the gateway dials now and answers with ConnectCallback or FailCallback.
struct CallbackDialing {
  ContactRef contact;
  QueueRef queue;
  AgentRef agent;
  std::uint32_t attempt;  // 1, 2, ...
  OfferId offer;
  Time until;
};
// A dial came to nothing; ContactScheduled for the next one, or ContactEnded, follows. Also tells the gateway
// to stop dialling.
struct CallbackFailed {
  ContactRef contact;
  QueueRef queue;
  AgentRef agent;
  std::uint32_t attempt;
  Cause cause;
};
// The customer was to be called by now, and has not been.
struct CallbackPromiseBroken {
  ContactRef contact;
  QueueRef queue;
  Time promise;
};
// `from` and `to` are not_ready both when only the reason changed.
struct AgentStateChanged {
  AgentRef agent;
  AgentState from;
  AgentState to;
};
struct AgentActivityChanged {
  AgentRef agent;
  AgentActivity from;
  AgentActivity to;
  Cause cause;
};
struct AgentProfileChanged {
  AgentRef agent;
};
// A queue goes on under another name: the one it has now.
struct QueueRenamed {
  QueueRef queue;
};
// A queue that the configuration no longer has is empty: it is gone.
struct QueueRetired {
  QueueRef queue;
};
struct ConfigApplied {
  std::uint64_t version;
};
// Contacts with one requirement wait that nobody who is logged in can serve. Told again, with the same
// number, when the kind changes.
struct ContactsUnservable {
  std::uint64_t alarm;  // 1, 2, 3, ... for ever
  QueueRef queue;
  ContactRef first;  // in the order in which they would be served
  Servability kind;
  std::uint32_t contacts;  // that wait
};
// The alarm is over: somebody who can serve them logged in, or none of them waits any more.
struct ContactsServable {
  std::uint64_t alarm;
  QueueRef queue;
  Duration lasted;
};

// A supervisor did something; the first event of its command, what it led to follows. Who and why is in the
// state (supervision.h).
struct SupervisorActed {
  std::uint64_t act;  // 1, 2, 3, ... for ever
  SupervisorVerb verb;
  ContactRef contact;  // none() when it is about none; so the others
  AgentRef agent;
  QueueRef queue;  // of the contact, before the act; or the queue whose switch was turned
};
// For the gateway of a connected contact: a supervisor wants in.
struct SupervisionRequested {
  ContactRef contact;
  SupervisorVerb mode;  // Monitor, Whisper, Barge or TakeOver
  AgentRef agent;       // the supervisor as an agent; none() when they did not say
  AgentRef handled_by;
  std::uint64_t act;
};

using Event =
    std::variant<ContactQueued, ContactRequeued, ContactUpdated, OfferCreated, OfferEnded, ContactConnected,
                 WrapUpStarted, WrapUpEnded, ContactTransferred, ContactEnded, AgentStateChanged,
                 AgentActivityChanged, AgentProfileChanged, ConfigApplied, CallbackOffered, QueueRenamed,
                 QueueRetired, ContactRelaxed, EscalationFired, EscalationNotice, ContactPoolAdded,
                 ContactMoved, ContactsUnservable, ContactsServable, QueueOpenChanged, QueueModeChanged,
                 OpeningTimesSet, ContactScheduled, CallbackDialing, CallbackFailed, CallbackPromiseBroken,
                 SupervisorActed, SupervisionRequested, ContactInterrupted, ContactResumed>;

}  // namespace cordboard
