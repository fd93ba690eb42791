// Brings the contacts of one stream: when the next one arrives and what it is like.
//
// Every quantity has its own random stream, and all of them are drawn when the contact arrives, whatever
// happens to it afterwards. So two runs with the same seed and different staffing see the same customers.

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

  // For the stay in another queue after a transfer.
  Duration draw_handle() { return stream_->handle_time.sample(later_); }
  Duration draw_patience() { return stream_->patience.sample(later_); }

  const ContactStream& stream() const { return *stream_; }

 private:
  Duration next_random();

  const ContactStream* stream_;
  RandomStream arrivals_;
  RandomStream handling_;
  RandomStream patience_;
  RandomStream transfers_;
  RandomStream later_;
  std::size_t next_record_ = 0;
  // Of the Poisson process: where it stands, in microseconds since the start, and in which piece.
  double position_us_ = 0;
  double pattern_start_us_ = 0;
  std::size_t piece_ = 0;
};

}  // namespace cordboard::sim
