#include "agents-sim/virtual/statistics.h"

namespace cordboard::sim {
namespace {

constexpr double kSeconds = 1e-6;

double number(std::uint64_t count) { return static_cast<double>(count); }

template <class Tally>
Estimate count_of(const std::vector<Tally>& units, std::uint64_t Tally::*field, std::uint32_t replications) {
  std::vector<double> values;
  for (const Tally& unit : units) values.push_back(number(unit.*field));
  // One run is reported as a whole, not as the average of its batches.
  return estimate_mean(values, number(units.size()) / replications);
}

template <class Tally, class Numerator, class Denominator>
Estimate ratio_of(const std::vector<Tally>& units, Numerator numerator, Denominator denominator) {
  std::vector<Ratio> values;
  for (const Tally& unit : units) values.push_back({numerator(unit), denominator(unit)});
  return estimate_ratio(values);
}

template <class Tally>
Estimate ratio_of(const std::vector<Tally>& units, std::uint64_t Tally::*numerator,
                  std::uint64_t Tally::*denominator, double scale = 1) {
  return ratio_of(
      units, [=](const Tally& t) { return scale * number(t.*numerator); },
      [=](const Tally& t) { return number(t.*denominator); });
}

Estimate p95_of(const ContactRow& row) {
  std::vector<double> filled;
  for (std::size_t unit = 0; unit < row.units.size(); ++unit) {
    if (row.units[unit].offered > 0) filled.push_back(row.p95_s[unit]);
  }
  Estimate estimate = estimate_mean(filled);
  if (!filled.empty()) estimate.mean = row.waits.quantile_s(0.95);
  return estimate;
}

// Formula `strict`; who still waits longer than the target is missed.
Estimate service_level_of(const std::vector<ContactTally>& units) {
  return ratio_of(
      units, [](const ContactTally& t) { return number(t.answered_within); },
      [](const ContactTally& t) { return number(t.answered + t.abandoned + t.waiting_late); });
}

}  // namespace

std::vector<Statistic> statistics_of(const ContactRow& row, std::uint32_t replications) {
  using T = ContactTally;
  const auto count = [&](std::string_view name, std::uint64_t T::*field) {
    return Statistic{name, count_of(row.units, field, replications), true};
  };
  return {
      count("offered", &T::offered),
      count("answered", &T::answered),
      count("abandoned", &T::abandoned),
      count("blocked", &T::blocked),
      count("refused", &T::refused),
      count("expired", &T::expired),
      count("cancelled", &T::cancelled),
      count("still_waiting", &T::still_waiting),
      count("transferred", &T::transferred),
      count("repeated", &T::repeated),
      {"p_wait", ratio_of(row.units, &T::delayed, &T::offered)},
      {"mean_wait_s", ratio_of(row.units, &T::wait_us, &T::offered, kSeconds)},
      {"mean_wait_answered_s", ratio_of(row.units, &T::wait_answered_us, &T::answered, kSeconds)},
      {"mean_wait_delayed_s", ratio_of(row.units, &T::wait_delayed_us, &T::delayed, kSeconds)},
      {"p95_wait_s", p95_of(row)},
      {"service_level", service_level_of(row.units)},
      {"abandon_rate", ratio_of(row.units, &T::abandoned, &T::offered)},
      {"mean_handle_s", ratio_of(row.units, &T::handle_us, &T::answered, kSeconds)},
  };
}

std::vector<Statistic> statistics_of(const AgentRow& row, std::uint32_t replications) {
  using T = AgentTally;
  const auto count = [&](std::string_view name, std::uint64_t T::*field) {
    return Statistic{name, count_of(row.units, field, replications), true};
  };
  return {
      {"occupancy", ratio_of(
                        row.units, [](const T& t) { return number(t.busy_us); },
                        [](const T& t) { return number(t.busy_us + t.ready_idle_us); })},
      count("handled", &T::handled),
      count("offers", &T::offers),
      {"answer_rate", ratio_of(row.units, &T::accepted, &T::offers)},
      {"decline_rate", ratio_of(row.units, &T::declined, &T::offers)},
      {"rona_rate", ratio_of(row.units, &T::unanswered, &T::offers)},
  };
}

}  // namespace cordboard::sim
