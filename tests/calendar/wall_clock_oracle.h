// Opening hours by the dumbest means: ask the C library what the clock on the wall shows in every single
// minute.
//
// Shares nothing with router/calendar but the types of the configuration. A calendar is open from the first
// to the last minute in which the clock shows a time of the same hours. Sets the TZ of the process: one zone
// at a time, one thread.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "router/core/config.h"

namespace cordboard::testing {

class WallClock {
 public:
  // The minutes from `from` on, counted since 1970-01-01 00:00 UTC, and some days around them.
  WallClock(const std::string& zone, std::int64_t from, std::int64_t minutes);

  // One for each minute.
  std::vector<bool> open(const CalendarConfig& calendar) const;

 private:
  std::int64_t from_;
  std::int64_t minutes_;
  std::int64_t begin_;       // the first minute asked for
  std::int64_t first_wall_;  // the earliest the clock shows, in minutes of the local calendar
  // By what the clock shows, less first_wall_: the first and the last minute in which it does; kNever.
  static constexpr std::int64_t kNever = -1;
  std::vector<std::int64_t> first_;
  std::vector<std::int64_t> last_;
};

}  // namespace cordboard::testing
