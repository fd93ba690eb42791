// One run of a scenario: the real Engine, customers and agents in virtual time, on the calling thread.
//
// Nothing waits: the clock jumps to whatever is next, a deadline of the engine or a decision of a customer or
// an agent. An engine deadline comes before a decision of the same instant; decisions of the same instant
// come in the order in which they were made; replies that take no time come at once, in order.
//
// Measured are the contacts that arrive within `horizon` after `warmup`. After that arrivals go on,
// uncounted, until every measured contact has left its queue, but at most for a tenth of the horizon (at
// least an hour); who waits even then is counted as still waiting.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "agents-sim/scenario/scenario.h"
#include "agents-sim/virtual/cell_plan.h"
#include "agents-sim/virtual/ledger.h"
#include "agents-sim/virtual/wait_forecasts.h"

namespace cordboard::sim {

// What became of one contact in its first queue.
struct ContactFate {
  std::uint32_t stream = 0;
  std::uint64_t number = 0;   // in the stream, from 0
  std::uint32_t attempt = 1;  // see Arrival
  bool answered = false;
  bool abandoned = false;
  Duration wait{};
};

struct RunOptions {
  std::uint64_t seed = 1;
  std::uint64_t replication = 0;
  std::uint32_t units = 1;        // parts of the horizon to tally apart
  bool check_invariants = false;  // of the engine after every command; slow
  bool forecast_waits = false;    // ask for the expected wait of every contact that has to wait
  std::function<void(const ContactFate&)> on_fate = {};  // told of every counted contact that left its queue
};

struct RunResult {
  Ledger ledger;
  std::uint64_t commands = 0;
  std::uint64_t wrap_ups_cut = 0;  // ended by the queue's wrap_up_timeout
  std::uint64_t rejected = 0;      // commands that came too late or were not allowed, submits apart
  std::uint64_t engine_digest = 0;
  WaitForecasts forecasts;
  std::string problem;  // what made the run worthless (configuration refused, invariant broken); else empty
};

// `plan` must be that of the scenario.
RunResult run_virtual(const Scenario& scenario, const CellPlan& plan, const RunOptions& options);

}  // namespace cordboard::sim
