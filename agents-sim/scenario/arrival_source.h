// Brings the contacts of one stream: when the next one arrives and what it is like.
//
// Every quantity has its own random stream, and contact number n of the stream has its n-th draw, whatever
// happens to others. What a contact may do later (after a transfer, calling again) comes from streams keyed
// by its number. So two runs with the same seed and different routing or staffing see the same customers.

#pragma once

#include <cstdint>
#include <string>

#include "agents-sim/base/random.h"
#include "agents-sim/scenario/scenario.h"
#include "router/core/types.h"

namespace cordboard::sim {

struct Arrival {
  Duration handle{};
  Duration patience{};
  bool transfers = false;
  std::uint64_t number = 0;   // in the stream, from 0
  std::uint32_t attempt = 1;  // how many times the customer has called about it, this time included
  const ArrivalRecord* record = nullptr;  // set when the contact was recorded
};

class ArrivalSource {
 public:
  // `stream` must outlive the source.
  ArrivalSource(const ContactStream& stream, std::uint64_t seed, std::uint64_t replication);

  // When the next contact arrives, from the start of the run; kForever when none does. Call once per contact.
  Duration next_at();

  // What the contact is like whose time next_at has given.
  Arrival take();

  // For stay number `segment` in a queue after a transfer.
  Duration handle_later(const Arrival& arrival, std::uint32_t segment) const;
  Duration patience_later(const Arrival& arrival, std::uint32_t segment) const;

  // When the customer calls again, after having hung up or after a conversation; kForever: never.
  Duration redial_after(const Arrival& arrival) const;
  Duration call_again_after(const Arrival& arrival) const;
  // Does the customer take a callback that is offered? And dial number `attempt`: is it answered, and when is
  // that clear?
  bool takes_callback(const Arrival& arrival) const;
  bool answers_dial(const Arrival& arrival, std::uint32_t attempt) const;
  Duration ring_time(const Arrival& arrival, std::uint32_t attempt) const;
  // The next call of the same customer. After a redial the matter takes as long as it would have.
  Arrival redialled(const Arrival& arrival) const;
  Arrival called_again(const Arrival& arrival) const;

  const ContactStream& stream() const { return *stream_; }

 private:
  Duration next_random();
  RandomStream later(const Arrival& arrival, std::uint32_t part) const;
  Duration repeat_after(const RepeatPlan& plan, const Arrival& arrival, std::uint32_t part) const;

  const ContactStream* stream_;
  RandomStream arrivals_;
  RandomStream handling_;
  RandomStream patience_;
  RandomStream transfers_;
  KeyedRandom later_;
  std::uint64_t taken_ = 0;
  std::size_t next_record_ = 0;
  // Of the Poisson process: where it stands, in microseconds since the start, and in which piece.
  double position_us_ = 0;
  double pattern_start_us_ = 0;
  std::size_t piece_ = 0;
};

}  // namespace cordboard::sim
