// Durations as people write them: 250ms, 20s, 5m, 12h, 7d, 1h30m, 1.5s.
//
//   duration := "0" | part+        part := digits ["." digits] unit        unit := d | h | m | s | ms | us
//
// Units go from large to small and none comes twice. A number without a unit is refused, except 0. The
// value is exact: more than whole microseconds, or more than kMaxDuration, is refused, never rounded.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "router/core/types.h"

namespace cordboard {

inline constexpr Duration kMaxDuration = std::chrono::hours{24 * 36'500};

struct ParsedDuration {
  std::optional<Duration> value;
  std::string problem;     // set when there is no value: "needs a unit (us, ms, s, m, h, d)"
  std::string suggestion;  // "did you mean 20s?"; may be empty
};

ParsedDuration parse_duration(std::string_view text);

// The shortest text that parse_duration reads back as the same value; largest unit first: "1h30m", "0s".
// A negative value gets a leading "-", which parse_duration refuses.
std::string format_duration(Duration duration);

}  // namespace cordboard
