// Two years in twenty time zones, minute by minute: what the router computes is what the clock on the wall
// says.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "router/calendar/opening_hours.h"
#include "router/core/rng.h"
#include "tests/calendar/wall_clock_oracle.h"

namespace cordboard::testing {
namespace {

constexpr std::int64_t kDay = 24 * 60;
constexpr std::int64_t kMinutes = 2 * 365 * kDay;
constexpr int kCalendars = 5;

struct ZoneYears {
  const char* zone;
  const char* from;  // two years from here
};

// Half hours and quarters, rules that end and begin, changes at midnight, a day that was left out.
constexpr ZoneYears kZones[] = {
    {"Europe/London", "2025-01-01"},       {"Europe/Paris", "2025-06-01"},
    {"Europe/Dublin", "2024-01-01"},  // winter time is the deviation
    {"America/New_York", "2025-01-01"},    {"America/Sao_Paulo", "2018-01-01"},  // at midnight, then none
    {"Australia/Lord_Howe", "2025-01-01"},                                       // by half an hour
    {"Asia/Kathmandu", "2025-01-01"},                                            // 5:45
    {"Africa/Casablanca", "2025-01-01"},                                         // pauses in Ramadan
    {"Asia/Tehran", "2021-06-01"},       // at midnight, abolished in 2022
    {"Pacific/Apia", "2011-01-01"},      // without 2011-12-30
    {"America/St_Johns", "2010-06-01"},  // at 00:01 until 2011
    {"Pacific/Chatham", "2025-01-01"},   // 12:45
    {"Africa/Cairo", "2022-06-01"},      // again since 2023
    {"America/Santiago", "2022-01-01"},  // at 24:00
    {"Asia/Gaza", "2022-01-01"},           {"America/Havana", "2025-01-01"},
    {"Asia/Beirut", "2022-06-01"},         {"Antarctica/Troll", "2025-01-01"},  // by two hours
    {"Asia/Pyongyang", "2015-01-01"},   // half an hour for three years
    {"America/Caracas", "2015-01-01"},  // half an hour back
};
static_assert(std::size(kZones) == 20);

Time at_minute(std::int64_t minute) { return Time{std::chrono::minutes(minute)}; }
std::int64_t first_minute(const char* date) { return std::int64_t{*parse_date(date)} * kDay; }

class AnyCalendar {
 public:
  explicit AnyCalendar(std::uint64_t seed) : rng_{seed} {}

  CalendarConfig in(const ZoneYears& years) {
    CalendarConfig calendar{"any", years.zone, {}, {}};
    calendar.week.resize(7);
    for (auto& day : calendar.week) day = hours();
    const std::int32_t first = *parse_date(years.from);
    for (std::int32_t day = 0; day < 730; ++day) {
      if (draw(25) == 0) calendar.special_days.push_back({first + day, draw(2) == 0 ? OpenDay{} : hours()});
    }
    return calendar;
  }

 private:
  using OpenDay = std::vector<OpenInterval>;

  std::uint64_t draw(std::uint64_t below) { return rng_.next() % below; }

  // Clocks are set between midnight and four: there, and elsewhere; also over midnight and whole days.
  OpenDay hours() {
    OpenDay open;
    for (std::uint64_t i = draw(4); i > 0; --i) {
      const std::uint64_t from = draw(2) == 0 ? draw(17) * 15 : draw(kMinutesOfDay);
      const std::uint64_t lasts = draw(8) == 0   ? kMinutesOfDay
                                  : draw(2) == 0 ? 1 + draw(90)
                                                 : 1 + draw(kMinutesOfDay);
      open.push_back({static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(from + lasts)});
    }
    return open;
  }

  Rng rng_;
};

// By the instants that an engine is told.
std::vector<bool> computed(const CalendarConfig& calendar, std::int64_t from) {
  const OpeningTimes times = opening_times(calendar, at_minute(from), at_minute(from + kMinutes));
  std::vector<bool> open;
  bool now = times.open;
  auto next = times.changes.begin();
  for (std::int64_t minute = from; minute < from + kMinutes; ++minute) {
    for (; next != times.changes.end() && *next <= at_minute(minute); ++next) now = !now;
    open.push_back(now);
  }
  return open;
}

// The first minute that differs, in words; empty when none does.
std::string difference(const std::vector<bool>& is, const std::vector<bool>& should, std::int64_t from) {
  const auto at = std::mismatch(is.begin(), is.end(), should.begin()).first - is.begin();
  if (at == static_cast<std::ptrdiff_t>(is.size())) return "";
  return "minute " + std::to_string(from + at) + " since 1970 UTC is " +
         (is[static_cast<std::size_t>(at)] ? "open" : "closed");
}

TEST(OpeningHoursOracle, TwoYearsInTwentyTimeZonesMinuteByMinute) {
  std::uint64_t compared = 0;
  std::uint64_t open = 0;
  std::uint64_t changes = 0;
  for (std::uint64_t zone = 0; zone < std::size(kZones); ++zone) {
    const std::int64_t from = first_minute(kZones[zone].from);
    const WallClock wall(kZones[zone].zone, from, kMinutes);
    for (std::uint64_t i = 0; i < kCalendars; ++i) {
      const std::uint64_t seed = 1 + zone * kCalendars + i;
      const CalendarConfig calendar = AnyCalendar(seed).in(kZones[zone]);
      const std::vector<bool> is = computed(calendar, from);
      ASSERT_EQ(difference(is, wall.open(calendar), from), "") << kZones[zone].zone << ", seed " << seed;
      compared += is.size();
      open += static_cast<std::uint64_t>(std::count(is.begin(), is.end(), true));
      for (std::size_t m = 1; m < is.size(); ++m) changes += is[m] != is[m - 1] ? 1 : 0;
    }
  }
  EXPECT_EQ(compared, std::size(kZones) * kCalendars * kMinutes);
  std::cout << compared << " minutes compared (" << std::size(kZones) << " time zones, two years each, "
            << kCalendars << " calendars in each; open in " << open << ", " << changes
            << " changes): all equal\n";
}

// What a router without summer time would do.
TEST(OpeningHoursOracle, FindsOneWhoForgetsSummerTime) {
  const ZoneYears paris{"Europe/Paris", "2025-06-01"};
  const std::int64_t from = first_minute(paris.from);
  CalendarConfig calendar = AnyCalendar(1).in(paris);
  const std::vector<bool> should = WallClock(paris.zone, from, kMinutes).open(calendar);
  EXPECT_EQ(difference(computed(calendar, from), should, from), "");
  calendar.zone = "Etc/GMT-1";
  EXPECT_NE(difference(computed(calendar, from), should, from), "");
}

// The router tells four weeks at a time.
TEST(OpeningHoursOracle, PiecesMakeTheWhole) {
  for (const ZoneYears& years : kZones) {
    const CalendarConfig calendar = AnyCalendar(7).in(years);
    const Time begin = at_minute(first_minute(years.from));
    const Time end = begin + 365 * 24h;
    const OpeningTimes whole = opening_times(calendar, begin, end);
    std::vector<Time> pieces;
    bool open = whole.open;
    for (Time from = begin; from < end; from += 14 * 24h) {
      const OpeningTimes piece = opening_times(calendar, from, std::min(end, from + 14 * 24h));
      // A change at the very seam is seen in the state there.
      if (piece.open != open) pieces.push_back(from);
      pieces.insert(pieces.end(), piece.changes.begin(), piece.changes.end());
      open = piece.open != (piece.changes.size() % 2 == 1);
    }
    EXPECT_EQ(pieces, whole.changes) << years.zone;
  }
}

}  // namespace
}  // namespace cordboard::testing
