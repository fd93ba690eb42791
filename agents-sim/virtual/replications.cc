#include "agents-sim/virtual/replications.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace cordboard::sim {

Results simulate(const Scenario& scenario, const CellPlan& plan, const SimulationOptions& options) {
  Results results(scenario, plan, options.seed, options.replications);
  std::atomic<std::uint32_t> next{0};
  std::mutex mutex;
  const auto work = [&] {
    for (std::uint32_t replication = next++; replication < options.replications; replication = next++) {
      const RunResult run = run_virtual(scenario, plan,
                                        {options.seed, replication, results.units_per_replication(),
                                         options.check_invariants, options.forecast_waits});
      const std::lock_guard lock(mutex);
      results.add(replication, run);
    }
  };
  const std::uint32_t cores = std::max(1u, std::thread::hardware_concurrency());
  const std::uint32_t threads =
      std::min(options.threads == 0 ? cores : options.threads, options.replications);
  std::vector<std::jthread> helpers;
  for (std::uint32_t i = 1; i < threads; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();  // joins
  return results;
}

}  // namespace cordboard::sim
