// Queues as clients see them. For the thread that owns the engine.

#pragma once

#include <cstdint>

#include "cordboard/v1/queue.pb.h"
#include "router/core/state.h"

namespace cordboard {

// Fills an empty row. `now` is the time of the command after which it is made, or of the query;
// `waiting_late` comes from LateWaiting, or from count_late for a single row.
void fill_queue(const State& state, QueueRef queue, Time now, std::uint64_t waiting_late, v1::Queue* row);

}  // namespace cordboard
