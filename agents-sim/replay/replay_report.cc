#include "agents-sim/replay/replay_report.h"

#include <cstdio>
#include <map>
#include <utility>

#include "agents-sim/base/json.h"
#include "agents-sim/base/seconds.h"
#include "agents-sim/virtual/estimate.h"
#include "agents-sim/virtual/forecast_report.h"

namespace cordboard::sim {
namespace {

double as_number(std::uint64_t value) { return static_cast<double>(value); }

struct ReplayMeasure {
  const char* name;
  double (*numerator)(const CallTally&);
  double (*denominator)(const CallTally&);
};

constexpr double kSecondsOfUs = 1e-6;

constexpr ReplayMeasure kMeasures[] = {
    {"waited", [](const CallTally& t) { return as_number(t.waited); },
     [](const CallTally& t) { return as_number(t.calls); }},
    {"abandoned", [](const CallTally& t) { return as_number(t.abandoned); },
     [](const CallTally& t) { return as_number(t.calls); }},
    {"mean_wait_s", [](const CallTally& t) { return as_number(t.wait_us) * kSecondsOfUs; },
     [](const CallTally& t) { return as_number(t.calls); }},
    {"mean_wait_of_waiting_s", [](const CallTally& t) { return as_number(t.wait_us) * kSecondsOfUs; },
     [](const CallTally& t) { return as_number(t.waited); }},
};

double recorded(const ReplayMeasure& measure, const ReplayRow& row) {
  return measure.numerator(row.recorded) / measure.denominator(row.recorded);
}

Estimate simulated(const ReplayMeasure& measure, const ReplayRow& row) {
  std::vector<Ratio> units;
  for (const CallTally& unit : row.simulated)
    units.push_back({measure.numerator(unit), measure.denominator(unit)});
  return estimate_ratio(units);
}

template <class... Values>
std::string print(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

}  // namespace

std::string describe(const Recording& recording, const PatienceModel& patience,
                     const StaffingModel& staffing) {
  std::string out = print("%zu calls in %u days, besides %llu who left at once\n", recording.calls.size(),
                          recording.days(), static_cast<unsigned long long>(recording.gone_at_once));
  out += print("staffing: %.0f agent hours on duty, %.0f of them in conversation\n",
               seconds(staffing.on_duty) / 3600, seconds(staffing.handling) / 3600);
  out += print("median patience: %.0f s", seconds(patience.all().quantile(0.5)));
  std::map<std::pair<std::uint32_t, std::int32_t>, const SurvivalCurve*> classes;
  for (const RecordedCall& call : recording.calls) {
    if (call.waited()) classes[{call.queue, call.priority}] = &patience.curve_of(call);
  }
  for (const auto& [key, curve] : classes) {
    out += print(", %s/%d %.0f s", recording.queues[key.first].c_str(), key.second,
                 seconds(curve->quantile(0.5)));
  }
  return out + "\n";
}

std::string to_table(const ReplayResults& results) {
  std::string out =
      "                    waited %        abandoned %     mean wait s     of those who wait s\n"
      "            calls   record  replay  record  replay  record  replay  record  replay\n";
  std::string kind;
  for (const ReplayRow& row : results.rows) {
    if (row.recorded.calls == 0) continue;
    if (!kind.empty() && row.kind != kind) out += '\n';
    kind = row.kind;
    const std::string name = row.kind == "day" ? "day " + row.name : row.name;
    out += print("%-10s%7llu", name.c_str(), static_cast<unsigned long long>(row.recorded.calls));
    for (const ReplayMeasure& measure : kMeasures) {
      const double scale =
          measure.name == std::string("waited") || measure.name == std::string("abandoned") ? 100 : 1;
      out += print("  %6.1f  %6.1f", scale * recorded(measure, row), scale * simulated(measure, row).mean);
    }
    out += '\n';
  }
  const std::string forecasts = to_table(results.forecasts, results.queues);
  return forecasts.empty() ? out : out + '\n' + forecasts;
}

std::string to_json(const Recording& recording, const StaffingModel& staffing, const ReplayResults& results) {
  std::string rows;
  for (const ReplayRow& row : results.rows) {
    JsonObject object;
    object.add("kind", json_text(row.kind)).add("name", json_text(row.name)).add("calls", row.recorded.calls);
    for (const ReplayMeasure& measure : kMeasures) {
      const Estimate estimate = simulated(measure, row);
      JsonObject pair;
      pair.add("recorded", recorded(measure, row)).add("mean", estimate.mean).add("ci95", estimate.ci95);
      object.add(measure.name, pair.text());
    }
    rows += (rows.empty() ? "" : ",") + object.text();
  }
  JsonObject all;
  all.add("days", std::uint64_t{recording.days()}).add("gone_at_once", recording.gone_at_once);
  all.add("on_duty_hours", seconds(staffing.on_duty) / 3600).add("rows", "[" + rows + "]");
  if (const std::string forecasts = to_json(results.forecasts, results.queues); !forecasts.empty()) {
    all.add("expected_wait", forecasts);
  }
  return all.add("commands", results.commands).text() + "\n";
}

}  // namespace cordboard::sim
