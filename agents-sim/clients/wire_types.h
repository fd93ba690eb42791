// What the API's messages mean in the simulator's terms.

#pragma once

#include "agents-sim/audit/audit_types.h"
#include "agents-sim/audit/contact_end.h"
#include "cordboard/v1/agent.pb.h"
#include "cordboard/v1/cause.pb.h"
#include "cordboard/v1/contact.pb.h"
#include "cordboard/v1/error.pb.h"
#include "cordboard/v1/offer.pb.h"
#include "router/core/types.h"

namespace cordboard::sim {

// The tag of a request names the contact and what was asked for it. REQUIRES: Verb has at most 16 values.
inline constexpr int kVerbBits = 4;
template <class Verb>
std::uint64_t to_tag(Verb verb, ContactNo contact) {
  return static_cast<std::uint64_t>(contact) << kVerbBits | static_cast<std::uint64_t>(verb);
}
inline ContactNo contact_of(std::uint64_t tag) { return static_cast<ContactNo>(tag >> kVerbBits); }
template <class Verb>
Verb verb_of(std::uint64_t tag) {
  return static_cast<Verb>(tag & ((1u << kVerbBits) - 1));
}

inline Duration to_duration(const google::protobuf::Duration& duration) {
  return Duration{duration.seconds() * 1'000'000 + duration.nanos() / 1'000};
}

inline Time to_time(const google::protobuf::Timestamp& time) {
  return Time{Duration{time.seconds() * 1'000'000 + time.nanos() / 1'000}};
}

inline Duration between(const google::protobuf::Timestamp& begin, const google::protobuf::Timestamp& end) {
  return Duration{(end.seconds() - begin.seconds()) * 1'000'000 + (end.nanos() - begin.nanos()) / 1'000};
}

inline OfferEnd to_end(v1::Offer::State state) {
  switch (state) {
    case v1::Offer::ACCEPTED:
      return OfferEnd::Accepted;
    case v1::Offer::DECLINED:
      return OfferEnd::Declined;
    case v1::Offer::EXPIRED:
      return OfferEnd::Expired;
    default:
      return OfferEnd::Rescinded;
  }
}

inline FoundPhase to_phase(v1::ContactInHand::Phase phase) {
  switch (phase) {
    case v1::ContactInHand::CONNECTED:
      return FoundPhase::Connected;
    case v1::ContactInHand::WRAP_UP:
      return FoundPhase::WrapUp;
    default:
      return FoundPhase::Offered;
  }
}

inline bool is_final(v1::Contact::State state) { return state >= v1::Contact::COMPLETED; }

// REQUIRES: is_final(state).
inline EndState to_end(v1::Contact::State state) {
  switch (state) {
    case v1::Contact::COMPLETED:
      return EndState::Completed;
    case v1::Contact::ABANDONED:
      return EndState::Abandoned;
    case v1::Contact::CANCELLED:
      return EndState::Cancelled;
    case v1::Contact::EXPIRED:
      return EndState::Expired;
    default:
      return EndState::Overflowed;
  }
}

inline EndCause to_cause(v1::Cause::Kind cause) {
  switch (cause) {
    case v1::Cause::CUSTOMER_LEFT:
      return EndCause::CustomerLeft;
    case v1::Cause::AGENT_ENDED:
      return EndCause::AgentEnded;
    case v1::Cause::MAX_WAIT:
      return EndCause::MaxWait;
    case v1::Cause::MAX_HANDLING:
      return EndCause::MaxHandling;
    case v1::Cause::GATEWAY_LOST:
      return EndCause::GatewayLost;
    case v1::Cause::ESCALATION:
    case v1::Cause::QUEUE_CLOSED:
    case v1::Cause::OPENING_HOURS:
    case v1::Cause::CONFIG_CHANGED:
    case v1::Cause::SUPERVISOR:
      return EndCause::Rule;
    default:
      return EndCause::Other;
  }
}

// The router could not look at the request now; nothing is wrong with it.
inline bool is_for_now(const v1::RejectionDetail& why) {
  return why.reason() == v1::RejectionDetail::OVERLOADED ||
         why.reason() == v1::RejectionDetail::RATE_LIMITED ||
         why.reason() == v1::RejectionDetail::SHUTTING_DOWN;
}

}  // namespace cordboard::sim
