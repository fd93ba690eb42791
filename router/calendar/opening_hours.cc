#include "router/calendar/opening_hours.h"

#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <exception>

namespace cordboard {
namespace {

using date::local_days;
using date::local_seconds;
using date::sys_seconds;
using std::chrono::minutes;
using std::chrono::seconds;

// From `begin` up to, not including, `end`.
struct Span {
  sys_seconds begin;
  sys_seconds end;
};

const date::time_zone* find_zone(std::string_view name) {
  try {
    const date::time_zone* const zone = date::locate_zone(name);
    zone->get_info(sys_seconds());  // reads its file the first time, which may fail
    return zone;
  } catch (const std::exception&) {
    return nullptr;
  }
}

// The first instant at which the clock shows this time or a later one of its day.
sys_seconds first_instant(const date::time_zone& zone, local_seconds local) {
  const date::local_info info = zone.get_info(local);
  if (info.result == date::local_info::nonexistent) return info.first.end;
  return sys_seconds{local.time_since_epoch()} - info.first.offset;
}

// The last instant before which the clock shows an earlier time.
sys_seconds last_instant(const date::time_zone& zone, local_seconds local) {
  const local_seconds before = local - seconds(1);
  const date::local_info info = zone.get_info(before);
  if (info.result == date::local_info::nonexistent) return info.first.end;
  const auto offset = info.result == date::local_info::ambiguous ? info.second.offset : info.first.offset;
  return sys_seconds{before.time_since_epoch()} - offset + seconds(1);
}

const std::vector<OpenInterval>& hours_of(const CalendarConfig& calendar, local_days day) {
  const auto number = static_cast<std::int32_t>(day.time_since_epoch().count());
  const auto special = std::lower_bound(calendar.special_days.begin(), calendar.special_days.end(), number,
                                        [](const SpecialDay& s, std::int32_t date) { return s.date < date; });
  if (special != calendar.special_days.end() && special->date == number) return special->open;
  return calendar.week[date::weekday(day).iso_encoding() - 1];
}

// Those that begin on this day, without those that the clock leaves out.
std::vector<Span> spans_of(const CalendarConfig& calendar, const date::time_zone& zone, local_days day) {
  std::vector<Span> spans;
  for (const OpenInterval& interval : hours_of(calendar, day)) {
    const Span span{first_instant(zone, day + minutes(interval.from)),
                    last_instant(zone, day + minutes(interval.to))};
    if (span.begin < span.end) spans.push_back(span);
  }
  return spans;
}

// The days whose hours may matter between two instants. Hours begin at most two days before they matter: one
// for hours over midnight, one for a zone that leaves out a day.
struct DayRange {
  DayRange(const date::time_zone& zone, sys_seconds from, sys_seconds until)
      : first(date::floor<date::days>(zone.to_local(from)) - date::days(3)),
        last(date::floor<date::days>(zone.to_local(until)) + date::days(1)) {}

  local_days first;
  local_days last;
};

constexpr auto by_begin = [](const auto& a, const auto& b) { return a.begin < b.begin; };

// In order of their beginnings, without overlaps.
std::vector<Span> merged_spans(const CalendarConfig& calendar, const date::time_zone& zone, sys_seconds from,
                               sys_seconds until) {
  std::vector<Span> all;
  const DayRange range(zone, from, until);
  for (local_days day = range.first; day <= range.last; day += date::days(1)) {
    const std::vector<Span> spans = spans_of(calendar, zone, day);
    all.insert(all.end(), spans.begin(), spans.end());
  }
  std::sort(all.begin(), all.end(), by_begin);
  std::vector<Span> merged;
  for (const Span& span : all) {
    if (merged.empty() || merged.back().end < span.begin) {
      merged.push_back(span);
    } else {
      merged.back().end = std::max(merged.back().end, span.end);
    }
  }
  return merged;
}

Time to_time(sys_seconds at) { return Time{std::chrono::duration_cast<Duration>(at.time_since_epoch())}; }
sys_seconds to_seconds(Time at) { return sys_seconds{date::floor<seconds>(at.time_since_epoch())}; }

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && rest == text.data() + text.size();
  return whole && !text.starts_with('-') ? std::optional(value) : std::nullopt;
}

}  // namespace

const std::vector<std::string>& zone_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    try {
      for (const date::time_zone& zone : date::get_tzdb().zones) found.push_back(zone.name());
    } catch (const std::exception&) {  // no database
    }
    std::sort(found.begin(), found.end());
    return found;
  }();
  return names;
}

bool is_zone(std::string_view name) { return find_zone(name) != nullptr; }

OpeningTimes opening_times(const CalendarConfig& calendar, Time from, Time until) {
  OpeningTimes times{calendar.name, true, {}, until};
  const date::time_zone* const zone = find_zone(calendar.zone);
  if (zone == nullptr) return times;
  times.open = false;
  for (const Span& span : merged_spans(calendar, *zone, to_seconds(from), to_seconds(until))) {
    const Time begin = to_time(span.begin);
    const Time end = to_time(span.end);
    if (begin <= from && from < end) times.open = true;
    if (from < begin && begin < until) times.changes.push_back(begin);
    if (from < end && end < until) times.changes.push_back(end);
  }
  return times;
}

SetOpeningTimes opening_times(const TenantConfig& config, Time now) {
  SetOpeningTimes set;
  for (const CalendarConfig& calendar : config.calendars) {
    set.calendars.push_back(opening_times(calendar, now, now + kComputedAhead));
  }
  return set;
}

Time local_midnight(std::string_view name, std::int32_t date) {
  const local_seconds midnight = local_days(date::days(date));
  const date::time_zone* const zone = find_zone(name);
  return to_time(zone == nullptr ? sys_seconds{midnight.time_since_epoch()} : first_instant(*zone, midnight));
}

std::int32_t local_date(std::string_view name, Time at) {
  const date::time_zone* const zone = find_zone(name);
  const local_seconds local =
      zone == nullptr ? local_seconds{to_seconds(at).time_since_epoch()} : zone->to_local(to_seconds(at));
  return static_cast<std::int32_t>(date::floor<date::days>(local).time_since_epoch().count());
}

std::vector<TimeSpan> shifts(const CalendarConfig& calendar, Time from, Time until, std::size_t most) {
  std::vector<TimeSpan> found;
  const date::time_zone* const zone = find_zone(calendar.zone);
  if (zone == nullptr) return found;
  const DayRange range(*zone, to_seconds(from), to_seconds(until));
  // Whole days: within one, hours come in any order.
  for (local_days day = range.first; day <= range.last && found.size() < most; day += date::days(1)) {
    for (const Span& span : spans_of(calendar, *zone, day)) {
      const TimeSpan shift{to_time(span.begin), to_time(span.end)};
      if (shift.end > from && shift.begin < until) found.push_back(shift);
    }
  }
  std::stable_sort(found.begin(), found.end(), by_begin);
  if (found.size() > most) found.resize(most);
  return found;
}

std::optional<std::int32_t> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const date::year_month_day parsed{date::year(*year), date::month(static_cast<unsigned>(*month)),
                                    date::day(static_cast<unsigned>(*day))};
  if (!parsed.ok()) return std::nullopt;
  return static_cast<std::int32_t>(date::sys_days(parsed).time_since_epoch().count());
}

}  // namespace cordboard
