#include "agents-sim/virtual/statistics.h"

#include <utility>

namespace cordboard::sim {
namespace {

constexpr double kSeconds = 1e-6;

double number(std::uint64_t count) { return static_cast<double>(count); }

template <class Tally>
Measure count_of(std::string_view name, const std::vector<Tally>& units, std::uint64_t Tally::*field,
                 std::uint32_t replications) {
  // One run is reported as a whole, not as the average of its batches.
  Measure measure{name, Measure::Kind::Count, {}, number(units.size()) / replications, 0};
  for (const Tally& unit : units) measure.units.push_back({number(unit.*field), 1});
  return measure;
}

template <class Tally, class Numerator, class Denominator>
Measure ratio_of(std::string_view name, const std::vector<Tally>& units, Numerator numerator,
                 Denominator denominator) {
  Measure measure{name, Measure::Kind::Ratio, {}, 1, 0};
  for (const Tally& unit : units) measure.units.push_back({numerator(unit), denominator(unit)});
  return measure;
}

template <class Tally>
Measure ratio_of(std::string_view name, const std::vector<Tally>& units, std::uint64_t Tally::*numerator,
                 std::uint64_t Tally::*denominator, double scale = 1) {
  return ratio_of(
      name, units, [=](const Tally& t) { return scale * number(t.*numerator); },
      [=](const Tally& t) { return number(t.*denominator); });
}

Measure p95_of(const ContactRow& row) {
  Measure measure{"p95_wait_s", Measure::Kind::Quantile, {}, 1, row.waits.quantile_s(0.95)};
  for (std::size_t unit = 0; unit < row.units.size(); ++unit) {
    measure.units.push_back({row.p95_s[unit], row.units[unit].offered > 0 ? 1.0 : 0.0});
  }
  return measure;
}

// service_level_strict; who still waits longer than the target is missed.
Measure service_level_of(const std::vector<ContactTally>& units) {
  return ratio_of(
      "service_level", units, [](const ContactTally& t) { return number(t.answered_within); },
      [](const ContactTally& t) { return number(t.answered + t.abandoned + t.waiting_late); });
}

}  // namespace

std::vector<Measure> measures_of(const ContactRow& row, std::uint32_t replications) {
  using T = ContactTally;
  const auto count = [&](std::string_view name, std::uint64_t T::*field) {
    return count_of(name, row.units, field, replications);
  };
  const auto ratio = [&](std::string_view name, std::uint64_t T::*numerator, std::uint64_t T::*denominator,
                         double scale = 1) {
    return ratio_of(name, row.units, numerator, denominator, scale);
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
      count("callbacks", &T::callbacks),
      count("called_back", &T::called_back),
      ratio("p_wait", &T::delayed, &T::offered),
      ratio("mean_wait_s", &T::wait_us, &T::offered, kSeconds),
      ratio("mean_wait_answered_s", &T::wait_answered_us, &T::answered, kSeconds),
      ratio("mean_wait_delayed_s", &T::wait_delayed_us, &T::delayed, kSeconds),
      p95_of(row),
      service_level_of(row.units),
      ratio("abandon_rate", &T::abandoned, &T::offered),
      ratio("mean_handle_s", &T::handle_us, &T::answered, kSeconds),
  };
}

std::vector<Measure> measures_of(const AgentRow& row, std::uint32_t replications) {
  using T = AgentTally;
  const auto count = [&](std::string_view name, std::uint64_t T::*field) {
    return count_of(name, row.units, field, replications);
  };
  return {
      ratio_of(
          "occupancy", row.units, [](const T& t) { return number(t.busy_us); },
          [](const T& t) { return number(t.busy_us + t.ready_idle_us); }),
      count("handled", &T::handled),
      count("offers", &T::offers),
      ratio_of("answer_rate", row.units, &T::accepted, &T::offers),
      ratio_of("decline_rate", row.units, &T::declined, &T::offers),
      ratio_of("rona_rate", row.units, &T::unanswered, &T::offers),
  };
}

Estimate estimate(const Measure& measure) {
  if (measure.kind == Measure::Kind::Ratio) return estimate_ratio(measure.units);
  std::vector<double> values;
  for (const Ratio& unit : measure.units) {
    if (unit.denominator > 0) values.push_back(unit.numerator);
  }
  Estimate result = estimate_mean(values, measure.scale);
  if (measure.kind == Measure::Kind::Quantile && !values.empty()) result.mean = measure.pooled;
  return result;
}

Estimate estimate_difference(const Measure& a, const Measure& b) {
  if (a.kind == Measure::Kind::Ratio) return estimate_ratio_difference(a.units, b.units);
  std::vector<double> differences;
  for (std::size_t unit = 0; unit < a.units.size(); ++unit) {
    if (a.units[unit].denominator == 0 || b.units[unit].denominator == 0) continue;
    differences.push_back(b.units[unit].numerator - a.units[unit].numerator);
  }
  Estimate result = estimate_mean(differences, a.scale);
  if (a.kind == Measure::Kind::Quantile && !differences.empty()) result.mean = b.pooled - a.pooled;
  return result;
}

}  // namespace cordboard::sim
