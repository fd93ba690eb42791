#include "router/calendar/opening_hours.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

namespace cordboard::testing {
namespace {

constexpr std::uint16_t clock(int hours, int minutes = 0) {
  return static_cast<std::uint16_t>(hours * 60 + minutes);
}

CalendarConfig every_day(const char* zone, std::vector<OpenInterval> open) {
  return {"office", zone, std::vector<std::vector<OpenInterval>>(7, open), {}};
}

// "YYYY-MM-DD HH:MM" in UTC.
Time utc(const char* text) {
  const std::string_view at(text);
  const int minutes = (at[11] - '0') * 600 + (at[12] - '0') * 60 + (at[14] - '0') * 10 + at[15] - '0';
  return Time{std::chrono::hours(24) * *parse_date(at.substr(0, 10)) + std::chrono::minutes(minutes)};
}

std::vector<Time> changes(const CalendarConfig& calendar, const char* from, const char* until) {
  return opening_times(calendar, utc(from), utc(until)).changes;
}

TEST(OpeningHours, FollowTheClockOfTheirZone) {
  const CalendarConfig paris = every_day("Europe/Paris", {{clock(9), clock(12)}, {clock(13), clock(18)}});
  EXPECT_EQ(changes(paris, "2026-01-15 00:00", "2026-01-16 00:00"),
            (std::vector<Time>{utc("2026-01-15 08:00"), utc("2026-01-15 11:00"), utc("2026-01-15 12:00"),
                               utc("2026-01-15 17:00")}));
  EXPECT_EQ(changes(paris, "2026-07-15 00:00", "2026-07-15 09:00"),
            std::vector<Time>{utc("2026-07-15 07:00")});
}

// ThreadSanitizer's pthread_once waits for ever after a call that threw, which glibc's begins again.
#if !defined(__SANITIZE_THREAD__)
// The file of a zone is read when the zone is first needed; the process may have no descriptor left then.
TEST(OpeningHours, AZoneThatCannotBeReadIsUnknownUntilItCan) {
  const char* const zone = "Pacific/Chatham";  // no other test has it
  ASSERT_FALSE(zone_names().empty());
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  const rlimit none{0, files.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const bool known = is_zone(zone);
  const Time midnight = local_midnight(zone, 0);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_FALSE(known);
  EXPECT_EQ(midnight, Time{}) << "that of UTC";
  EXPECT_TRUE(is_zone(zone));
  EXPECT_NE(local_midnight(zone, 0), Time{});
}
#endif

TEST(OpeningHours, ThatBeginOrEndAtATimeThatDoesNotExistDoSoWhenTheClockIsSet) {
  // On 2026-03-29, 02:00 is followed by 03:00: at 01:00 UTC.
  const auto day = [](std::vector<OpenInterval> open) {
    return changes(every_day("Europe/Paris", std::move(open)), "2026-03-28 23:00", "2026-03-29 22:00");
  };
  EXPECT_EQ(day({{clock(2, 30), clock(5)}}),
            (std::vector<Time>{utc("2026-03-29 01:00"), utc("2026-03-29 03:00")}));
  EXPECT_EQ(day({{clock(1), clock(2, 30)}}),
            (std::vector<Time>{utc("2026-03-29 00:00"), utc("2026-03-29 01:00")}));
  EXPECT_EQ(day({{clock(2, 15), clock(2, 45)}}), std::vector<Time>{});
}

TEST(OpeningHours, BeginAtTheFirstAndEndAtTheSecondOfATimeThatExistsTwice) {
  // On 2026-10-25, 03:00 is 02:00 again: at 01:00 UTC.
  const auto day = [](std::vector<OpenInterval> open) {
    return changes(every_day("Europe/Paris", std::move(open)), "2026-10-24 22:00", "2026-10-25 23:00");
  };
  EXPECT_EQ(day({{clock(2, 30), clock(5)}}),
            (std::vector<Time>{utc("2026-10-25 00:30"), utc("2026-10-25 04:00")}));
  EXPECT_EQ(day({{clock(1), clock(2, 30)}}),
            (std::vector<Time>{utc("2026-10-24 23:00"), utc("2026-10-25 01:30")}));
  EXPECT_EQ(day({{clock(1), clock(2)}}),
            (std::vector<Time>{utc("2026-10-24 23:00"), utc("2026-10-25 00:00")}));
  EXPECT_EQ(day({{clock(2, 15), clock(2, 45)}}),
            (std::vector<Time>{utc("2026-10-25 00:15"), utc("2026-10-25 01:45")}));
}

TEST(OpeningHours, OverMidnightBelongToTheDayOnWhichTheyBegin) {
  CalendarConfig night = every_day("Etc/UTC", {});
  night.week[4] = {{clock(22), clock(30)}};                       // Friday
  night.special_days.push_back({*parse_date("2026-01-17"), {}});  // the Saturday after one
  EXPECT_EQ(changes(night, "2026-01-12 00:00", "2026-01-19 00:00"),
            (std::vector<Time>{utc("2026-01-16 22:00"), utc("2026-01-17 06:00")}));
}

TEST(OpeningHours, ASpecialDayReplacesTheHoursOfItsDate) {
  CalendarConfig office = every_day("Etc/UTC", {{clock(9), clock(18)}});
  office.special_days.push_back({*parse_date("2026-12-24"), {{clock(9), clock(12)}}});
  office.special_days.push_back({*parse_date("2026-12-25"), {}});
  EXPECT_EQ(changes(office, "2026-12-24 00:00", "2026-12-26 12:00"),
            (std::vector<Time>{utc("2026-12-24 09:00"), utc("2026-12-24 12:00"), utc("2026-12-26 09:00")}));
}

TEST(OpeningHours, ThatMeetAtMidnightDoNotCloseBetween) {
  const OpeningTimes always = opening_times(every_day("Asia/Kathmandu", {{0, kMinutesOfDay}}),
                                            utc("2026-01-01 00:00"), utc("2027-01-01 00:00"));
  EXPECT_TRUE(always.open);
  EXPECT_EQ(always.changes, std::vector<Time>{});
}

TEST(Shifts, AreTheHoursOneByOneAndWhole) {
  const CalendarConfig paris =
      every_day("Europe/Paris", {{clock(6), clock(14)}, {clock(14), clock(22)}, {clock(22), clock(30)}});
  using Spans = std::vector<TimeSpan>;
  const auto shifts_of = [](const CalendarConfig& calendar, const char* from, const char* until) {
    return shifts(calendar, utc(from), utc(until), 100);
  };
  EXPECT_EQ(shifts_of(paris, "2026-01-15 00:00", "2026-01-15 13:01"),
            (Spans{{utc("2026-01-14 21:00"), utc("2026-01-15 05:00")},
                   {utc("2026-01-15 05:00"), utc("2026-01-15 13:00")},
                   {utc("2026-01-15 13:00"), utc("2026-01-15 21:00")}}));
  EXPECT_EQ(shifts_of(paris, "2026-01-15 05:00", "2026-01-15 13:00").size(), 1u) << "ends do not count";
  // The night in which the clock is set forward is shorter.
  EXPECT_EQ(shifts_of(paris, "2026-03-29 00:00", "2026-03-29 01:00"),
            (Spans{{utc("2026-03-28 21:00"), utc("2026-03-29 04:00")}}));
  EXPECT_EQ(shifts_of(every_day("Nowhere/Nowhere", {{0, 60}}), "2026-01-15 00:00", "2026-01-16 00:00"),
            Spans{});
}

// Over a night, with hours that overlap, and given in no order.
TEST(Shifts, AreTheFirstWhenThereAreMoreThanWanted) {
  const CalendarConfig office =
      every_day("Europe/Paris", {{clock(20), clock(30)}, {clock(4), clock(12)}, {clock(12), clock(20)}});
  const auto first = [&](std::size_t most) {
    return shifts(office, utc("2026-03-27 00:00"), utc("2026-03-31 00:00"), most);
  };
  const std::vector<TimeSpan> all = first(1'000);
  ASSERT_EQ(all.size(), 13u);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(),
                             [](const TimeSpan& l, const TimeSpan& r) { return l.begin < r.begin; }));
  for (std::size_t most = 0; most <= all.size(); ++most) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(most);
    EXPECT_EQ(first(most), std::vector<TimeSpan>(all.begin(), end)) << most;
  }
}

TEST(LocalDate, IsTheOneThatTheClockOfTheZoneShows) {
  EXPECT_EQ(local_date("Europe/Paris", utc("2026-01-14 22:59")), *parse_date("2026-01-14"));
  EXPECT_EQ(local_date("Europe/Paris", utc("2026-01-14 23:00")), *parse_date("2026-01-15"));
  EXPECT_EQ(local_date("Nowhere/Nowhere", utc("2026-01-14 23:00")), *parse_date("2026-01-14"));
}

TEST(OpeningHours, BeginWithTheStateAtTheirFirstInstant) {
  const CalendarConfig office = every_day("Etc/UTC", {{clock(9), clock(18)}});
  EXPECT_TRUE(opening_times(office, utc("2026-01-01 09:00"), utc("2026-01-01 10:00")).open);
  EXPECT_FALSE(opening_times(office, utc("2026-01-01 18:00"), utc("2026-01-01 19:00")).open);
}

TEST(OpeningHours, InAZoneThatIsGoneAreAlwaysOpen) {
  const OpeningTimes times =
      opening_times(every_day("Mars/Olympus", {}), utc("2026-01-01 09:00"), utc("2026-02-01 09:00"));
  EXPECT_TRUE(times.open);
  EXPECT_TRUE(times.changes.empty());
  EXPECT_FALSE(is_zone("Mars/Olympus"));
  EXPECT_TRUE(is_zone("Europe/Paris"));
}

TEST(OpeningHours, DatesAreDaysThatExist) {
  EXPECT_EQ(parse_date("1970-01-01"), 0);
  EXPECT_EQ(parse_date("2028-02-29"), 21243);
  for (const char* wrong : {"2026-02-29", "2026-13-01", "26-01-01", "2026-1-01", "2026-01-1x", ""}) {
    EXPECT_EQ(parse_date(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace cordboard::testing
