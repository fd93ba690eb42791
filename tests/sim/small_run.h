// One run of a scenario given as text, all rules of the engine checked after every command.

#pragma once

#include <gtest/gtest.h>

#include <string>

#include "agents-sim/scenario/scenario_reader.h"
#include "agents-sim/virtual/virtual_run.h"
#include "tests/sim/temp_file.h"

namespace cordboard::sim {

inline constexpr std::uint64_t kSecondUs = 1'000'000;

inline Scenario scenario_of(const std::string& yaml) {
  const ScenarioResult loaded = parse_scenario(yaml, "s.yaml", TempFile::folder());
  EXPECT_TRUE(loaded.scenario) << loaded.diagnostics.text();
  return loaded.scenario.value_or(Scenario{});
}

// All that is wrong with a scenario.
inline std::string problems_of(const std::string& yaml) {
  const ScenarioResult loaded = parse_scenario(yaml, "s.yaml", TempFile::folder());
  EXPECT_FALSE(loaded.scenario);
  return loaded.diagnostics.text();
}

struct SmallRun {
  ContactTally contacts;  // of all streams
  AgentTally agents;      // of the first group
  std::uint64_t rejected = 0;
};

inline SmallRun run_small(const std::string& yaml, bool check = true) {
  const Scenario scenario = scenario_of(yaml);
  const CellPlan plan(scenario);
  RunOptions options;
  options.check_invariants = check;
  const RunResult result = run_virtual(scenario, plan, options);
  EXPECT_EQ(result.problem, "");
  SmallRun run;
  for (std::uint32_t cell = 0; cell < plan.size(); ++cell) {
    add(run.contacts, result.ledger.cell(0, cell).contacts);
  }
  run.agents = result.ledger.agents(0, 0);
  run.rejected = result.rejected;
  return run;
}

}  // namespace cordboard::sim
