// Recorded calls and what became of them, from a CSV file with the columns of arrival_file.h and, when it has
// them, `outcome` (agent, or hang: the caller left) and `recorded_wait_s`.
//
// Patience is not in such recordings; what is known of it is used: a caller who hung up had exactly as much
// as they waited; the others had more than they waited, and are given the patience of the run. When that is
// endless, a replay in which callers wait as recorded loses the recorded ones, a better one fewer, and a
// worse one no others. A column `patience_s` overrides this.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agents-sim/live/live_tally.h"
#include "agents-sim/scenario/arrival_file.h"

namespace cordboard::sim {

struct RecordedCalls {
  std::shared_ptr<const ArrivalFile> arrivals;  // `at` counts from the start of the range
  std::vector<Duration> handle_times;           // of those that were answered
  bool has_outcomes = false;
  std::map<std::string, QueueTally> outcomes;  // by queue; empty without the columns
  Duration length{};                           // of the range, or until the last arrival
};

// Of the rows whose `at` is in [from, to).
struct RecordedRange {
  Duration from{};
  Duration to = Duration::max();
};

// `default_queue`: of the calls that name none.
std::variant<RecordedCalls, ArrivalFileError> load_recorded_calls(const std::string& path,
                                                                  RecordedRange range,
                                                                  const std::string& default_queue);

}  // namespace cordboard::sim
