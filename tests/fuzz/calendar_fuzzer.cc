// Any opening hours in any time zone: the instants that an engine is told are what the clock on the wall
// says, minute by minute, for some days around a date.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/calendar/opening_hours.h"
#include "tests/calendar/wall_clock_oracle.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;
using cordboard::testing::take_byte;
using cordboard::testing::WallClock;

namespace {

constexpr std::int64_t kDay = 24 * 60;
constexpr std::int64_t kMinutes = 5 * kDay;

std::uint16_t take_minutes(std::string_view& rest) {
  const std::uint16_t high = take_byte(rest);
  return static_cast<std::uint16_t>((high << 8 | take_byte(rest)) % kMinutesOfDay);
}

std::vector<OpenInterval> take_hours(std::string_view& rest) {
  std::vector<OpenInterval> hours(take_byte(rest) % 4);
  for (OpenInterval& interval : hours) {
    interval.from = take_minutes(rest);
    interval.to = static_cast<std::uint16_t>(interval.from + 1 + take_minutes(rest));
  }
  return hours;
}

// One of the days around which a clock of some zone was set, or any other since 1990.
std::int32_t take_date(std::string_view& rest) {
  const std::int32_t high = take_byte(rest);
  return 7'305 + (high << 8 | take_byte(rest)) % 13'000;
}

// Reading a zone out of the system's files takes longer than everything else: few are kept.
const WallClock& wall_clock(const std::string& zone, std::int64_t from) {
  static std::map<std::pair<std::string, std::int64_t>, WallClock> known;
  if (known.size() > 100) known.clear();
  return known.try_emplace({zone, from}, zone, from, kMinutes).first->second;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = cordboard::testing::text_of(data, size);
  const auto& zones = zone_names();
  const std::size_t zone = static_cast<std::size_t>(take_byte(rest)) << 8;
  CalendarConfig calendar{"any", zones[(zone | take_byte(rest)) % zones.size()], {}, {}};
  const std::int32_t date = take_date(rest);
  for (int day = 0; day < 7; ++day) calendar.week.push_back(take_hours(rest));
  for (std::int32_t day = 0; day < 5; ++day) {
    if (take_byte(rest) % 4 == 1) calendar.special_days.push_back({date - 1 + day, take_hours(rest)});
  }

  const std::int64_t from = date * kDay;
  const auto at = [](std::int64_t minute) { return Time{std::chrono::minutes(minute)}; };
  const OpeningTimes told = opening_times(calendar, at(from), at(from + kMinutes));
  CB_ASSERT(std::is_sorted(told.changes.begin(), told.changes.end()), "changes are not in order");
  const std::vector<bool> open = wall_clock(calendar.zone, from).open(calendar);
  bool now = told.open;
  auto next = told.changes.begin();
  for (std::int64_t i = 0; i < kMinutes; ++i) {
    for (; next != told.changes.end() && *next <= at(from + i); ++next) now = !now;
    CB_ASSERT(now == open[static_cast<std::size_t>(i)], "%s: minute %lld since 1970 is %s",
              calendar.zone.c_str(), static_cast<long long>(from + i), now ? "open" : "closed");
  }
  return 0;
}
