#include "router/config/calendar_schema.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "router/calendar/opening_hours.h"
#include "router/config/choice.h"
#include "router/config/names.h"

namespace cordboard {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::uint32_t kWeekMinutes = 7 * kMinutesOfDay;

// ---- Texts ----

std::optional<std::uint32_t> parse_clock(std::string_view text) {
  const auto digit = [&](std::size_t i) { return '0' <= text[i] && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  const auto two = [&](std::size_t i) {
    return static_cast<std::uint32_t>((text[i] - '0') * 10 + text[i + 1] - '0');
  };
  const std::uint32_t minutes = two(0) * 60 + two(3);
  return two(3) < 60 && minutes <= kMinutesOfDay ? std::optional(minutes) : std::nullopt;
}

std::string clock_text(std::uint32_t minutes) {
  const auto two = [](std::uint32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(minutes / 60) + ":" + two(minutes % 60);
}

// An end that is not after the beginning is in the next day, so 24:00 of the beginning has one spelling only.
std::optional<OpenInterval> parse_interval(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_clock(text.substr(0, dash));
  auto to = parse_clock(text.substr(dash + 1));
  if (!from || !to || *from == kMinutesOfDay || *from == *to) return std::nullopt;
  if (*to < *from) *to += kMinutesOfDay;
  return OpenInterval{static_cast<std::uint16_t>(*from), static_cast<std::uint16_t>(*to)};
}

std::string interval_text(const OpenInterval& interval) {
  const std::uint32_t to = interval.to > kMinutesOfDay ? interval.to - kMinutesOfDay : interval.to;
  return clock_text(interval.from) + "-" + clock_text(to);
}

// ---- Hours of a day ----

void read_interval(const Reader& reader, std::vector<OpenInterval>& open) {
  const auto text = reader.text();
  if (!text) return;
  if (const auto interval = parse_interval(*text)) {
    open.push_back(*interval);
  } else {
    reader.expected("hours such as 09:00-17:30, 22:00-06:00 or 00:00-24:00");
  }
}

void read_intervals(const Reader& reader, std::vector<OpenInterval>& open) {
  open.clear();
  if (reader.is_scalar()) {
    read_interval(reader, open);
  } else {
    for (const Reader& item : reader.items()) read_interval(item, open);
  }
  if (open.size() > kMaxIntervalsOfDay) {
    reader.error("more than " + std::to_string(kMaxIntervalsOfDay) + " hours in one day");
  }
  std::sort(open.begin(), open.end());
  for (std::size_t i = 1; i < open.size(); ++i) {
    if (open[i].from >= open[i - 1].to) continue;
    reader.error(interval_text(open[i - 1]) + " and " + interval_text(open[i]) + " overlap");
    return;
  }
}

// ---- The week ----

std::optional<std::size_t> find_day(std::string_view name) {
  const auto found = std::find(kDays.begin(), kDays.end(), name);
  if (found == kDays.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kDays.begin());
}

// "sat", "mon-fri", "fri-mon": Monday is 0. Empty when it is none.
std::vector<std::size_t> days_of(std::string_view key) {
  const std::size_t dash = key.find('-');
  const auto first = find_day(key.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : find_day(key.substr(dash + 1));
  std::vector<std::size_t> days;
  if (!first || !last) return days;
  for (std::size_t day = *first;; day = (day + 1) % kDays.size()) {
    days.push_back(day);
    if (day == *last) return days;
  }
}

std::string day_suggestion(const std::string& key) {
  std::string lower;
  for (const char c : key.substr(0, 3)) lower += 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (!find_day(lower) || key.find('-') != std::string::npos) return {};
  return "did you mean " + lower + "?";
}

void read_week(const Reader& reader, CalendarConfig& calendar) {
  std::map<std::size_t, std::string> given;
  for (const Field& field : reader.fields()) {
    const std::vector<std::size_t> days = days_of(field.name);
    if (days.empty()) {
      field.key.error("expected a day (mon, tue, wed, thu, fri, sat, sun) or days such as mon-fri",
                      day_suggestion(field.name));
      continue;
    }
    std::vector<OpenInterval> open;
    read_intervals(field.value, open);
    for (const std::size_t day : days) {
      const auto [first, is_new] = given.emplace(day, field.name);
      if (is_new) {
        calendar.week[day] = open;
      } else {
        field.key.error(std::string(kDays[day]) + " is given already by " + first->second);
      }
    }
  }
}

// Hours of one day that last into those of the next.
void check_week(const Reader& item, const CalendarConfig& calendar) {
  struct Begin {
    std::uint32_t from;
    std::uint32_t to;
    std::size_t day;
    OpenInterval interval;
  };
  std::vector<Begin> all;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    const auto midnight = static_cast<std::uint32_t>(day) * kMinutesOfDay;
    for (const OpenInterval& i : calendar.week[day])
      all.push_back({midnight + i.from, midnight + i.to, day, i});
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Begin& next = all[(i + 1) % all.size()];
    const std::uint32_t next_from = next.from + (i + 1 == all.size() ? kWeekMinutes : 0);
    if (next.day == all[i].day || all[i].to <= next_from) continue;
    const auto text = [](const Begin& b) {
      return std::string(kDays[b.day]) + " " + interval_text(b.interval);
    };
    item.find("week").value_or(item).error(text(all[i]) + " lasts into " + text(next));
    return;
  }
}

void read_zone(const Reader& reader, CalendarConfig& calendar) {
  const auto text = reader.text();
  if (!text) return;
  if (is_zone(*text)) {
    calendar.zone = *text;
    return;
  }
  if (zone_names().empty()) return reader.error("this system has no time zones; install tzdata");
  const std::vector<std::string_view> names(zone_names().begin(), zone_names().end());
  reader.error("there is no time zone " + printable(*text) + " in the IANA database of this system",
               did_you_mean(*text, names));
}

// ---- Special days ----

void read_date(const Reader& reader, SpecialDay& day) {
  const auto text = reader.text();
  if (!text) return;
  if (const auto date = parse_date(*text)) {
    day.date = *date;
  } else {
    reader.expected("a date such as 2026-12-25");
  }
}

void read_holidays(const Reader& reader, CalendarConfig& calendar) {
  std::map<std::int32_t, int> lines;
  for (const Reader& item : reader.items()) {
    SpecialDay day;
    if (item.is_mapping()) {
      special_day_schema().read(item, day);
    } else {
      read_date(item, day);
    }
    const auto [first, is_new] = lines.emplace(day.date, item.line());
    if (is_new) {
      calendar.special_days.push_back(std::move(day));
    } else if (day.date != 0) {
      item.error("the date is given already in line " + std::to_string(first->second));
    }
  }
  if (calendar.special_days.size() > kMaxSpecialDays) {
    reader.error("more than " + std::to_string(kMaxSpecialDays) + " holidays");
  }
  std::sort(calendar.special_days.begin(), calendar.special_days.end(),
            [](const SpecialDay& a, const SpecialDay& b) { return a.date < b.date; });
}

bool ever_opens(const CalendarConfig& calendar) {
  const auto open = [](const auto& intervals) { return !intervals.empty(); };
  return std::any_of(calendar.week.begin(), calendar.week.end(), open) ||
         std::any_of(calendar.special_days.begin(), calendar.special_days.end(),
                     [&](const SpecialDay& day) { return open(day.open); });
}

}  // namespace

const Schema<SpecialDay>& special_day_schema() {
  using T = SpecialDay;
  static const Schema<T> schema({
      custom_key<T>({"date", "date", "", "YYYY-MM-DD", "The date, in the calendar's zone."}, read_date)
          .require(),
      custom_key<T>({"open", "list of hours", "[]", "", "Its hours instead of the week's; none: closed."},
                    [](const Reader& reader, T& day) { read_intervals(reader, day.open); }),
  });
  return schema;
}

const Schema<CalendarConfig>& calendar_schema() {
  using T = CalendarConfig;
  static const Schema<T> schema({
      text_key<T>("name", &T::name, name_rule(), "Unique among the calendars.").require(),
      custom_key<T>(
          {"zone", "time zone", "", "IANA database", "`Europe/Paris`; the hours are its local time."},
          read_zone)
          .require(),
      custom_key<T>(
          {"week", "mapping of days", "{}", "mon to sun, or mon-fri",
           "The hours of each day, a list: `[\"09:00-12:00\", \"13:00-18:00\"]`. Other days are closed."},
          read_week),
      custom_key<T>({"holidays", "list of dates", "[]", "at most " + std::to_string(kMaxSpecialDays),
                     "Dates that are closed, or have hours of their own."},
                    read_holidays),
  });
  return schema;
}

void read_calendar(const Reader& item, CalendarConfig& calendar) {
  calendar.week.resize(kDays.size());
  const std::size_t errors = item.diagnostics().error_count();
  calendar_schema().read(item, calendar);
  if (item.diagnostics().error_count() > errors) return;
  check_week(item, calendar);
  if (!ever_opens(calendar)) item.error("the calendar never opens", "give it hours in week");
}

void read_closed_rule(const Reader& reader, const std::vector<ClosedAction>& actions, ClosedRule& rule) {
  std::vector<ChoiceWord> words;
  words.reserve(actions.size());
  for (const ClosedAction action : actions) words.push_back({to_string(action), takes_text(action)});
  const auto choice = read_choice(reader, words);
  if (!choice) return;
  const ClosedAction action = *std::find_if(actions.begin(), actions.end(), [&](ClosedAction candidate) {
    return to_string(candidate) == choice->name;
  });
  if (!takes_text(action)) {
    rule = {action, ""};
    return;
  }
  const auto text = action == ClosedAction::Deflect ? read_destination(choice->value) : choice->value.text();
  if (text) rule = {action, *text};
}

}  // namespace cordboard
