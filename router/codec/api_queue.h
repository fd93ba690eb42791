// Queues as clients see them. For the thread that owns the engine.

#pragma once

#include <cstdint>

#include "cordboard/v1/queue.pb.h"
#include "router/core/expected_wait.h"
#include "router/core/state.h"

namespace cordboard {

// Fills an empty row. `now` is the time of the command after which it is made, or of the query;
// `waiting_late` comes from LateWaiting, or from count_late for a single row.
void fill_queue(const State& state, QueueRef queue, Time now, std::uint64_t waiting_late, v1::Queue* row);

void fill_counters(const QueueCounters& counters, v1::QueueCounters* row);

// Adds the expected wait of the next contact to a row that answers a question, unless there are too many
// queues. Rows of a watch have none: every answer and login anywhere changes it, and with it every row.
void fill_forecast(const State& state, QueueRef queue, Time now, v1::Queue* row);
void fill_switch(const ModeSwitch& from, v1::ModeSwitch* row);
void fill_expected_wait(const ExpectedWait& answer, v1::ExpectedWait* row);

}  // namespace cordboard
