// Whose turn is it? The order of waiting contacts.
//
// A higher tier always goes first. Within a tier a contact's claim grows while it waits: each second is worth
// the ageing rate of its queue, and each priority point so many seconds of waiting at rate 1 as
// `priority_point` says,
//
//   value(now) = rate * (now - place_at) + priority * priority_point,
//
// the highest value goes first, then the earlier submit. This is the linear delay-dependent discipline of
// Kleinrock (Queueing Systems II, 3.7); with all rates alike it is first come, first served with head starts.
//
// A key keeps the value as `rank`, the instant at which it was, or would have been, zero:
// rank = place_at - priority * priority_point / rate, to the microsecond toward place_at. Then
// value(now) = rate * (now - rank), contacts of one rate never change their order, and a heap can hold them.
// Between rates the order changes with time: a `Claim` is a key at one moment.

#pragma once

#include <cstdint>
#include <limits>
#include <tuple>

#include "router/core/config.h"
#include "router/core/types.h"

namespace cordboard {

struct ContactKey {
  std::int32_t tier = 0;  // see matching::key_tier
  AgeingRate rate = kAgeingOne;
  Time rank;
  std::uint64_t sequence = 0;

  // The order among contacts of one rate, at all times. REQUIRES: equal rates.
  friend bool operator<(const ContactKey& a, const ContactKey& b) {
    if (a.tier != b.tier) return a.tier > b.tier;
    return std::tie(a.rank, a.sequence) < std::tie(b.rank, b.sequence);
  }
};

// The point in time from which a contact's value counts. Exact for the rate 1. |priority| of some thousands
// at a priority_point of at most kMaxPriorityPoint stays far within 64 bits: 2 * 1000 * 1000 * 6.05e11 us
// = 1.2e18.
constexpr Time rank_of(Time place_at, std::int64_t priority, Duration priority_point, AgeingRate rate) {
  const Duration head_start = priority * priority_point;
  if (rate == kAgeingOne) return place_at - head_start;
  return place_at - head_start * std::int64_t{kAgeingOne} / std::int64_t{rate};
}

// A contact's place among all others at one moment: what they are compared by across rates.
struct Claim {
  std::int32_t tier = 0;
  std::int64_t value = 0;  // thousandths of a microsecond
  std::uint64_t sequence = 0;

  friend bool operator<(const Claim& a, const Claim& b) {  // goes first
    if (a.tier != b.tier) return a.tier > b.tier;
    if (a.value != b.value) return a.value > b.value;
    return a.sequence < b.sequence;
  }
};

// Exact while |now - rank| is at most 29 years at the highest rate (2^63 / 10^4 us), 292 years at the rate 1;
// beyond, the value stays the largest there is, and the order ends in the sequence all the same.
inline Claim claim_of(const ContactKey& key, Time now) {
  Claim claim{key.tier, 0, key.sequence};
  const std::int64_t waited = to_us(now - key.rank);
  if (__builtin_mul_overflow(waited, std::int64_t{key.rate}, &claim.value)) {
    using Range = std::numeric_limits<std::int64_t>;
    claim.value = waited > 0 ? Range::max() : Range::min();
  }
  return claim;
}

// A key of this rate with the same claim at `now`, to the microsecond: for counting who goes before, not for
// deciding.
inline ContactKey at_rate(ContactKey key, AgeingRate rate, Time now) {
  if (key.rate == rate) return key;
  key.rank = now - Duration{claim_of(key, now).value / std::int64_t{rate}};
  key.rate = rate;
  return key;
}

// Whether `a` goes before `b` at `now`: a total order at each `now`.
inline bool precedes(const ContactKey& a, const ContactKey& b, Time now) {
  return claim_of(a, now) < claim_of(b, now);
}

}  // namespace cordboard
