#include "tests/calendar/wall_clock_oracle.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace cordboard::testing {
namespace {

constexpr std::int64_t kDayMinutes = 24 * 60;
constexpr std::int64_t kMargin = 5 * kDayMinutes;

std::int64_t floor_day(std::int64_t minutes) {
  return minutes >= 0 ? minutes / kDayMinutes : -((-minutes + kDayMinutes - 1) / kDayMinutes);
}

// Minutes of the local calendar.
std::int64_t shown_at(std::int64_t minute) {
  const std::time_t at = minute * 60;
  std::tm shown{};
  localtime_r(&at, &shown);
  std::tm midnight{};
  midnight.tm_year = shown.tm_year;
  midnight.tm_mon = shown.tm_mon;
  midnight.tm_mday = shown.tm_mday;
  return timegm(&midnight) / 60 + shown.tm_hour * 60 + shown.tm_min;
}

}  // namespace

WallClock::WallClock(const std::string& zone, std::int64_t from, std::int64_t minutes)
    : from_(from), minutes_(minutes), begin_(from - kMargin) {
  setenv("TZ", (":" + zone).c_str(), 1);
  tzset();
  first_wall_ = begin_ - 2 * kDayMinutes;
  const std::int64_t asked = minutes + 2 * kMargin;
  first_.assign(static_cast<std::size_t>(asked + 4 * kDayMinutes), kNever);
  last_ = first_;
  for (std::int64_t i = 0; i < asked; ++i) {
    const auto shown = static_cast<std::size_t>(shown_at(begin_ + i) - first_wall_);
    if (first_[shown] == kNever) first_[shown] = begin_ + i;
    last_[shown] = begin_ + i;
  }
}

std::vector<bool> WallClock::open(const CalendarConfig& calendar) const {
  std::vector<bool> open(static_cast<std::size_t>(minutes_), false);
  const auto walls = static_cast<std::int64_t>(first_.size());
  for (std::int64_t day = floor_day(first_wall_) + 1; (day + 2) * kDayMinutes < first_wall_ + walls; ++day) {
    // 1970-01-01 was a Thursday.
    const auto* hours = &calendar.week[static_cast<std::size_t>(((day + 3) % 7 + 7) % 7)];
    for (const SpecialDay& special : calendar.special_days) {
      if (special.date == day) hours = &special.open;
    }
    for (const OpenInterval& interval : *hours) {
      std::int64_t begin = kNever;
      std::int64_t end = kNever;
      for (std::int64_t wall = day * kDayMinutes + interval.from; wall < day * kDayMinutes + interval.to;
           ++wall) {
        const auto index = static_cast<std::size_t>(wall - first_wall_);
        if (first_[index] == kNever) continue;
        begin = begin == kNever ? first_[index] : std::min(begin, first_[index]);
        end = std::max(end, last_[index]);
      }
      if (begin == kNever) continue;
      for (std::int64_t at = std::max(begin, from_); at <= std::min(end, from_ + minutes_ - 1); ++at) {
        open[static_cast<std::size_t>(at - from_)] = true;
      }
    }
  }
  return open;
}

}  // namespace cordboard::testing
