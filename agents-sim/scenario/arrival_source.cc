#include "agents-sim/scenario/arrival_source.h"

#include "agents-sim/base/portable_math.h"

namespace cordboard::sim {
namespace {

constexpr double kHourUs = 3.6e9;

}  // namespace

ArrivalSource::ArrivalSource(const ContactStream& stream, std::uint64_t seed, std::uint64_t replication)
    : stream_(&stream),
      arrivals_(seed, replication, "contacts/" + stream.name + "/arrivals"),
      handling_(seed, replication, "contacts/" + stream.name + "/handle_time"),
      patience_(seed, replication, "contacts/" + stream.name + "/patience"),
      transfers_(seed, replication, "contacts/" + stream.name + "/transfer"),
      later_(seed, replication, "contacts/" + stream.name + "/later") {}

Duration ArrivalSource::next_at() {
  const ArrivalFile* recorded = stream_->arrivals.recorded.get();
  if (recorded == nullptr) return next_random();
  return next_record_ < recorded->records.size() ? recorded->records[next_record_].at : kForever;
}

// Spends one unit of exponential "work" over the pieces, each at its rate: exact for piecewise constant
// rates.
Duration ArrivalSource::next_random() {
  const auto& pieces = stream_->arrivals.pieces;
  const auto repeat_us = static_cast<double>(stream_->arrivals.repeat.count());
  constexpr double kEndUs = static_cast<double>(kLongestSample.count());
  double work = -portable_log(arrivals_.uniform());
  for (;;) {
    const bool last = piece_ + 1 == pieces.size();
    const double piece_end =
        pattern_start_us_ + (last ? repeat_us : static_cast<double>(pieces[piece_ + 1].from.count()));
    const double rate = pieces[piece_].per_hour / kHourUs;
    const double capacity = (piece_end - position_us_) * rate;
    if (work < capacity) {
      position_us_ += work / rate;
      if (position_us_ >= kEndUs) return kForever;
      return Duration{static_cast<std::int64_t>(position_us_ + 0.5)};
    }
    if (piece_end >= kEndUs) return kForever;
    work -= capacity;
    position_us_ = piece_end;
    piece_ = last ? 0 : piece_ + 1;
    if (last) pattern_start_us_ = piece_end;
  }
}

Arrival ArrivalSource::take() {
  Arrival arrival;
  arrival.handle = stream_->handle_time.sample(handling_);
  arrival.patience = stream_->patience.sample(patience_);
  arrival.transfers = transfers_.chance(stream_->transfer.probability);
  if (const ArrivalFile* recorded = stream_->arrivals.recorded.get()) {
    arrival.record = &recorded->records[next_record_++];
    arrival.handle = arrival.record->handle.value_or(arrival.handle);
    arrival.patience = arrival.record->patience.value_or(arrival.patience);
  }
  return arrival;
}

}  // namespace cordboard::sim
