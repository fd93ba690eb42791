#include "agents-sim/scenario/arrival_source.h"

#include <algorithm>

#include "agents-sim/base/portable_math.h"

namespace cordboard::sim {
namespace {

constexpr double kHourUs = 3.6e9;

// Which of a contact's later decisions is drawn. Stays after a transfer add their number, dials as well.
enum Part : std::uint32_t {
  kRedial,
  kCallAgain,
  kRepeat,
  kCallback,
  kSegmentHandle = 1'000,
  kSegmentPatience = 2'000'000,
  kDialAnswer = 4'000'000,
  kDialRing = 6'000'000
};

double rate_at(const RatePiece& piece, double share) {
  return piece.per_hour + (piece.end_per_hour - piece.per_hour) * share;
}

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

// Spends one unit of exponential "work" over the pieces, each at its highest rate: exact for piecewise
// constant rates. Where the rate changes within a piece, an arrival is kept with the probability rate /
// highest rate (thinning), which is exact too.
Duration ArrivalSource::next_random() {
  const auto& pieces = stream_->arrivals.pieces;
  const auto repeat_us = static_cast<double>(stream_->arrivals.repeat.count());
  constexpr double kEndUs = static_cast<double>(kLongestSample.count());
  double work = -portable_log(arrivals_.uniform());
  for (;;) {
    const bool last = piece_ + 1 == pieces.size();
    const double piece_end =
        pattern_start_us_ + (last ? repeat_us : static_cast<double>(pieces[piece_ + 1].from.count()));
    const RatePiece& piece = pieces[piece_];
    const double highest = std::max(piece.per_hour, piece.end_per_hour);
    const double rate = highest / kHourUs;
    const double capacity = (piece_end - position_us_) * rate;
    if (work < capacity) {
      position_us_ += work / rate;
      if (position_us_ >= kEndUs) return kForever;
      if (piece.per_hour != piece.end_per_hour) {
        const double piece_begin = pattern_start_us_ + static_cast<double>(piece.from.count());
        const double share = (position_us_ - piece_begin) / (piece_end - piece_begin);
        if (arrivals_.uniform() * highest >= rate_at(piece, share)) {
          work = -portable_log(arrivals_.uniform());
          continue;
        }
      }
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
  arrival.number = taken_++;
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

RandomStream ArrivalSource::later(const Arrival& arrival, std::uint32_t part) const {
  return later_.at(arrival.number, (std::uint64_t{arrival.attempt} << 32) + part);
}

Duration ArrivalSource::handle_later(const Arrival& arrival, std::uint32_t segment) const {
  RandomStream random = later(arrival, kSegmentHandle + segment);
  return stream_->transfer.handle_time.value_or(stream_->handle_time).sample(random);
}

Duration ArrivalSource::patience_later(const Arrival& arrival, std::uint32_t segment) const {
  RandomStream random = later(arrival, kSegmentPatience + segment);
  return stream_->patience.sample(random);
}

Duration ArrivalSource::repeat_after(const RepeatPlan& plan, const Arrival& arrival,
                                     std::uint32_t part) const {
  if (plan.probability <= 0 || arrival.attempt >= plan.attempts) return kForever;
  RandomStream random = later(arrival, part);
  return random.chance(plan.probability) ? plan.after.sample(random) : kForever;
}

Duration ArrivalSource::redial_after(const Arrival& arrival) const {
  return repeat_after(stream_->redial, arrival, kRedial);
}

Duration ArrivalSource::call_again_after(const Arrival& arrival) const {
  return repeat_after(stream_->call_again, arrival, kCallAgain);
}

bool ArrivalSource::takes_callback(const Arrival& arrival) const {
  return later(arrival, kCallback).chance(stream_->callback.accept);
}

bool ArrivalSource::answers_dial(const Arrival& arrival, std::uint32_t attempt) const {
  return later(arrival, kDialAnswer + attempt).chance(stream_->callback.answer);
}

Duration ArrivalSource::ring_time(const Arrival& arrival, std::uint32_t attempt) const {
  RandomStream random = later(arrival, kDialRing + attempt);
  return stream_->callback.ring.sample(random);
}

Arrival ArrivalSource::redialled(const Arrival& arrival) const {
  Arrival next = arrival;
  ++next.attempt;
  RandomStream random = later(next, kRepeat);
  next.patience = stream_->patience.sample(random);
  return next;
}

Arrival ArrivalSource::called_again(const Arrival& arrival) const {
  Arrival next = arrival;
  ++next.attempt;
  RandomStream random = later(next, kRepeat);
  next.patience = stream_->patience.sample(random);
  next.handle = stream_->handle_time.sample(random);
  next.transfers = random.chance(stream_->transfer.probability);
  return next;
}

}  // namespace cordboard::sim
