// Times and durations of the API: exact to the microsecond in both directions.

#pragma once

#include <cstdint>

#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "router/core/types.h"

namespace cordboard {

// REQUIRES: not kNever; leave the field absent instead.
inline void fill_time(Time time, google::protobuf::Timestamp* out) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  const auto rest = std::chrono::nanoseconds(time.time_since_epoch() - seconds);
  out->set_seconds(seconds.count());
  out->set_nanos(static_cast<std::int32_t>(rest.count()));
}

inline void fill_duration(Duration duration, google::protobuf::Duration* out) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  const auto rest = std::chrono::nanoseconds(duration - seconds);
  out->set_seconds(seconds.count());
  out->set_nanos(static_cast<std::int32_t>(rest.count()));
}

inline void fill_duration_us(std::uint64_t us, google::protobuf::Duration* out) {
  fill_duration(Duration{static_cast<std::int64_t>(us)}, out);
}

}  // namespace cordboard
