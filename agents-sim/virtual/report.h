// Turns results into what people and scripts read. docs/SIMULATOR.md defines every number.

#pragma once

#include <string>
#include <vector>

#include "agents-sim/virtual/estimate.h"
#include "agents-sim/virtual/results.h"

namespace cordboard::sim {

// One JSON object on one line, with a line break. Everything but commands_per_second depends on the scenario
// and the seed alone.
std::string to_json(const Results& results, double commands_per_second);

// "12.30 +-0.41", with as many digits as make sense at that size; "-" for what is not known.
std::string estimate_text(const Estimate& estimate, bool is_count);

// Tables for a terminal.
std::string to_table(const Results& results, double commands_per_second, double commands_per_cpu_second);

// What the reader should know before trusting the numbers, one line each; empty when there is nothing.
std::vector<std::string> notes_on(const Results& results);

}  // namespace cordboard::sim
