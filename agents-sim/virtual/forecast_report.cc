#include "agents-sim/virtual/forecast_report.h"

#include <cstdio>

#include "agents-sim/base/json.h"

namespace cordboard::sim {
namespace {

// function(name of the queue, index of the forecast, its errors) for what was measured.
template <class Function>
void for_each_measured(const WaitForecasts& forecasts, const std::vector<std::string>& queues,
                       Function&& function) {
  for (std::size_t queue = 0; queue < queues.size(); ++queue) {
    for (std::size_t i = 0; i < kForecasts; ++i) {
      const ForecastErrors& errors = forecasts.errors()[queue][i];
      if (errors.measured() > 0) function(queues[queue], i, errors);
    }
  }
}

}  // namespace

std::string to_table(const WaitForecasts& forecasts, const std::vector<std::string>& queues) {
  std::string out;
  char line[256];
  for_each_measured(forecasts, queues, [&](const std::string& queue, std::size_t i, const auto& errors) {
    if (out.empty()) {
      std::snprintf(line, sizeof line, "%-24s%-24s%12s%12s%12s%12s\n", "expected waits", "formula",
                    "measured", "error", "bias", "mean wait");
      out = line;
    }
    std::snprintf(line, sizeof line, "  %-22s%-24s%12llu%12.3f%+12.3f%10.1f s\n", queue.c_str(),
                  std::string(name_of_forecast(i)).c_str(),
                  static_cast<unsigned long long>(errors.measured()), errors.relative_error(),
                  errors.relative_bias(), errors.mean_wait_s());
    out += line;
  });
  return out;
}

std::string to_json(const WaitForecasts& forecasts, const std::vector<std::string>& queues) {
  std::string out;
  std::string last;
  for_each_measured(forecasts, queues, [&](const std::string& queue, std::size_t i, const auto& errors) {
    JsonObject object;
    object.add("measured", errors.measured()).add("error", errors.relative_error());
    object.add("bias", errors.relative_bias()).add("mean_wait_s", errors.mean_wait_s());
    out += queue == last ? "," : (out.empty() ? "{" : "},") + json_text(queue) + ":{";
    out += json_text(name_of_forecast(i)) + ":" + object.text();
    last = queue;
  });
  return out.empty() ? out : out + "}}";
}

}  // namespace cordboard::sim
