// What a replay found, for people and scripts. docs/BANK.md explains every column.

#pragma once

#include <string>

#include "agents-sim/replay/replay.h"

namespace cordboard::sim {

// What was learnt from the recording before anything ran.
std::string describe(const Recording& recording, const PatienceModel& patience,
                     const StaffingModel& staffing);

std::string to_table(const ReplayResults& results);

// One JSON object on one line, with a line break.
std::string to_json(const Recording& recording, const StaffingModel& staffing, const ReplayResults& results);

}  // namespace cordboard::sim
