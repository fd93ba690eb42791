// What the API's messages mean in the simulator's terms.

#pragma once

#include "agents-sim/audit/audit_types.h"
#include "cordboard/v1/agent.pb.h"
#include "cordboard/v1/error.pb.h"
#include "cordboard/v1/offer.pb.h"
#include "router/core/types.h"

namespace cordboard::sim {

inline Duration to_duration(const google::protobuf::Duration& duration) {
  return Duration{duration.seconds() * 1'000'000 + duration.nanos() / 1'000};
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

// The router could not look at the request now; nothing is wrong with it.
inline bool is_for_now(const v1::RejectionDetail& why) {
  return why.reason() == v1::RejectionDetail::OVERLOADED ||
         why.reason() == v1::RejectionDetail::SHUTTING_DOWN;
}

}  // namespace cordboard::sim
