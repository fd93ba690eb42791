// What scarce_first gains over longest_idle, on the same contacts. Prints the table of
// docs/routing/strategies.md:
//
//   ctest --test-dir build/release -R ScarceFirst -V

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/estimate.h"
#include "agents-sim/virtual/replications.h"

namespace cordboard::sim {
namespace {

#ifndef CORDBOARD_SIM_DIVISOR
#define CORDBOARD_SIM_DIVISOR 1
#endif

constexpr std::uint32_t kReplications = 20;

// Answered in time of all answered and abandoned, in percent; by stream, the last is all of them. By
// replication.
using Levels = std::vector<std::vector<double>>;

Levels play(Scenario scenario, AgentStrategy strategy) {
  for (QueueConfig& queue : scenario.router.queues) queue.strategy = strategy;
  const CellPlan plan(scenario);
  SimulationOptions options;
  options.replications = kReplications;
  const Results results = simulate(scenario, plan, options);
  for (const std::string& problem : results.problems()) EXPECT_EQ(problem, "");
  const std::size_t streams = results.streams().size();
  Levels levels(streams + 1);
  for (std::uint32_t r = 0; r < kReplications; ++r) {
    double in_time = 0;
    double counted = 0;
    for (std::size_t s = 0; s < streams; ++s) {
      const ContactTally& tally = results.streams()[s].units[r];
      const auto within = static_cast<double>(tally.answered_within);
      const auto all = static_cast<double>(tally.answered + tally.abandoned);
      levels[s].push_back(100 * within / all);
      in_time += within;
      counted += all;
    }
    levels[streams].push_back(100 * in_time / counted);
  }
  return levels;
}

// Scarce_first less longest_idle, with the precision of the difference on common random numbers. Returns that
// of all streams together.
Estimate compare(const std::string& name) {
  const ScenarioResult loaded =
      load_scenario_file(std::string(CORDBOARD_SOURCE_DIR) + "/tests/sim/scenarios/" + name + ".yaml");
  EXPECT_TRUE(loaded.scenario) << loaded.diagnostics.text();
  if (!loaded.scenario) return {};
  Scenario scenario = *loaded.scenario;
  scenario.horizon /= CORDBOARD_SIM_DIVISOR;
  const Levels idle = play(scenario, AgentStrategy::LongestIdle);
  const Levels least = play(scenario, AgentStrategy::LeastSkilled);
  const Levels scarce = play(scenario, AgentStrategy::ScarceFirst);
  Estimate gain;
  for (std::size_t s = 0; s < idle.size(); ++s) {
    std::vector<double> difference;
    for (std::uint32_t r = 0; r < kReplications; ++r) difference.push_back(scarce[s][r] - idle[s][r]);
    gain = estimate_mean(difference);
    const bool all = s + 1 == idle.size();
    std::printf("| %s | %s | %.1f %% | %.1f %% | %.1f %% | %+.2f ± %.2f |\n", s == 0 ? name.c_str() : "",
                all ? "all" : scenario.contacts[s].name.c_str(), estimate_mean(idle[s]).mean,
                estimate_mean(least[s]).mean, estimate_mean(scarce[s]).mean, gain.mean, gain.ci95);
  }
  return gain;
}

TEST(ScarceFirst, AnswersMoreInTimeThanLongestIdle) {
  std::printf(
      "| scenario | contacts | longest_idle | least_skilled | scarce_first | gain, percentage points |\n"
      "|---|---|---|---|---|---|\n");
  for (const char* name : {"scarce_n", "scarce_languages", "scarce_specialists"}) {
    const Estimate gain = compare(name);
    EXPECT_GT(gain.mean, gain.ci95) << name;
  }
  const Estimate nothing_scarce = compare("scarce_pairs");
  EXPECT_GT(nothing_scarce.mean + nothing_scarce.ci95, -1) << "it must not cost much where it cannot help";
}

}  // namespace
}  // namespace cordboard::sim
