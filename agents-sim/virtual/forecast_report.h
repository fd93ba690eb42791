// How far expected waits were from what happened, for people and scripts. docs/routing/expected_wait.md
// defines every number.

#pragma once

#include <string>
#include <vector>

#include "agents-sim/virtual/wait_forecasts.h"

namespace cordboard::sim {

// Both leave out queues in which nobody was asked about, and are empty when that is all of them. `queues`:
// their names, as numbered by the forecasts.

// One line for each queue and forecast, below one with the titles.
std::string to_table(const WaitForecasts& forecasts, const std::vector<std::string>& queues);

// An object of objects: queue, forecast.
std::string to_json(const WaitForecasts& forecasts, const std::vector<std::string>& queues);

}  // namespace cordboard::sim
