// Times and durations of the API: exact to the microsecond in both directions.

#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

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

// Of a request. Absent: nullopt. What a client may send beyond the times that the engine reckons with is cut
// to the first or last of them, which it refuses or takes for the past.
inline std::optional<Time> to_time(bool present, const google::protobuf::Timestamp& from) {
  if (!present) return std::nullopt;
  constexpr std::int64_t kLast = 250'000'000'000;  // the year 9892
  const std::int64_t seconds = std::clamp<std::int64_t>(from.seconds(), 0, kLast);
  return Time{std::chrono::seconds(seconds)} + Duration{std::clamp(from.nanos(), 0, 999'999'999) / 1000};
}

}  // namespace cordboard
