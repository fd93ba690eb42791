// Runs a scenario several times with independent random numbers, on all cores.

#pragma once

#include <cstdint>

#include "agents-sim/scenario/scenario.h"
#include "agents-sim/virtual/results.h"

namespace cordboard::sim {

struct SimulationOptions {
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  std::uint32_t threads = 0;  // 0: one per core
  bool check_invariants = false;
  bool forecast_waits = false;
};

// Each replication has its own Engine and its own thread at a time. The results do not depend on the number
// of threads. `plan` must be that of the scenario.
Results simulate(const Scenario& scenario, const CellPlan& plan, const SimulationOptions& options);

}  // namespace cordboard::sim
