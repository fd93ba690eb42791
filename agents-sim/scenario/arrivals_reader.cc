#include "agents-sim/scenario/arrivals_reader.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "agents-sim/scenario/distribution_reader.h"
#include "agents-sim/scenario/mapping.h"
#include "agents-sim/scenario/named.h"
#include "agents-sim/scenario/timeline.h"
#include "agents-sim/scenario/weekday.h"

namespace cordboard::sim {
namespace {

constexpr double kMostPerHour = 1e9;

double read_rate(const std::optional<Reader>& reader) {
  return reader ? reader->number({0.0, kMostPerHour}).value_or(0) : 0;
}

void read_poisson(const Reader& reader, Arrivals& arrivals) {
  Mapping mapping(reader);
  arrivals.pieces.push_back({Duration::zero(), read_rate(mapping.require("per_hour"))});
  mapping.reject_unknown();
}

RatePiece read_piece(const Reader& reader, std::string_view time_key) {
  Mapping mapping(reader);
  const auto from = mapping.require(time_key);
  const Duration start = from ? from->duration().value_or(Duration::zero()) : Duration::zero();
  const double rate = read_rate(mapping.require("per_hour"));
  mapping.reject_unknown();
  return {start, rate};
}

std::vector<RatePiece> read_rates(const Reader& reader, std::string_view time_key, const std::string& what) {
  return read_pieces<RatePiece>(reader, time_key, what,
                                [&](const Reader& item) { return read_piece(item, time_key); });
}

// The rate goes in straight lines from point to point; a repeated profile goes back to its first point.
void connect_points(Arrivals& arrivals) {
  auto& pieces = arrivals.pieces;
  if (pieces.empty()) return;
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) pieces[i].end_per_hour = pieces[i + 1].per_hour;
  if (arrivals.repeat != kForever) pieces.back().end_per_hour = pieces.front().per_hour;
}

void read_day(const Reader& reader, Duration start, Arrivals& week);

// Seven days, each with a profile of its own, again and again.
void read_week(const Reader& reader, std::size_t first_day, Arrivals& arrivals) {
  Mapping mapping(reader);
  const auto usual = mapping.find("default");
  for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
    const std::size_t weekday = (first_day + day) % kWeekdays.size();
    const Duration start = static_cast<std::int64_t>(day) * kDay;
    const auto own = mapping.find(kWeekdays[weekday]);
    if (own || usual) {
      read_day(own ? *own : *usual, start, arrivals);
    } else {
      arrivals.pieces.push_back({start, 0});
    }
  }
  arrivals.repeat = kWeek;
  mapping.reject_unknown();
}

void reject_unknown_queues(const Reader& at, const ArrivalFile& file, const TenantConfig& router) {
  std::vector<std::uint32_t> reported;
  for (const ArrivalRecord& record : file.records) {
    if (record.queue == ArrivalRecord::kNoText || has_name(router.queues, file.text(record.queue))) continue;
    if (std::find(reported.begin(), reported.end(), record.queue) != reported.end()) continue;
    reported.push_back(record.queue);
    at.error("the file names the queue `" + file.text(record.queue) + "`, which is not under `router`",
             suggest_name(router.queues, file.text(record.queue)));
  }
}

void read_recorded(const Reader& reader, const std::string& directory, const TenantConfig& router,
                   Arrivals& arrivals) {
  const auto path = reader.text();
  if (!path) return;
  auto loaded = load_arrival_file(resolve_path(directory, *path));
  if (const auto* error = std::get_if<ArrivalFileError>(&loaded)) {
    reader.error(error->message);
    return;
  }
  arrivals.recorded = std::make_shared<const ArrivalFile>(std::get<ArrivalFile>(std::move(loaded)));
  reject_unknown_queues(reader, *arrivals.recorded, router);
}

// `{poisson: ...}`, `{intervals: [...]}` or `{profile: [...]}` for one day.
void read_day(const Reader& reader, Duration start, Arrivals& week) {
  const auto field = reader.only_field({"poisson", "intervals", "profile"});
  if (!field) return;
  Arrivals day;
  if (field->name == "poisson") read_poisson(field->value, day);
  if (field->name == "intervals") day.pieces = read_rates(field->value, "from", "interval");
  if (field->name == "profile") {
    day.pieces = read_rates(field->value, "at", "point");
    connect_points(day);
  }
  if (!day.pieces.empty() && day.pieces.back().from > kDay) {
    field->value.error("goes beyond the end of the day (24h)");
  }
  for (RatePiece piece : day.pieces) {
    if (piece.from >= kDay) continue;  // an end point
    piece.from += start;
    week.pieces.push_back(piece);
  }
}

}  // namespace

Arrivals read_arrivals(const Reader& reader, const std::string& directory, const TenantConfig& router,
                       std::size_t first_day) {
  Arrivals arrivals;
  Mapping mapping(reader);
  const auto poisson = mapping.find("poisson");
  const auto intervals = mapping.find("intervals");
  const auto profile = mapping.find("profile");
  const auto week = mapping.find("week");
  const auto csv = mapping.find("csv");
  const auto repeat = intervals || profile ? mapping.find("repeat") : std::nullopt;
  mapping.reject_unknown();
  const int kinds = int{poisson.has_value()} + int{intervals.has_value()} + int{profile.has_value()} +
                    int{week.has_value()} + int{csv.has_value()};
  if (kinds != 1) {
    if (reader.is_mapping()) {
      reader.error("expected exactly one of poisson, intervals, profile, week and csv");
    }
    return arrivals;
  }
  if (poisson) read_poisson(*poisson, arrivals);
  if (intervals) arrivals.pieces = read_rates(*intervals, "from", "interval");
  if (profile) arrivals.pieces = read_rates(*profile, "at", "point");
  if (week) read_week(*week, first_day, arrivals);
  if (csv) read_recorded(*csv, directory, router, arrivals);
  if (repeat) arrivals.repeat = read_repetition(repeat, arrivals.pieces);
  if (profile) connect_points(arrivals);
  return arrivals;
}

}  // namespace cordboard::sim
