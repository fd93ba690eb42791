// What a live run prints at its end.

#pragma once

#include <map>
#include <string>

#include "agents-sim/base/json.h"
#include "agents-sim/live/live_run.h"
#include "agents-sim/live/recorded_calls.h"
#include "agents-sim/proxy/faulty_proxy.h"

namespace cordboard::sim {

// Counts, latencies, queues, and what the audit found; more members may be added to it.
JsonObject to_json(const LiveRun& run, const RecordedCalls& recorded, const FaultyProxy* proxy = nullptr);

// For people.
std::string to_text(const LiveRun& run, const RecordedCalls& recorded);
// What a proxy did; empty without one.
std::string proxy_text(const FaultyProxy* proxy);

// The first findings, one a line; empty when there are none.
std::string findings_text(const Audit& audit);

}  // namespace cordboard::sim
