// The states of contacts, offers and agents, and the only transitions between them.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cordboard {

//   Waiting <--> Offered --accept--> Connected --end--> WrapUp --> Completed
//      |            |                    |
//      |            |                    +--transfer--> Waiting (a new segment)
//      +------------+--> Abandoned, Cancelled, Expired, Overflowed
//
//   Scheduled --its time comes--> Waiting (a new segment)      Offered --accept a callback--> Dialing
//   Waiting, Dialing --later--> Scheduled                      Dialing --customer answers--> Connected
//
// Connected goes to Completed directly when there is no wrap-up. Scheduled and Dialing end like Waiting, but
// are never abandoned: nobody is on the line. The last five are final.
enum class ContactState : std::uint8_t {
  Scheduled,  // in no queue until its time comes
  Waiting,
  Offered,
  Dialing,  // an agent accepted a callback, the gateway calls the customer
  Connected,
  WrapUp,
  Completed,
  Abandoned,   // the customer left before an answer
  Cancelled,   // withdrawn before an answer
  Expired,     // waited longer than the queue allows
  Overflowed,  // sent elsewhere before an answer
};

enum class ContactSignal : std::uint8_t {
  Offer,
  BackToWaiting,  // offer declined, expired or rescinded
  Connect,
  EndWithWrapUp,
  Complete,
  Transfer,
  Abandon,
  Cancel,
  Expire,
  Overflow,
  ComeIn,  // out of Scheduled
  Defer,   // out of the queue for a while
  Dial,
};

constexpr bool is_final(ContactState state) { return state >= ContactState::Completed; }
// In the queue and not answered: what `waiting` counts in every figure.
constexpr bool is_unanswered(ContactState state) {
  return state == ContactState::Waiting || state == ContactState::Offered || state == ContactState::Dialing;
}

// The state after `signal`, or nullopt when `from` does not allow it.
constexpr std::optional<ContactState> next_state(ContactState from, ContactSignal signal) {
  const bool on_the_line = from == ContactState::Waiting || from == ContactState::Offered;
  const bool may_leave = is_unanswered(from) || from == ContactState::Scheduled;
  switch (signal) {
    case ContactSignal::Offer:
      if (from == ContactState::Waiting) return ContactState::Offered;
      break;
    case ContactSignal::BackToWaiting:
      if (from == ContactState::Offered) return ContactState::Waiting;
      break;
    case ContactSignal::Connect:
      if (from == ContactState::Offered || from == ContactState::Dialing) return ContactState::Connected;
      break;
    case ContactSignal::EndWithWrapUp:
      if (from == ContactState::Connected) return ContactState::WrapUp;
      break;
    case ContactSignal::Complete:
      if (from == ContactState::Connected || from == ContactState::WrapUp) return ContactState::Completed;
      break;
    case ContactSignal::Transfer:
      if (from == ContactState::Connected) return ContactState::Waiting;
      break;
    case ContactSignal::Abandon:
      if (on_the_line) return ContactState::Abandoned;
      break;
    case ContactSignal::Cancel:
      if (may_leave) return ContactState::Cancelled;
      break;
    case ContactSignal::Expire:
      if (may_leave) return ContactState::Expired;
      break;
    case ContactSignal::Overflow:
      if (may_leave) return ContactState::Overflowed;
      break;
    case ContactSignal::ComeIn:
      if (from == ContactState::Scheduled) return ContactState::Waiting;
      break;
    case ContactSignal::Defer:
      if (from == ContactState::Waiting || from == ContactState::Dialing) return ContactState::Scheduled;
      break;
    case ContactSignal::Dial:
      if (from == ContactState::Offered) return ContactState::Dialing;
      break;
  }
  return std::nullopt;
}

// One attempt to hand one contact to one agent. A contact has at most one live offer, or as many as its
// queue asks agents at once (`ring`).
//
//   Pending --accept----> Accepted      Pending --deadline--> Expired  (ring-no-answer)
//   Pending --decline---> Declined      Pending --contact left, answered elsewhere, agent lost--> Rescinded
//
// Every state but Pending is final; the id of a finished offer is never used again. A late accept is a
// normal race: the caller answers RejectReason::OfferFinished.
enum class OfferState : std::uint8_t { Pending, Accepted, Declined, Expired, Rescinded };

// What the agent chose.
enum class AgentState : std::uint8_t { LoggedOut, NotReady, Ready };

// What the agent is doing; derived, never set. The first that applies, in this order:
// Disconnected (logged in, nobody listening), NotResponding (after ring-no-answer), Offered, Handling,
// WrapUp, Idle.
enum class AgentActivity : std::uint8_t { Idle, Offered, Handling, WrapUp, NotResponding, Disconnected };

// Could anybody take a waiting contact, whatever they are doing just now?
enum class Servability : std::uint8_t {
  Servable,        // somebody who is logged in
  NobodyLoggedIn,  // nobody who is logged in, but somebody who may log in
  NobodyKnown,     // nobody whom the tenant knows
};

// What supervisors do; see Supervise in command.h. Those from SetQueueMode on are commands of their own.
enum class SupervisorVerb : std::uint8_t {
  Move,
  Reprioritise,
  Assign,
  TakeBack,
  Cancel,
  SetReady,
  SetNotReady,
  LogOut,
  Release,
  EndWrapUp,
  Monitor,
  Whisper,
  Barge,
  TakeOver,
  SetQueueMode,
  ForgetCustomer,
  ApplyConfig,
};
constexpr bool is_own_command(SupervisorVerb verb) { return verb >= SupervisorVerb::SetQueueMode; }

std::string_view to_string(SupervisorVerb verb);
std::string_view to_string(Servability servability);
std::string_view to_string(ContactState state);
std::string_view to_string(OfferState state);
std::string_view to_string(AgentState state);
std::string_view to_string(AgentActivity activity);

}  // namespace cordboard
