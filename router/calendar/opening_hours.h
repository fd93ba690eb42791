// When does this calendar open and close? Weekly hours and special days of a time zone, as instants.
//
// The clock on the wall of the zone decides: whenever it shows a time within the hours, the calendar is open.
// What that means when the clock is changed:
//
//   set forward   Hours that begin or end at a time that does not exist begin or end when the clock is set.
//                 Hours that do not exist at all are left out.
//   set back      Times exist twice: hours begin at the first and end at the second, and do not close
//   between.
//
// Hours belong to the day on which they begin: those of 22:00-06:00 on a Friday last until Saturday morning,
// also when Saturday is a holiday. A special day replaces the hours that begin on its date.
//
// Time zones are those of the system (/usr/share/zoneinfo), read by Howard Hinnant's library when one is
// first needed: a process that should know newer ones is restarted. One whose file cannot be read is unknown
// until it can. Thread-safe. Nothing throws.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/core/command.h"
#include "router/core/config.h"

namespace cordboard {

// The names of the IANA database that the system knows; sorted.
const std::vector<std::string>& zone_names();
bool is_zone(std::string_view name);

// The state at `from`, and every change after it and before `until`. A calendar whose zone is unknown is open
// all the time: rather a call that nobody answers than a center that is shut by mistake.
OpeningTimes opening_times(const CalendarConfig& calendar, Time from, Time until);

// How far ahead the router tells its engines; the next time when opening::kToldAhead is left of it.
inline constexpr Duration kComputedAhead = 28 * 24h;

// Of every calendar of the configuration, from `now` on.
SetOpeningTimes opening_times(const TenantConfig& config, Time now);

// The instant at which the clock of the zone first shows this date (days since 1970-01-01); UTC's when the
// zone is unknown.
Time local_midnight(std::string_view zone, std::int32_t date);

// The date that the clock of the zone shows, as days since 1970-01-01; UTC's when the zone is unknown.
std::int32_t local_date(std::string_view zone, Time at);

// From `begin` up to, not including, `end`.
struct TimeSpan {
  Time begin;
  Time end;

  friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

// Each of the calendar's hours that has a part in `from`..`until`, whole and by its beginning: the shifts of
// those who work then. Hours that adjoin are two of them. None when the zone is unknown.
// The first `most` of them: the time it takes is that of so many shifts, and of the days without any.
std::vector<TimeSpan> shifts(const CalendarConfig& calendar, Time from, Time until, std::size_t most);

// Of a date: days since 1970-01-01 of YYYY-MM-DD; nullopt when there is no such day.
std::optional<std::int32_t> parse_date(std::string_view text);

}  // namespace cordboard
